"""The figures of `kb eval`, against values worked out by hand, on a tiny collection."""

import json
import math
from pathlib import Path

import pytest

from kb import evaluation
from kb.errors import InputError
from kb.evaluation import Collection, compare, measure
from kb.index.indexer import Indexer
from kb.search import SearchService
from tests.index.sample import analyzer

DOCUMENTS = {
    "d1": "Der Leerstand in der Innenstadt wächst.",
    "d2": "Die Wohnungsleerstände sind gesunken.",
    "d3": "Ein Radweg am Fluss.",
    "d4": "Der Radverkehr braucht Platz, der Radweg auch.",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "collection"
    place.mkdir()
    rows = [json.dumps({"id": key, "title": "", "text": text}) for key, text in DOCUMENTS.items()]
    (place / "corpus.jsonl").write_text("\n".join(rows) + "\n")
    queries = {"q1": "Leerstand", "q2": "Wie ist der Radweg am Fluss?", "q3": "unbewertet"}
    (place / "queries.jsonl").write_text("\n".join(json.dumps({"id": key, "text": q}) for key, q in queries.items()))
    (place / "qrels.tsv").write_text("query\tdocument\tgrade\nq1\td1\t2\nq1\td2\t1\nq2\td3\t1\nq3\td3\t0\n")
    return place


def test_figures_of_one_query() -> None:
    figures = measure(["x", "b", "a"], {"a": 2, "b": 1, "c": 1})
    ideal = 2 + 1 / math.log2(3) + 1 / 2
    assert figures["ndcg@10"] == pytest.approx((1 / math.log2(3) + 2 / 2) / ideal)
    assert figures["mrr@10"] == pytest.approx(1 / 2)
    assert figures["recall@10"] == pytest.approx(2 / 3)
    assert figures["map"] == pytest.approx((1 / 2 + 2 / 3) / 3)


def test_cutoffs() -> None:
    ranking = [f"x{number}" for number in range(10)] + ["a"] + [f"y{number}" for number in range(100)] + ["b"]
    figures = measure(ranking, {"a": 1, "b": 1})
    assert (figures["ndcg@10"], figures["mrr@10"], figures["recall@10"]) == (0, 0, 0)
    assert figures["recall@100"] == 0.5
    assert figures["map"] == pytest.approx((1 / 11 + 2 / 112) / 2)
    assert measure([], {"a": 1}) == dict.fromkeys(evaluation.METRICS, 0.0)


@pytest.mark.parametrize("engine", ["tantivy", "whoosh"])
def test_a_collection(folder: Path, tmp_path: Path, engine: str) -> None:
    indexer = Indexer(tmp_path / "index", engine, analyzer())
    service = SearchService(tmp_path / "index", engine, analyzer())
    result = evaluation.evaluate(Collection(folder), indexer, service)
    assert result.documents == 4
    assert set(result.per_query) == {"q1", "q2"}
    assert result.means["ndcg@10"] == pytest.approx(1.0)
    assert set(result.as_json()) == {"documents", "queries", *evaluation.METRICS, "seconds"}
    assert set(result.as_json()["seconds"]) == {"index", "search"}


def test_per_query_table_comes_back(tmp_path: Path) -> None:
    table = {"q1": dict.fromkeys(evaluation.METRICS, 0.25), "q2": dict.fromkeys(evaluation.METRICS, 1.0)}
    evaluation.write_per_query(tmp_path / "run.tsv", table)
    assert evaluation.read_per_query(tmp_path / "run.tsv") == table


def _run(*values: float) -> evaluation.PerQuery:
    return {f"q{number}": {"ndcg@10": value} for number, value in enumerate(values)}


def test_comparison() -> None:
    same = compare(_run(*[0.5] * 30), _run(*[0.5] * 30))
    assert (same.better, same.worse, same.p) == (0, 0, 1.0)
    clear = compare(_run(*[0.9] * 30), _run(*[0.5] * 30))
    assert (clear.better, clear.worse) == (30, 0)
    assert clear.p < 0.001
    chance = compare(_run(1, 0, 1, 0, 1), _run(0, 1, 0, 1, 1))
    assert chance.p > 0.5
    # three differences of the same size: 2 of the 8 ways to sign them are as extreme
    assert compare(_run(1, 1, 1), _run(0, 0, 0)).p == pytest.approx(0.25, abs=0.02)
    with pytest.raises(InputError, match="no query in common"):
        compare(_run(1), {})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("corpus.jsonl", '{"id": "d1"}'),
        ("queries.jsonl", "{"),
        ("qrels.tsv", "q1\td1\t1\nq1 d2 viel"),
        ("qrels.tsv", "q9\td1\t1"),
    ],
)
def test_bad_files_are_named(folder: Path, tmp_path: Path, name: str, content: str) -> None:
    (folder / name).write_text(content)
    indexer = Indexer(tmp_path / "index", "tantivy", analyzer())
    with pytest.raises(InputError, match=name):
        evaluation.evaluate(Collection(folder), indexer, SearchService(tmp_path / "index", "tantivy", analyzer()))


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"queries\.jsonl"):
        Collection(tmp_path).queries()
    with pytest.raises(InputError, match="--per-query"):
        evaluation.read_per_query(tmp_path / "none.tsv")


SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "eval"


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("name", "least"), [("xquad_de", 0.955), ("planungsrecht_de", 0.65)])
def test_quality_does_not_fall(tmp_path: Path, name: str, least: float) -> None:
    """A little below what is measured, so that only a real loss fails; the figures are in docs/search.md."""
    if not (SHARED / name).is_dir():
        pytest.skip(f"the evaluation set {name} is not here")
    indexer = Indexer(tmp_path, "tantivy", analyzer())
    result = evaluation.evaluate(Collection(SHARED / name), indexer, SearchService(tmp_path, "tantivy", analyzer()))
    assert result.means["ndcg@10"] >= least
