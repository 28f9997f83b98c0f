"""LibreOffice for tests: converts samples to what the real program writes. No test lives here."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

PROGRAM = shutil.which("soffice") or shutil.which("libreoffice")
needed = pytest.mark.skipif(PROGRAM is None, reason="LibreOffice is not installed")


def convert(source: Path, target: str, folder: Path) -> Path:
    """The source as LibreOffice writes it in the format `target`, an extension or "extension:filter"."""
    assert PROGRAM is not None
    profile = (folder / "profile").as_uri()
    command = [
        PROGRAM,
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        target,
        "--outdir",
        str(folder),
    ]
    subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=100)
    return folder / f"{source.stem}.{target.partition(':')[0]}"
