"""`kb eval`: the JSON, the table by query, comparing two runs, bad input."""

import json
from pathlib import Path

import pytest

from tests.cli.command import answer, kb

KEYS = ["documents", "queries", "ndcg@10", "mrr@10", "recall@10", "recall@100", "map", "seconds"]


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    rows = [
        {"id": "a", "title": "Parken", "text": "Der Parkplatz."},
        {"id": "b", "title": "", "text": "Der Marktplatz."},
    ]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "queries.jsonl").write_text(json.dumps({"id": "q", "text": "Wo ist der Marktplatz?"}))
    (tmp_path / "qrels.tsv").write_text("q\tb\t1\n")
    return tmp_path


def test_json_and_comparison(collection: Path, tmp_path: Path) -> None:
    table = tmp_path / "run.tsv"
    figures = answer("eval", collection, "--engine", "whoosh", "--per-query", table, "--data", tmp_path / "data")
    assert list(figures) == KEYS
    assert (figures["documents"], figures["queries"], figures["ndcg@10"]) == (2, 1, 1.0)
    assert set(figures["seconds"]) == {"index", "search"}
    assert table.read_text().splitlines()[0].split("\t") == ["query", *KEYS[2:7]]
    compared = answer("eval", collection, "--compare", table, "--data", tmp_path / "data")["compared"]
    assert compared["ndcg@10"] == {"queries": 1, "mean": 1.0, "other": 1.0, "better": 0, "worse": 0, "p": 1.0}


def test_text_and_bad_input(collection: Path, tmp_path: Path) -> None:
    done = kb("eval", collection, "--data", tmp_path / "data")
    assert "ndcg@10     1.0000" in done.stdout
    missing = kb("eval", tmp_path / "none", "--data", tmp_path / "data")
    assert missing.returncode == 2
    assert "queries.jsonl" in missing.stderr
    assert not (tmp_path / "data" / "index").exists(), "the installation's index is left alone"
