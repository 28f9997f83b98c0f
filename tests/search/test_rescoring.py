"""The second look on real indexes of both engines: words of the same root, and where in a document the answer stands."""

from dataclasses import replace
from pathlib import Path

import pytest

from kb.index.engine import ENGINES
from kb.index.indexer import Indexer
from kb.index.query import Hit, Mode, Query
from kb.index.record import IndexRecord
from kb.search import SearchService
from kb.search.ranking import DEFAULT, Ranking
from tests.index.sample import analyzer, record

FILLER = "Der Rat nimmt den Bericht zur Kenntnis."
ANSWER = "Am Spielplatz stört der Lärm die Nachbarschaft."
QUESTION = "Wer klagt über Lärm am Spielplatz?"


def long_document(identifier: str, length: int, place: int) -> IndexRecord:
    return record(identifier, *(ANSWER if number == place else FILLER for number in range(length)))


def marks(hit: Hit) -> set[str]:
    return {passage.text[start:end] for passage in hit.passages for start, end in passage.highlights}


@pytest.fixture(scope="module", params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def service_of(folder: Path, engine: str, records: list[IndexRecord], ranking: Ranking = DEFAULT) -> SearchService:
    Indexer(folder, engine, analyzer()).update(records)
    return SearchService(folder, engine, analyzer(), ranking=ranking)


def test_a_question_shows_and_marks_the_passage_with_a_word_of_the_same_root(tmp_path: Path, engine: str) -> None:
    pages = ("Der Rat berät über Leitungen.", "Die Nachbarn dulden die Leitung auf ihrem Grundstück.")
    service = service_of(tmp_path, engine, [record("a", *pages), record("b", FILLER)])
    [hit] = service.search(Query("Was gilt für die Duldung einer Leitung?")).hits
    assert hit.passages[0].page == 2
    assert marks(hit) == {"dulden", "Leitung", "Leitungen"}


def test_a_root_is_not_taken_for_the_word_itself(tmp_path: Path, engine: str) -> None:
    records = [record("a", "Der Verein tagt.", "Die Vereinigung tagt."), record("b", "Die Vereinigung tagt.")]
    service = service_of(tmp_path, engine, records)
    keywords = service.search(Query("Verein", mode=Mode.ALL))
    assert [marks(hit) for hit in keywords.hits] == [{"Verein"}]
    best = service.search(Query("Verein", mode=Mode.BEST))
    assert [(hit.document, marks(hit)) for hit in best.hits] == [
        ("a", {"Verein", "Vereinigung"}),
        ("b", {"Vereinigung"}),
    ]


def test_the_beginning_counts_most_in_a_short_document(tmp_path: Path, engine: str) -> None:
    records = [long_document("late", 6, 5), long_document("first", 6, 0)]
    hits = service_of(tmp_path, engine, records).search(Query(QUESTION)).hits
    assert [hit.document for hit in hits] == ["first", "late"]


def test_the_beginning_counts_less_the_longer_a_document_is(tmp_path: Path, engine: str) -> None:
    def gap(length: int, ranking: Ranking) -> float:
        folder = tmp_path / f"{length}-{ranking.lead_passages}"
        records = [long_document("late", length, length - 1), long_document("first", length, 0)]
        first, late = service_of(folder, engine, records, ranking).search(Query(QUESTION)).hits
        return first.score - late.score

    always = replace(DEFAULT, lead_passages=1000)
    assert gap(40, DEFAULT) == pytest.approx(gap(40, always) / 4, abs=1e-3)
