"""What is kept between queries: bounded, and gone with the next commit."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.index.indexer import Indexer
from kb.index.query import Filters, Query
from kb.model import PUBLIC, STAFF, Visibility
from kb.search import SearchService
from kb.search.kept import Recent
from tests.index.sample import analyzer, record


def test_those_not_used_for_longest_make_room() -> None:
    recent: Recent[str, int] = Recent(4)
    for number, name in enumerate("abcd"):
        recent.put(name, number)
    assert recent.get("a") == 0
    recent.put("e", 4)
    assert [recent.get(name) for name in "abcde"] == [0, None, 2, 3, 4]


def test_weights_are_added_up_and_replaced() -> None:
    recent: Recent[str, int] = Recent(40)
    for _ in range(10):
        recent.put("same", 1, 10)
    for name in "abc":
        recent.put(name, 1, 10)
    assert [recent.get(name) for name in ("same", "a", "b", "c")] == [1, 1, 1, 1]
    recent.put("huge", 1, 11)
    assert recent.get("huge") is None
    recent.put("d", 1, 10)
    assert recent.get("same") is None


@pytest.mark.parametrize("engine", ["tantivy", "whoosh"])
def test_a_commit_is_seen_in_counts_and_documents(tmp_path: Path, engine: str) -> None:
    indexer = Indexer(tmp_path, engine, analyzer())
    indexer.update([record("a", "Leerstand", kind="reader")])
    service = SearchService(tmp_path, engine, analyzer())
    query = Query("Leerstand", facets=("kind",))
    for _ in range(2):
        results = service.search(query)
        assert (results.total, [(one.value, one.count) for one in results.facets["kind"]]) == (1, [("reader", 1)])
    indexer.update([record("a", "Leerstand und Umbau", kind="leitfaden", key="2"), record("b", "Leerstand")])
    results = service.search(query)
    assert results.total == 2
    assert {one.value: one.count for one in results.facets["kind"]} == {"leitfaden": 1, "reader": 1}
    assert any("Umbau" in passage.text for hit in results.hits for passage in hit.passages)


@pytest.mark.parametrize("engine", ["tantivy", "whoosh"])
def test_nothing_kept_is_shown_to_others(tmp_path: Path, engine: str) -> None:
    indexer = Indexer(tmp_path, engine, analyzer())
    indexer.update([record("a", "Leerstand")])
    service = SearchService(tmp_path, engine, analyzer())
    assert service.search(Query("Leerstand")).total == 1
    indexer.update([record("b", "Leerstand", visibility=Visibility.INTERNAL)])
    for _ in range(2):
        for viewer, found in ((STAFF, {"a", "b"}), (PUBLIC, {"a"})):
            results = service.search(Query("Leerstand", viewer=viewer))
            assert {hit.document for hit in results.hits} == found
            assert results.total == len(found)


def test_a_choice_is_counted_for_itself(tmp_path: Path) -> None:
    Indexer(tmp_path, "tantivy", analyzer()).update(
        [record("a", "Leerstand", kind="reader"), record("b", "Leerstand", kind="flyer")]
    )
    service = SearchService(tmp_path, "tantivy", analyzer())
    for kinds, total in (((), 2), (("flyer",), 1), (("flyer", "reader"), 2), ((), 2)):
        results = service.search(Query("Leerstand", Filters(kind=kinds)))
        assert results.total == total
        assert {one.value: one.selected for one in results.facets["kind"]} == {
            "flyer": "flyer" in kinds,
            "reader": "reader" in kinds,
        }


def test_rows_can_be_changed_without_changing_what_is_kept(tmp_path: Path) -> None:
    Indexer(tmp_path, "tantivy", analyzer()).update([record("a", "Leerstand")])
    service = SearchService(tmp_path, "tantivy", analyzer())
    service.search(Query("Leerstand")).facets.clear()
    assert service.search(Query("Leerstand")).facets["kind"]
