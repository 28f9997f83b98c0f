"""The cache of word forms: kept across runs, never trusted when damaged, limited, harmless for two processes at once."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from kb.language.analyzer import Analyzer
from kb.language.cache import FormCache
from kb.language.token import Form

TEXT = "Das Wohnungsleerstandsmanagement, Haus- und Hofflächen, Bürger:innen am 14.05.2012 in Lünen, z. B. §§ 171a–d"


def build_nothing(surface: str) -> Form:
    raise AssertionError(f"{surface!r} was built, though the cache should know it")


def build_simply(surface: str) -> Form:
    return Form(surface, surface.lower(), surface.lower())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "forms.txt"


def saved(path: Path) -> Analyzer:
    analyzer = Analyzer(cache=path)
    analyzer.tokens(TEXT)
    analyzer.save()
    return analyzer


def test_a_second_run_has_the_same_forms_without_building_any(path: Path) -> None:
    first = saved(path)
    cache = FormCache(build_nothing, first.version, path, 1000)
    surfaces = [TEXT[start:end] for start, end, _ in first.tokens(TEXT) if TEXT[start:end] != "Haus-"]
    assert [cache[surface] for surface in surfaces] == [first.form(surface) for surface in surfaces]
    assert [form for _, _, form in Analyzer(cache=path).tokens(TEXT)] == [form for _, _, form in first.tokens(TEXT)]


def test_nothing_is_written_without_a_path_or_without_news(path: Path) -> None:
    saved(path)
    before = path.stat().st_mtime_ns
    again = Analyzer(cache=path)
    again.tokens(TEXT)
    again.save()
    assert path.stat().st_mtime_ns == before
    Analyzer().save()


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "other", "binary"])
def test_a_damaged_file_is_built_anew_and_logged(path: Path, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    expected = [form for _, _, form in saved(path).tokens(TEXT)]
    good = path.read_bytes()
    path.write_bytes(
        {
            "cut": good[: len(good) // 2],
            "flip": good.replace(b"hausfl", b"mausfl"),
            "empty": b"",
            "other": b"something else\n",
            "binary": bytes(range(256)) * 40,
        }[damage]
    )
    with caplog.at_level(logging.WARNING):
        analyzer = Analyzer(cache=path)
    assert "damaged" in caplog.text
    assert [form for _, _, form in analyzer.tokens(TEXT)] == expected
    analyzer.save()
    assert path.read_bytes().startswith(good.partition(b"\n")[0].rpartition(b"\t")[0])


def test_a_cache_of_another_version_is_replaced_without_a_word(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    saved(path)
    with caplog.at_level(logging.WARNING):
        other = Analyzer(protected=["Wohnungsleerstandsmanagement"], cache=path)
        assert other.form("Wohnungsleerstandsmanagement").parts == ()
        other.save()
    assert caplog.text == ""
    assert (
        Analyzer(protected=["Wohnungsleerstandsmanagement"], cache=path).form("Wohnungsleerstandsmanagement").parts
        == ()
    )


def test_a_folder_that_cannot_be_written_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("no folder")
    with caplog.at_level(logging.WARNING):
        saved(tmp_path / "file" / "forms.txt")
    assert "cannot be" in caplog.text


def test_memory_and_file_are_limited(path: Path) -> None:
    cache = FormCache(build_simply, "v1", path, 100)
    for number in range(1000):
        assert cache[f"wort{number}"].stem == f"wort{number}"
        assert len(cache) <= 100
    cache.save()
    assert len(path.read_bytes().splitlines()) <= 101


def test_forms_of_this_run_are_kept_before_older_ones(path: Path) -> None:
    old = FormCache(build_simply, "v1", path, 10)
    for number in range(10):
        old[f"alt{number}"]
    old.save()
    new = FormCache(build_simply, "v1", path, 10)
    new["neu"]
    new.save()
    kept = FormCache(build_nothing, "v1", path, 10)
    assert kept["neu"].text == "neu"


def test_what_another_process_saved_meanwhile_is_kept(path: Path) -> None:
    one, other = (FormCache(build_simply, "v1", path, 100) for _ in range(2))
    one["eins"]
    other["zwei"]
    one.save()
    other.save()
    both = FormCache(build_nothing, "v1", path, 100)
    assert (both["eins"].text, both["zwei"].text) == ("eins", "zwei")


def test_very_long_garbage_is_not_written(path: Path) -> None:
    cache = FormCache(build_simply, "v1", path, 100)
    cache["x" * 5000]
    cache["kurz"]
    cache.save()
    assert len(path.read_bytes()) < 200


PROGRAM = """
import sys
from pathlib import Path
from kb.language.cache import FormCache
from kb.language.token import Form
cache = FormCache(lambda word: Form(word, word, word), "v1", Path(sys.argv[1]), 5000)
for turn in range(20):
    for number in range(50):
        cache[f"{sys.argv[2]}{turn}x{number}"]
    cache.save()
"""


def test_two_processes_saving_at_once_leave_a_whole_file(path: Path) -> None:
    runs = [subprocess.Popen([sys.executable, "-c", PROGRAM, str(path), name]) for name in ("a", "b")]
    assert [run.wait(60) for run in runs] == [0, 0]
    known = {line.partition("\t")[0] for line in path.read_text(encoding="utf-8").splitlines()[1:]}
    assert {"a19x49", "b19x49"} & known
    assert len(known) >= 1000
    form = FormCache(build_nothing, "v1", path, 5000)[min(known)]
    assert form.text in known
    assert list(path.parent.glob("*.new")) == []
