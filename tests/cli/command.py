"""Running the real command in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

KB = [sys.executable, "-m", "kb.cli.main"]


def environment(**more: str) -> dict[str, str]:
    """The environment without settings of whoever runs the tests."""
    return {**{key: value for key, value in os.environ.items() if not key.startswith("KB_")}, **more}


def kb(*arguments: str | Path, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `kb` with these arguments to its end."""
    return subprocess.run(
        [*KB, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
        cwd=cwd,
        env=environment(**more),
    )


def answer(*arguments: str | Path, code: int = 0) -> Any:
    """Run `kb … --json` and read its answer."""
    done = kb(*arguments, "--json")
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)
