"""`kb extract` as a person or a program calls it: real processes, real files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from kb.errors import Reason
from kb.ingest.reason import retryable, sentence, waits
from tests.ingest import pdfs
from tests.ingest.test_sandbox import below, wait_until

COMMAND = [sys.executable, "-m", "kb.cli.main", "extract"]
KEYS = [
    "file",
    "status",
    "reason",
    "message",
    "title",
    "metadata",
    "pages",
    "sections",
    "warnings",
    "extractor",
    "seconds",
]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False)


def rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def leaflet(tmp_path: Path) -> Path:
    runs = [(70, 750, 20, "Grüne Höfe"), *pdfs.lines(["Ein Satz über Höfe in Wuppertal und ihre Begrünung."])]
    return pdfs.document(tmp_path / "Höfe.pdf", [pdfs.show(runs)])


def test_json_has_all_that_is_promised(leaflet: Path) -> None:
    done = run("--json", leaflet)
    (row,) = rows(done)
    assert (done.returncode, done.stderr) == (0, "")
    assert list(row) == KEYS
    assert row["file"] == str(leaflet)
    assert (row["status"], row["reason"], row["message"], row["extractor"]) == ("ok", None, None, "pdfium")
    assert row["title"] == "Grüne Höfe"
    assert row["pages"] == [
        {
            "number": 1,
            "text": "Grüne Höfe\n\nEin Satz über Höfe in Wuppertal und ihre Begrünung.",
            "origin": "text",
        }
    ]
    assert row["sections"] == [{"title": "Grüne Höfe", "level": 1, "page": 1}]
    assert row["seconds"] > 0


def test_one_line_a_file_and_the_failed_ones_say_why(leaflet: Path) -> None:
    (leaflet.parent / "leer.docx").touch()
    (leaflet.parent / "kaputt.pdf").write_bytes(b"%PDF-1.5\n" + b"\xff\x00" * 400)
    done = run("--json", leaflet, leaflet.parent / "leer.docx", leaflet.parent / "kaputt.pdf")
    found = {Path(row["file"]).name: row for row in rows(done)}
    assert done.returncode == 1
    assert {name: (row["status"], row["reason"]) for name, row in found.items()} == {
        "Höfe.pdf": ("ok", None),
        "leer.docx": ("failed", "empty"),
        "kaputt.pdf": ("failed", "damaged"),
    }
    assert found["leer.docx"]["message"] == "Die Datei ist leer."
    assert found["kaputt.pdf"]["title"] == "kaputt"
    assert found["kaputt.pdf"]["warnings"], "what is technical about it is kept"


def test_a_file_that_is_not_there_is_named_and_the_others_are_read(leaflet: Path) -> None:
    done = run("--json", leaflet.parent / "fehlt.pdf", leaflet)
    assert done.returncode == 2
    assert "fehlt.pdf is not there" in done.stderr
    assert sorted(row["status"] for row in rows(done)) == ["failed", "ok"]


def test_a_folder_stands_for_its_files(leaflet: Path) -> None:
    below_it = leaflet.parent / "unten" / "tiefer"
    below_it.mkdir(parents=True)
    (below_it / "b.pdf").write_bytes(leaflet.read_bytes())
    (leaflet.parent / ".verborgen.pdf").write_bytes(leaflet.read_bytes())
    done = run("--json", leaflet.parent)
    assert sorted(Path(row["file"]).name for row in rows(done)) == ["Höfe.pdf", "b.pdf"]


def test_text_for_people(leaflet: Path) -> None:
    (leaflet.parent / "leer.pdf").touch()
    done = run(leaflet, leaflet.parent / "leer.pdf")
    assert "--- page 1\nGrüne Höfe\n\nEin Satz" in done.stdout
    assert "empty: Die Datei ist leer." in done.stderr
    assert "Traceback" not in done.stderr


def heed_interrupts() -> None:
    """What shells start in the background ignores Ctrl-C, and so does all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_lines_come_as_files_are_done(tmp_path: Path, leaflet: Path) -> None:
    endless = pdfs.nested_forms(tmp_path / "endless.pdf", depth=28, width=40)
    command = [*COMMAND, "--json", "--workers", "2", "--seconds", "30", str(endless), str(leaflet)]
    # It takes memory as long as it is read, and must last until the other one was read, however slow the machine.
    roomy = os.environ | {"KB_FILE_MEMORY_MB": "8000"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=roomy, preexec_fn=heed_interrupts) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["file"] == str(leaflet)
        pids = below(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


def test_the_time_limit_is_an_option(tmp_path: Path) -> None:
    endless = pdfs.nested_forms(tmp_path / "endless.pdf", depth=28, width=40)
    start = time.monotonic()
    (row,) = rows(run("--json", "--seconds", "0.5", endless))
    assert (row["status"], row["reason"]) == ("failed", "too_slow")
    assert time.monotonic() - start < 60


def test_a_reader_that_leaves_early_is_no_error(leaflet: Path) -> None:
    command = f"{' '.join(COMMAND)} --json {' '.join([str(leaflet)] * 30)} | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False, env=os.environ)  # noqa: S602
    assert len(done.stdout.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_every_reason_has_a_german_sentence() -> None:
    for reason in Reason:
        assert sentence(reason).endswith(".")
        assert not waits(reason) or retryable(reason)
    assert retryable(Reason.TOO_SLOW)
    assert not retryable(Reason.ENCRYPTED)
