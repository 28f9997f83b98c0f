"""Measuring search on a collection with known answers: reading it, searching it as a person would, the figures.

A collection is a folder with corpus.jsonl {id, title, text}, queries.jsonl {id, text} and qrels.tsv (query, document,
grade; a header line and the four columns of TREC are understood). Every query is typed into the search as it stands.
Formulas after trec_eval: gains are grades, discounts 1 / log2(rank + 1), a document with a grade above 0 is relevant,
averages are over the queries that have a relevant document.
"""

from __future__ import annotations

import csv
import json
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from kb.errors import InputError
from kb.index.indexer import Indexer
from kb.index.query import Query
from kb.index.record import IndexRecord
from kb.ingest.passage import passages
from kb.model import Page, Visibility
from kb.search import SearchService

METRICS = ("ndcg@10", "mrr@10", "recall@10", "recall@100", "map")
DEPTH = 1000  # hits of a query that count for the mean average precision
ROUNDS = 10_000  # of the randomization test
_SAME = 1e-6  # files of figures by query have six decimals

Qrels = Mapping[str, Mapping[str, int]]
PerQuery = dict[str, dict[str, float]]


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    row = json.loads(line)
                    if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in needed):
                        raise InputError(f"{path}, line {number}: an object with {', '.join(needed)} is needed")
                    yield row
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    except json.JSONDecodeError as error:
        raise InputError(f"{path}, line {number}: not JSON ({error})") from error


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents, queries and judgments in a folder. Raises InputError for a file that is missing or wrong."""

    folder: Path

    def records(self) -> Iterator[IndexRecord]:
        """The documents, one in memory at a time; an id that comes twice keeps its first document."""
        seen: set[str] = set()
        for row in _rows(self.folder / "corpus.jsonl", ("id", "text")):
            if row["id"] in seen:
                continue
            seen.add(row["id"])
            yield IndexRecord(
                id=row["id"],
                key=row["id"],
                title=str(row.get("title") or ""),
                kind="",
                date="",
                visibility=Visibility.PUBLIC,
                passages=passages([Page(1, row["text"])]),
            )

    def queries(self) -> dict[str, str]:
        """Query id → text."""
        return {row["id"]: row["text"] for row in _rows(self.folder / "queries.jsonl", ("id", "text"))}

    def qrels(self) -> dict[str, dict[str, int]]:
        """Query id → document id → grade, those above 0."""
        path = self.folder / "qrels.tsv"
        found: dict[str, dict[str, int]] = {}
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{path} cannot be read: {error}") from error
        for number, line in enumerate(lines, start=1):
            columns = line.split("\t") if "\t" in line else line.split()
            if not columns or (number == 1 and not columns[-1].strip().lstrip("-").isdecimal()):
                continue
            query, document, grade = _judgment(path, number, columns)
            if grade > 0:
                found.setdefault(query, {})[document] = grade
        return found


def _judgment(path: Path, number: int, columns: Sequence[str]) -> tuple[str, str, int]:
    try:
        grade = int(columns[-1])
        return columns[0].strip(), columns[-2].strip(), grade
    except (ValueError, IndexError) as error:
        raise InputError(f"{path}, line {number}: query, document and grade are needed") from error


def measure(ranking: Sequence[str], relevant: Mapping[str, int]) -> dict[str, float]:
    """The figures of one query: `ranking` are document ids, best first, `relevant` their grades."""
    gains = [relevant.get(document, 0) for document in ranking]
    ideal = sorted(relevant.values(), reverse=True)
    first = next((rank for rank, gain in enumerate(gains[:10], start=1) if gain), 0)
    return {
        "ndcg@10": _dcg(gains[:10]) / _dcg(ideal[:10]),
        "mrr@10": 1 / first if first else 0.0,
        "recall@10": sum(gain > 0 for gain in gains[:10]) / len(relevant),
        "recall@100": sum(gain > 0 for gain in gains[:100]) / len(relevant),
        "map": _average_precision(gains, len(relevant)),
    }


def _dcg(gains: Iterable[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def _average_precision(gains: Sequence[int], relevant: int) -> float:
    hits, total = 0, 0.0
    for rank, gain in enumerate(gains, start=1):
        if gain:
            hits += 1
            total += hits / rank
    return total / relevant


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of a collection: means, the same by query, and wall-clock seconds."""

    documents: int
    per_query: PerQuery
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def means(self) -> dict[str, float]:
        """The mean of every figure over the queries, 0 where there is none."""
        count = len(self.per_query) or 1
        return {name: sum(row[name] for row in self.per_query.values()) / count for name in METRICS}

    def as_json(self) -> dict[str, Any]:
        """What `kb eval --json` prints."""
        means = {name: round(mean, 4) for name, mean in self.means.items()}
        seconds = {name: round(value, 3) for name, value in self.seconds.items()}
        return {"documents": self.documents, "queries": len(self.per_query), **means, "seconds": seconds}


def evaluate(
    collection: Collection,
    indexer: Indexer,
    service: SearchService,
    progress: Callable[[str, int, int], None] = lambda _stage, _done, _known: None,
) -> Evaluation:
    """Index the collection with `indexer` and search every judged query with `service`. Raises InputError, EngineError."""
    queries, qrels = collection.queries(), collection.qrels()
    judged = [identifier for identifier in queries if identifier in qrels]
    if not judged:
        raise InputError(f"{collection.folder}: no query of queries.jsonl has a relevant document in qrels.tsv")
    start = time.perf_counter()
    documents = len(indexer.rebuild(_watched(collection.records(), progress)).added)
    indexed = time.perf_counter()
    per_query: PerQuery = {}
    for done, identifier in enumerate(judged, start=1):
        ranking = service.ranking(Query(queries[identifier], facets=()), DEPTH)
        per_query[identifier] = measure(ranking, qrels[identifier])
        progress("search", done, len(judged))
    return Evaluation(documents, per_query, {"index": indexed - start, "search": time.perf_counter() - indexed})


def _watched(records: Iterable[IndexRecord], progress: Callable[[str, int, int], None]) -> Iterator[IndexRecord]:
    for done, record in enumerate(records, start=1):
        yield record
        progress("index", done, 0)


def write_per_query(path: Path, per_query: PerQuery) -> None:
    """Write the figures by query as a table with tabs. Raises InputError when the file cannot be written."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, delimiter="\t", lineterminator="\n")
            table.writerow(("query", *METRICS))
            table.writerows(
                (identifier, *(f"{row[name]:.6f}" for name in METRICS)) for identifier, row in per_query.items()
            )
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def read_per_query(path: Path) -> PerQuery:
    """Read what `write_per_query` wrote. Raises InputError."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t")
            return {row["query"]: {name: float(row[name]) for name in METRICS} for row in rows}
    except (OSError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} is not a table that `kb eval --per-query` wrote: {error}") from error


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure in two runs over the same queries. `p` is two-sided, of the paired randomization test."""

    queries: int
    mean: float
    other: float
    better: int
    worse: int
    p: float


def compare(one: PerQuery, other: PerQuery, metric: str = "ndcg@10") -> Comparison:
    """Compare two runs on the queries that both have. Raises InputError where there is none.

    The test swaps the two runs' values at random and counts how often the difference is at least as large (Smucker,
    Allan & Carterette 2007); the random numbers are the same every time.
    """
    shared = [identifier for identifier in one if identifier in other]
    if not shared:
        raise InputError("the two runs have no query in common")
    mine = np.array([one[identifier][metric] for identifier in shared])
    theirs = np.array([other[identifier][metric] for identifier in shared])
    differences = mine - theirs
    return Comparison(
        queries=len(shared),
        mean=float(mine.mean()),
        other=float(theirs.mean()),
        better=int((differences > _SAME).sum()),
        worse=int((differences < -_SAME).sum()),
        p=_randomization(differences),
    )


def _randomization(differences: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    generator = np.random.default_rng(20_07)
    observed = abs(float(differences.mean())) - 1e-12
    extreme = 0
    for _ in range(ROUNDS // 500):
        signs = generator.choice((-1.0, 1.0), size=(500, len(differences)))
        extreme += int((np.abs((signs * differences).mean(axis=1)) >= observed).sum())
    return (extreme + 1) / (ROUNDS + 1)
