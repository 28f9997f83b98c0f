"""The log of searches without results: what it keeps, and what it never keeps."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kb.index.indexer import Indexer
from kb.index.query import Query
from kb.search import SearchService
from kb.search.missed import Missed, MissedSearches
from tests.index.sample import RECORDS, analyzer


def test_several_days_are_needed(tmp_path: Path) -> None:
    path = tmp_path / "missed.tsv"
    path.write_text("2026-01-01\twindrad\n2026-01-01\twindrad\n2026-01-01\tfahrstuhl\n")
    log = MissedSearches(path)
    assert log.often() == []
    log.note(["windrad"])
    assert log.often() == [Missed("windrad", 2, datetime.now(UTC).date().isoformat())]


@pytest.mark.parametrize(
    "words",
    [[], ["erika@example.org"], ["0234123456"], ["a", "b"], ["eins", "zwei", "drei", "vier", "fünf"], ["x" * 50]],
)
def test_what_may_be_personal_is_not_kept(tmp_path: Path, words: list[str]) -> None:
    path = tmp_path / "missed.tsv"
    MissedSearches(path).note(words)
    assert not path.exists()


def test_size_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "missed.tsv"
    path.write_text("2026-01-01\twindrad\n" * 40_000)
    MissedSearches(path).note(["neues"])
    assert path.stat().st_size < 500_000
    assert path.read_text().endswith("\tneues\n")


def test_a_folder_that_cannot_be_written_to_is_no_error(tmp_path: Path) -> None:
    MissedSearches(tmp_path / "none" / "missed.tsv").note(["windrad"])


def test_the_service_notes_words_without_results(tmp_path: Path) -> None:
    Indexer(tmp_path, "tantivy", analyzer()).update(RECORDS)
    service = SearchService(tmp_path, "tantivy", analyzer())
    service.search(Query("Windradpark"))
    service.search(Query("Leerstand"))
    assert [line.split("\t")[1] for line in (tmp_path / "missed.tsv").read_text().splitlines()] == ["windradpark"]
