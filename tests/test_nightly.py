"""The night: once, twice, at the same time, and with a folder that is not there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.cli.command import KB, answer, environment, kb


def test_a_night_leaves_a_report(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "Höfe.txt").write_text("Höfe in Krefeld.", encoding="utf-8")
    (tmp_path / "corpus" / "leer.pdf").write_bytes(b"")
    arguments = ("nightly", "--corpus", tmp_path / "corpus", "--data", tmp_path / "data")
    first = answer(*arguments, code=1)
    assert first["outcomes"]["indexed"] == first["outcomes"]["failed"] == 1
    report = Path(first["report"])
    assert json.loads(report.read_text(encoding="utf-8"))["files"] == 2
    text = report.with_suffix(".md").read_text(encoding="utf-8")
    assert "Die Datei ist leer." in text
    assert "leer.pdf" in text
    assert answer(*arguments, code=1)["outcomes"]["unchanged"] == 1


def test_started_twice_one_works_and_the_other_says_so(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    for number in range(30):
        (tmp_path / "corpus" / f"{number}.txt").write_text(f"Nummer {number}: Leerstand.", encoding="utf-8")
    arguments = [*KB, "nightly", "--corpus", str(tmp_path / "corpus"), "--data", str(tmp_path / "data"), "--json"]
    both = [
        subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())
        for _ in range(2)
    ]
    outputs = [one.communicate(timeout=100) for one in both]
    codes = sorted(one.returncode for one in both)
    assert codes in ([0, 3], [0, 0])  # the second may come when the first has ended
    if codes == [0, 3]:
        assert any("another kb process" in error for _, error in outputs)
    done = [json.loads(output) for output, _ in outputs if output]
    assert sum(one["outcomes"]["indexed"] for one in done) == 30


def test_a_corpus_that_is_not_there_withdraws_nothing(tmp_path: Path) -> None:
    done = kb("nightly", "--corpus", tmp_path / "nowhere", "--data", tmp_path / "data")
    assert done.returncode == 2
    assert "nothing was changed" in done.stderr


def test_a_setting_that_names_no_folder_is_no_folder(tmp_path: Path) -> None:
    done = kb("nightly", "--corpus", ":", "--data", tmp_path / "data")
    assert done.returncode == 2
    assert "names no folder" in done.stderr
