"""The indexer: what it holds, rebuilding beside, versions, damage, full disks, kills."""

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from kb.errors import EngineError, LockedError
from kb.index.engine import ENGINES
from kb.index.indexer import Indexer
from kb.index.query import Query
from kb.index.record import IndexRecord
from kb.index.snapshot import Shelf
from kb.language.token import Form, Token
from kb.search import SearchService
from tests.index.sample import RECORDS, analyzer, record

ENGINE_NAMES = list(ENGINES)


@dataclass(frozen=True)
class Other:
    """The same analyzer under another version, as after an update."""

    version: str = "other"

    def tokens(self, text: str) -> list[Token]:
        return analyzer().tokens(text)

    def form(self, word: str) -> Form:
        return analyzer().form(word)


@pytest.fixture(params=ENGINE_NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def indexer(name: str, tmp_path: Path) -> Indexer:
    return Indexer(tmp_path, name, analyzer())


def keys(*records: IndexRecord) -> dict[str, str]:
    return {one.id: one.key for one in records}


def test_first_update_makes_the_index(indexer: Indexer) -> None:
    assert indexer.stale
    assert indexer.known() == {}
    assert indexer.update(RECORDS).added == keys(*RECORDS)
    assert indexer.known() == keys(*RECORDS)
    assert not indexer.stale


def test_update_replaces_and_removes(indexer: Indexer) -> None:
    indexer.update(RECORDS)
    changed = replace(RECORDS[0], key="2")
    durable = indexer.update([changed], ["zeche", "unknown"])
    assert durable.added == {"leitfaden": "2"}
    assert durable.removed == {"zeche", "unknown"}
    assert indexer.known() == keys(changed, *(one for one in RECORDS[1:] if one.id != "zeche"))


def test_removing_alone_is_durable(indexer: Indexer) -> None:
    indexer.update(RECORDS)
    assert indexer.update([], ["zeche"]).removed == {"zeche"}
    assert "zeche" not in indexer.known()


def test_batches_are_committed(tmp_path: Path, name: str) -> None:
    indexer = Indexer(tmp_path, name, analyzer(), batch=20)
    indexer.update(RECORDS[:1])
    done: list[int] = []
    indexer.update([record(f"d{number}", "Text") for number in range(25)], progress=done.append)
    assert done == [20, 5]


def test_other_versions_are_stale_and_built_anew(name: str, tmp_path: Path) -> None:
    old = Indexer(tmp_path, name, analyzer())
    old.update(RECORDS)
    new = Indexer(tmp_path, name, Other())
    assert new.stale
    assert new.known() == {}
    with pytest.raises(EngineError, match="kb reindex"):
        SearchService(tmp_path, name, Other()).search(Query("Leerstand"))
    assert new.update(RECORDS).added == keys(*RECORDS)
    assert old.stale
    assert SearchService(tmp_path, name, Other()).search(Query("Leerstand")).total == 1 + 1


def test_readers_go_on_during_a_rebuild_and_follow_the_swap(indexer: Indexer, name: str, tmp_path: Path) -> None:
    indexer.update(RECORDS)
    service = SearchService(tmp_path, name, analyzer())
    seen: list[int] = []

    def watched() -> Iterator[IndexRecord]:
        for one in RECORDS[:1]:
            seen.append(service.search(Query("Leerstand")).total)
            yield one

    indexer.rebuild(watched())
    assert seen == [2]
    assert service.search(Query("Leerstand")).total == 1
    assert [path.name for path in (tmp_path / name).iterdir() if path.is_dir()] == [
        Shelf(tmp_path, name).current().generation  # type: ignore[union-attr]
    ]


def test_killed_rebuild_goes_on(tmp_path: Path, name: str) -> None:
    indexer = Indexer(tmp_path, name, analyzer(), batch=100)
    indexer.update(RECORDS[:1])
    many = [record(f"d{number}", "Text") for number in range(150)]

    def dying() -> Iterator[IndexRecord]:
        yield from many[:110]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        indexer.rebuild(dying())
    assert indexer.known() == keys(RECORDS[0]), "the current index is untouched"
    done: list[int] = []
    durable = Indexer(tmp_path, name, analyzer()).rebuild(many[5:], progress=done.append)
    assert sum(done) < 100, "what was committed is not indexed again"
    assert len(durable.removed) == 5
    assert indexer.known() == keys(*many[5:])


def test_second_writer_is_told(indexer: Indexer, name: str, tmp_path: Path) -> None:
    with Shelf(tmp_path, name).lock(), pytest.raises(LockedError, match="another kb process"):
        indexer.update(RECORDS)


def test_damaged_pointer_says_what_to_do(indexer: Indexer, name: str, tmp_path: Path) -> None:
    indexer.update(RECORDS)
    (tmp_path / name / "CURRENT").write_text("{nonsense")
    with pytest.raises(EngineError, match="kb reindex"):
        SearchService(tmp_path, name, analyzer()).search(Query("Leerstand"))
    indexer.rebuild(RECORDS)
    assert SearchService(tmp_path, name, analyzer()).search(Query("Leerstand")).total == 2


def test_missing_index_says_what_to_do(name: str, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="kb reindex"):
        SearchService(tmp_path, name, analyzer()).search(Query("Leerstand"))


@pytest.mark.parametrize("how", ["emptied", "cut", "overwritten", "removed"])
def test_damaged_files_end_in_a_clear_error(indexer: Indexer, name: str, tmp_path: Path, how: str) -> None:
    indexer.update(RECORDS)
    generation = Shelf(tmp_path, name).current().generation  # type: ignore[union-attr]
    code = (
        "import sys; from pathlib import Path; from kb.errors import EngineError; from kb.search import SearchService\n"
        "from kb.index.query import Query; from tests.index.sample import analyzer\n"
        "try: print(SearchService(Path(sys.argv[1]), sys.argv[2], analyzer()).search(Query('Leerstand')).total)\n"
        "except EngineError as error: print(error)"
    )
    damaged = 0
    for path in sorted((tmp_path / name / generation).iterdir()):
        original = path.read_bytes()
        if not original or path.name.endswith(("LOCK", ".lock")) or path.name.startswith("."):
            continue
        _damage(path, original, how)
        run = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path), name], capture_output=True, text=True, timeout=60, check=False
        )
        assert run.returncode == 0, f"{path.name}: {run.stderr[-500:]}"
        assert "kb reindex" in run.stdout or run.stdout.strip() in ("0", "1", "2"), run.stdout
        damaged += "kb reindex" in run.stdout
        path.write_bytes(original)
        if damaged:
            break
    assert damaged


def _damage(path: Path, original: bytes, how: str) -> None:
    match how:
        case "emptied":
            path.write_bytes(b"")
        case "cut":
            path.write_bytes(original[: len(original) // 2])
        case "overwritten":
            path.write_bytes(bytes(byte ^ 0xA5 for byte in original))
        case "removed":
            path.unlink()


def test_full_disk_is_named_and_loses_nothing(indexer: Indexer, name: str, tmp_path: Path) -> None:
    indexer.update(RECORDS)
    code = (
        "import resource, signal, sys; from pathlib import Path; from kb.errors import EngineError\n"
        "from kb.index.indexer import Indexer; from tests.index.sample import analyzer, record\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))\n"
        "big = [record(f'n{n}', ' '.join(f'wort{n}x{m}' for m in range(4000))) for n in range(30)]\n"
        "try: Indexer(Path(sys.argv[1]), sys.argv[2], analyzer()).update(big)\n"
        "except EngineError as error: print('EngineError', error)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), name], capture_output=True, text=True, timeout=100, check=False
    )
    assert "the disk is full" in run.stdout, run.stdout + run.stderr[-800:]
    assert indexer.known() == keys(*RECORDS)
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


WRITER = """
import sys
from pathlib import Path
from kb.index.indexer import Indexer
from tests.index.sample import analyzer, record
target = Indexer(Path(sys.argv[1]), sys.argv[2], analyzer(), batch=3)
start = int(sys.argv[3])
for number in range(start, start + 10_000):
    for one in target.update([record(f"d{number}", f"Text {number}")]).added:
        print(one, flush=True)
"""


def _killed_again_and_again(folder: Path, name: str, times: int) -> None:
    target = Indexer(folder, name, analyzer())
    target.update([record("first", "Text")])
    acknowledged = {"first"}
    for turn in range(times):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), name, str(turn * 10_000)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        acknowledged.add(process.stdout.readline().strip())
        time.sleep(random.Random(turn).uniform(0, 0.15))
        os.kill(process.pid, signal.SIGKILL)
        acknowledged |= {line.strip() for line in process.stdout if line.endswith("\n")}
        process.wait()
        process.stdout.close()
        known = target.known()
        assert acknowledged <= set(known), "lost although acknowledged"
    total = SearchService(folder, name, analyzer()).search(Query("Text")).total
    assert total == len(target.known())
    target.update([record("last", "Text")])
    assert "last" in target.known()


def test_kill_loses_nothing_acknowledged(name: str, tmp_path: Path) -> None:
    _killed_again_and_again(tmp_path, name, 2)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_fifty_kills_lose_nothing_acknowledged(name: str, tmp_path: Path) -> None:
    _killed_again_and_again(tmp_path, name, 50)


def _commits(indexer: Indexer, folder: Path, name: str, times: int) -> None:
    service = SearchService(folder, name, analyzer())
    indexer.update([record("d0", "Anfang Leerstand")])
    for number in range(1, times):
        indexer.update([record(f"d{number}", "Leerstand")], [f"d{number - 10}"])
        assert service.search(Query("Leerstand")).total == min(number + 1, 10)
    files = sum(1 for path in (folder / name).rglob("*") if path.is_file())
    assert files < 200, "files of old commits are removed"


def test_reader_follows_every_commit(indexer: Indexer, name: str, tmp_path: Path) -> None:
    _commits(indexer, tmp_path, name, 15)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_reader_follows_a_thousand_commits(indexer: Indexer, name: str, tmp_path: Path) -> None:
    _commits(indexer, tmp_path, name, 1000)


def test_orphans_are_removed(tmp_path: Path) -> None:
    indexer = Indexer(tmp_path, "tantivy", analyzer())
    indexer.update(RECORDS)
    generation = Shelf(tmp_path, "tantivy").current().generation  # type: ignore[union-attr]
    orphan = tmp_path / "tantivy" / generation / f"{'0123456789abcdef' * 2}.store"
    orphan.write_bytes(b"left behind")
    indexer.update([record("neu", "Text")])
    assert not orphan.exists()
    assert "neu" in indexer.known()
