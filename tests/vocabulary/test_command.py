"""`kb vocabulary` as a process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.vocabulary.skos import HEAD, topic


def kb(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kb.cli.main", "vocabulary", *arguments], capture_output=True, text=True, check=False
    )


def test_check_accepts_the_vocabulary_that_ships() -> None:
    done = kb("check")
    assert (done.returncode, done.stdout) == (0, "")
    assert "no errors" in done.stderr


def test_check_names_file_and_line_and_fails(tmp_path: Path) -> None:
    file = tmp_path / "eigene.ttl"
    file.write_text(HEAD + topic("a", "A") + topic("b", "a"), encoding="utf-8")
    done = kb("check", str(file))
    assert done.returncode == 1
    assert f"{file}:6: " in done.stdout
    assert "Traceback" not in done.stderr


def test_check_prints_json(tmp_path: Path) -> None:
    file = tmp_path / "eigene.ttl"
    file.write_text(HEAD + topic("a", "A", "skos:broader :a"), encoding="utf-8")
    done = kb("check", "--json", str(file))
    answer = json.loads(done.stdout)
    assert done.returncode == 1
    assert answer["topics"] == 1
    assert [problem["code"] for problem in answer["problems"]] == ["circle"]


def test_check_of_a_missing_file_is_a_wrong_call(tmp_path: Path) -> None:
    done = kb("check", str(tmp_path / "nicht_da.ttl"))
    assert done.returncode == 2
    assert done.stderr.startswith("kb: ")


def test_list_shows_the_tree() -> None:
    lines = kb("list").stdout.splitlines()
    assert lines[0] == "Wohnen  wohnen"
    assert "    Teilrückbau  teilrueckbau" in lines
    assert len(json.loads(kb("list", "--json").stdout)["topics"]) >= 60
