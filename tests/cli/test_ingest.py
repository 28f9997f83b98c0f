"""`kb ingest` as its users call it: real processes, killed and started at once."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from kb.catalog import content, document
from kb.catalog.catalog import Catalog
from kb.services import Services
from kb.settings import Settings
from tests.cli.command import KB, answer, environment, kb
from tests.conftest import ROOT

CORPUS = ROOT / "corpus"
SOME = ("praxisbeispiele", "newsletter", "vorlagen")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "Dokumente für Übung"
    made.mkdir()
    (made / "Höfe.txt").write_text(
        "Das Hof- und Fassadenprogramm in Krefeld.\n\nLeerstand gibt es auch.", encoding="utf-8"
    )
    (made / "kaputt.pdf").write_bytes(b"%PDF-1.4 nothing behind it")
    return made


def test_the_report_adds_up_and_a_second_run_does_nothing(tmp_path: Path, folder: Path) -> None:
    data = tmp_path / "data"
    first = answer("ingest", folder, "--data", data, code=1)
    assert first["files"] == sum(first["outcomes"].values()) == 2
    assert first["outcomes"]["failed"] == 1
    assert first["failures"][0]["path"].endswith("kaputt.pdf")
    assert set(first) >= {"files", "outcomes", "withdrawn", "failures", "pages", "seconds"}
    assert set(first["seconds"]) == {"extract", "annotate", "index", "total"}
    second = kb("ingest", folder, "--data", data)
    assert second.returncode == 1  # what failed stays named
    assert "nothing to do: 2 files, 1 of them failed" in second.stdout
    assert "kaputt.pdf" in second.stderr
    found = answer("search", "kaputt", "--data", data)
    assert found["total"] == 1  # a file that cannot be read is found by its name


def test_a_folder_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    done = kb("ingest", tmp_path / "nowhere", "--data", tmp_path / "data")
    assert done.returncode == 2
    assert "there is no file or folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_ingest_at_the_same_time_says_so(tmp_path: Path, folder: Path) -> None:
    services = Services(Settings(data=str(tmp_path / "data")))
    with services.writing():
        done = kb("ingest", folder, "--data", tmp_path / "data")
    assert done.returncode == 3
    assert "another kb process" in done.stderr
    assert answer("ingest", folder, "--data", tmp_path / "data", code=1)["files"] == 2


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "data").write_text("a file is in the way")
    done = kb("ingest", folder, "--data", tmp_path / "data")
    assert done.returncode == 4
    assert "cannot be" in done.stderr
    assert "Traceback" not in done.stderr


def state(data: Path) -> dict[str, Any]:
    """Everything that holds of the documents, by file and not by id or time."""
    services = Services(Settings(data=str(data)))
    by_file: dict[str, Any] = {}
    with services.catalog.read() as connection:
        for one in document.all_of(connection):
            view = document.view(connection, one.id)
            assert view is not None
            by_file[" + ".join(sorted(Path(file.path).name for file in view.sources))] = (
                one.sha256,
                one.title,
                one.kind,
                one.date,
                one.visibility,
                [(tag.facet, tag.value, tag.role, tag.evidence) for tag in view.tags],
                content.passages_of(connection, one.sha256),
            )
    assert services.indexer().known() == services.indexing.wanted()
    services.catalog.close()
    return by_file


def change(corpus: Path, step: int) -> None:
    """Something that people do to their files."""
    files = sorted(path for path in corpus.rglob("*") if path.suffix in (".txt", ".docx", ".html"))
    files = [path for path in files if not path.with_name(f"{path.name}.toml").exists()]
    chosen = files[step * 7 % len(files)]
    if step % 6 == 4:
        (corpus / "bleibt.txt").write_text(f"Fassung {step}: eine Brache in Siegen.", encoding="utf-8")
    elif step % 6 == 5:
        chosen.with_name(f"{chosen.name}.toml").write_text(f'title = "Schritt {step}"\nvisibility = "members"')
        with zipfile.ZipFile(corpus / "sammlung.zip", "w") as archive:
            archive.writestr(f"innen {step}.txt", f"Im Archiv zum Schritt {step}: Leerstand.")
    elif step % 6 == 0:
        chosen.rename(chosen.with_name(f"umbenannt {step} {chosen.name}"))
    elif step % 6 == 1:
        (corpus / f"neu {step}.txt").write_text(f"Nummer {step}: Leerstand in Hamm und Krefeld.", encoding="utf-8")
    elif step % 6 == 2:
        shutil.copy(chosen, corpus / f"Kopie {step}{chosen.suffix}")
    else:
        chosen.unlink()
        chosen.with_name(f"{chosen.name}.toml").unlink(missing_ok=True)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_at_random_moments_it_ends_like_an_undisturbed_run(tmp_path: Path) -> None:
    corpus, data, clean = tmp_path / "corpus", tmp_path / "data", tmp_path / "clean"
    for name in SOME:
        shutil.copytree(CORPUS / name, corpus / name)
    moments = random.Random(20)
    start = time.monotonic()
    assert kb("ingest", corpus, "--data", tmp_path / "warm").returncode == 0
    # How long a run takes depends on the machine and on what is left to do: each run that gets through
    # shortens the time the next one is given, each that is killed leaves it more to do.
    given = time.monotonic() - start
    killed = step = 0
    while killed < 20 and step < 100:
        change(corpus, step)
        step += 1
        start = time.monotonic()
        running = subprocess.Popen(
            [*KB, "ingest", str(corpus), "--data", str(data)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(),
        )
        try:
            running.wait(moments.uniform(0.1, 1.0) * given)
            given = min(given, time.monotonic() - start)
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
            running.wait()
            killed += 1
    assert killed == 20
    final = answer("ingest", corpus, "--data", data)
    assert sum(final["outcomes"].values()) == final["files"]
    answer("ingest", corpus, "--data", clean)
    assert state(data) == state(clean)
    assert "nothing to do" in kb("ingest", corpus, "--data", data).stdout


@pytest.mark.slow
def test_a_full_disk_is_named_and_nothing_is_lost(tmp_path: Path) -> None:
    data = tmp_path / "data"
    corpus = CORPUS / "newsletter"
    answer("ingest", corpus, "--data", data)
    before = state(data)
    # No file may grow beyond 200 kB: what a full disk looks like to a program.
    limited = subprocess.run(
        [
            "bash",
            "-c",
            'ulimit -f 200; trap "" XFSZ; exec "$@"',
            "-",
            *KB,
            "ingest",
            str(CORPUS / "praxisbeispiele"),
            "--data",
            str(data),
        ],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    assert limited.returncode != 0
    assert "Traceback" not in limited.stderr
    Catalog(f"sqlite:///{data / 'catalog.sqlite'}").close()
    answer("ingest", corpus, "--data", data)
    after = state(data)
    assert {name: after[name] for name in before} == before
