"""Isolation: whatever a file does to its reader, the parent goes on and every file is accounted for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.errors import Reason
from kb.ingest.extractor import REGISTRY, Limits, extractor_for
from kb.ingest.reading import Reader, Reading, version_of
from tests.ingest import pdfs

QUICK = Limits(seconds=2, ocr=False)


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PDF that keeps its reader busy for good, without taking memory."""
    return pdfs.nested_forms(tmp_path_factory.mktemp("endless") / "endless.pdf", depth=28, width=40)


def small(folder: Path, number: int) -> Path:
    return pdfs.document(folder / f"{number:03}.pdf", [pdfs.show(pdfs.lines([f"Straße Nummer {number} in Köln"]))])


def read(paths: list[Path], limits: Limits = QUICK, workers: int = 1) -> dict[str, Reading]:
    with Reader(limits, workers) as reader:
        found = list(reader.read(paths))
    assert sorted(reading.path for reading in found) == sorted(paths), "each path once"
    return {reading.path.name: reading for reading in found}


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task")
    try:
        lists = [(task / "children").read_text() for task in tasks.iterdir()]
    except OSError:
        return []
    return [int(child) for each in lists for child in each.split()]


def below(pid: int) -> list[int]:
    return [found for child in children(pid) for found in (child, *below(child))]


def wait_until(condition: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def text_of(reading: Reading) -> str:
    assert reading.extraction is not None, (reading.reason, reading.detail)
    return "\n".join(page.text for page in reading.extraction.pages)


def test_many_small_files_each_with_their_own_text(tmp_path: Path) -> None:
    paths = [small(tmp_path, number) for number in range(40)]
    found = read(paths, workers=2)
    assert all(text_of(found[f"{number:03}.pdf"]) == f"Straße Nummer {number} in Köln" for number in range(40))
    assert all(reading.reason is None and reading.format == "pdf" for reading in found.values())


def test_a_stuck_file_is_stopped_and_does_not_stall_the_others(tmp_path: Path, endless: Path) -> None:
    paths = [small(tmp_path, number) for number in range(6)]
    with Reader(Limits(seconds=6, memory=8 * 2**30, ocr=False), workers=2) as reader:
        done = list(reader.read([endless, *paths]))
    assert len(done) == 7
    assert done[-1].path == endless, "the others did not wait for it"
    assert (done[-1].reason, done[-1].format) == (Reason.TOO_SLOW, "pdf")
    assert all(reading.reason is None for reading in done[:-1])


def test_a_file_that_fails_takes_nothing_with_it(tmp_path: Path) -> None:
    broken = tmp_path / "003b.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing of the kind\n")
    bomb = pdfs.deflate_bomb(tmp_path / "005b.pdf", megabytes=300)
    paths = [small(tmp_path, number) for number in range(10)]
    limits = Limits(seconds=10, memory=300 * 2**20, ocr=False)
    found = read(sorted([*paths, broken, bomb]), limits)
    assert found["003b.pdf"].reason is Reason.DAMAGED
    assert found["005b.pdf"].reason is Reason.TOO_MUCH_MEMORY
    assert all(found[path.name].reason is None for path in paths)


def test_a_child_that_dies_is_a_crash_and_its_server_goes_on(tmp_path: Path, endless: Path) -> None:
    with Reader(Limits(seconds=30, ocr=False), workers=1) as reader:
        killer = threading.Thread(target=kill_reading_child, args=(signal.SIGSEGV,))
        killer.start()
        first, second = reader.read(iter([endless, small(tmp_path, 1)]))
        killer.join()
    assert (first.reason, first.format) == (Reason.CRASHED, "pdf")
    assert "signal 11" in first.detail
    assert text_of(second) == "Straße Nummer 1 in Köln"


def kill_reading_child(number: signal.Signals) -> None:
    wait_until(lambda: any(children(server) for server in children(os.getpid())))
    time.sleep(0.3)
    for server in children(os.getpid()):
        for child in children(server):
            os.kill(child, number)


def test_a_server_that_dies_is_replaced(tmp_path: Path) -> None:
    paths = [small(tmp_path, number) for number in range(30)]
    with Reader(QUICK, workers=1) as reader:
        readings: Iterator[Reading] = reader.read(paths)
        found = [next(readings)]
        for server in children(os.getpid()):
            os.kill(server, signal.SIGKILL)
        found += readings
    assert sorted(reading.path for reading in found) == paths
    assert all(reading.reason is None for reading in found)


def test_paths_are_taken_as_they_are_needed(tmp_path: Path) -> None:
    taken: list[Path] = []

    def paths() -> Iterator[Path]:
        for number in range(50):
            taken.append(small(tmp_path, number))
            yield taken[-1]

    with Reader(QUICK, workers=1) as reader:
        readings = reader.read(paths())
        next(readings)
        assert len(taken) < 12
        assert sum(1 for _ in readings) == 49


def test_nothing_is_left_behind(tmp_path: Path, endless: Path) -> None:
    started = time.monotonic()
    with Reader(Limits(seconds=600, ocr=False), workers=1) as reader:
        readings = reader.read([small(tmp_path, 1), endless])
        next(readings)
        pids = below(os.getpid())
        assert pids
    assert time.monotonic() - started < 300, "closing does not wait for the stuck file"
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


SCRIPT = """
import sys
from pathlib import Path
from kb.ingest.extractor import Limits
from kb.ingest.reading import Reader
with Reader(Limits(seconds=60, ocr=False), workers=2) as reader:
    for reading in reader.read(map(Path, sys.argv[1:])):
        print(reading.path, flush=True)
"""


def test_children_end_with_a_parent_that_is_killed(tmp_path: Path, endless: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, str(small(tmp_path, 1)), str(endless)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | {"TMPDIR": str(tmp_path)}
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline()
        wait_until(lambda: len(below(parent.pid)) >= 3)
        pids = below(parent.pid)
        assert list(tmp_path.glob("kb-reading-*"))
        parent.kill()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))
    assert not list(tmp_path.glob("kb-reading-*")), "their temporary files are left behind"


def test_what_is_no_readable_file(tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").touch()
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    found = read([tmp_path / name for name in ("empty.pdf", "folder", "missing.pdf", "pipe")])
    assert {name: reading.reason for name, reading in found.items()} == {
        "empty.pdf": Reason.EMPTY,
        "folder": Reason.UNREADABLE,
        "missing.pdf": Reason.UNREADABLE,
        "pipe": Reason.UNREADABLE,
    }


MAY_LEAVE = (
    "import ctypes, os, sys; sys.exit(ctypes.CDLL(None).unshare(0x40000000 | (0x10000000 if os.getuid() else 0)) != 0)"
)


def test_readers_have_no_network(tmp_path: Path) -> None:
    if subprocess.run([sys.executable, "-c", MAY_LEAVE], check=False).returncode:
        pytest.skip("this system does not let a process leave the network")
    with Reader(QUICK, workers=1) as reader:
        (reading,) = reader.read([small(tmp_path, 1)])
        networks = {str(Path(f"/proc/{pid}/ns/net").readlink()) for pid in children(os.getpid())}
    assert reading.reason is None
    assert networks
    assert str(Path("/proc/self/ns/net").readlink()) not in networks


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    found = read([small(tmp_path, 1)], Limits(size=100))
    assert found["001.pdf"].reason is Reason.TOO_LARGE


def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/Stra\xdfe.pdf"))
    odd.write_bytes(small(tmp_path, 7).read_bytes())
    with Reader(QUICK, workers=1) as reader:
        (found,) = reader.read([odd])
    assert text_of(found) == "Straße Nummer 7 in Köln"


def test_versions_are_those_of_the_extractors() -> None:
    versions = {name: version_of(name) for name in REGISTRY}
    assert versions == {name: extractor_for(name).version for name in REGISTRY}
    assert all(versions.values())
    assert version_of("unheard-of") == ""
