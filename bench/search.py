"""Search, measured end to end beside its peers on a generated corpus: speed by kind of query, indexing, size, memory.

    .venv/bin/python bench/search.py --passages 10000 100000 1000000 --whoosh 10000

SearchService (parse, rank, five facets, ten highlighted hits) on tantivy, the bare tantivy query with the same facets on
the same index, SQLite FTS5 with the same facets and snippets, and SearchService on whoosh up to the size given.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import sqlite3
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from passages import records

from kb.index.indexer import Indexer
from kb.index.query import Filters, Mode, Query
from kb.index.schema import PART, term
from kb.index.snapshot import Shelf
from kb.language.analyzer import Analyzer, german
from kb.search import SearchService

FACETS = ("topic", "municipality", "kind", "year", "regbez")
ROUNDS = 60

Clock = Callable[[], float]


def kinds_of_query(analyzer: Analyzer, sample: int, seed: int = 7) -> dict[str, list[Query]]:
    """Queries by kind, drawn from the words of the corpus; the same for every engine."""
    dice = random.Random(seed)
    texts = [record.passages[0].text for record in records(sample, seed=2)]
    tokens = [analyzer.tokens(text) for text in texts]
    found = Counter(stem for words in tokens for stem in {word.form.stem for word in words if not word.form.stop})
    spelled = {word.form.stem: word.form.text for words in tokens for word in words if word.form.text.isalpha()}
    middle = [spelled[stem] for stem, count in found.items() if sample / 400 < count < sample / 8 and stem in spelled]
    phrases = [
        text[words[place].start : words[place + 2].end]
        for text, words in zip(texts, tokens, strict=True)
        if len(words) > 20
        for place in [dice.randrange(10)]
    ]
    common = max(spelled, key=lambda stem: found[stem])
    telling = set(middle)
    together = [[one for one in dict.fromkeys(word.form.text for word in words) if one in telling] for words in tokens]
    keywords = [
        " ".join(dice.sample(words, dice.choice((1, 1, 2, 2, 3))))
        for words in dice.sample([words for words in together if len(words) >= 3], ROUNDS)
    ]
    base = {
        "keywords (1-3 words)": [Query(text) for text in keywords],
        f"common word ({spelled[common]}, {found[common] * 100 // sample} %)": [Query(spelled[common])] * (ROUNDS // 4),
        "page 500": [Query(spelled[common], page=500)] * (ROUNDS // 4),
        "prefix": [Query(f"{dice.choice(middle)[:5]}*") for _ in range(ROUNDS)],
        "similar spelling": [Query(f"{dice.choice(middle)}~") for _ in range(ROUNDS)],
        "phrase": [Query(f'"{phrase}"') for phrase in dice.sample(phrases, ROUNDS)],
        "three filters": [
            Query(text, Filters(kind=("kind1", "kind2"), years=(2005, 2020), regbez=("Arnsberg", "Köln")))
            for text in keywords
        ],
        "question": [
            Query(f"Wie {' '.join(dice.sample(middle, 2))} und was bei {dice.choice(middle)}?") for _ in range(ROUNDS)
        ],
    }
    return {name: [replace(query, facets=FACETS) for query in queries] for name, queries in base.items()}


def timed(run: Callable[[Query], object], queries: Iterable[Query], clock: Clock) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds."""
    times = []
    for query in queries:
        start = clock()
        run(query)
        times.append((clock() - start) * 1000)
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def bare_tantivy(folder: Path, analyzer: Analyzer) -> Callable[[Query], object]:
    """Ten documents and the five facets for all words, as one would write it first: no parts, no marks, no passages."""
    import tantivy
    from tantivy import Occur
    from tantivy import Query as Native

    current = Shelf(folder, "tantivy").current()
    assert current is not None
    index = tantivy.Index.open(str(Shelf(folder, "tantivy").path(current.generation)))
    searcher, schema = index.searcher(), index.schema
    columns = {name: {"terms": {"field": "regbez_set" if name == "regbez" else name, "size": 1000}} for name in FACETS}

    def run(query: Query) -> object:
        words = [token.form.stem for token in analyzer.tokens(query.text) if not token.form.stop]
        occur = Occur.Should if query.text.endswith("?") else Occur.Must
        clauses = [(occur, Native.term_query(schema, PART, term(word), "freq")) for word in words]
        public = Native.const_score_query(Native.term_query(schema, "visibility", "public", "basic"), 0.0)
        node = Native.boolean_query([(Occur.Must, Native.boolean_query(clauses)), (Occur.Must, public)])
        hits = searcher.search(node, 10, count=False, offset=(query.page - 1) * 10).hits
        return [searcher.doc(address) for _, address in hits], searcher.aggregate(node, columns)

    return run


def build_sqlite(path: Path, count: int) -> sqlite3.Connection:
    """A full-text table with the passages, and a table of facet values."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE VIRTUAL TABLE page USING fts5(text, tokenize='unicode61 remove_diacritics 2')")
    connection.execute("CREATE TABLE facet (page INTEGER, name TEXT, value TEXT)")
    for number, record in enumerate(records(count), start=1):
        text = " ".join(passage.text for passage in record.passages)
        connection.execute("INSERT INTO page (rowid, text) VALUES (?, ?)", (number, text))
        values = {"topic": record.topics, "municipality": record.owners, "regbez": record.regbez}
        rows = [(number, name, value) for name, found in values.items() for value in found]
        rows += [(number, "kind", record.kind), (number, "year", str(record.year))]
        connection.executemany("INSERT INTO facet VALUES (?, ?, ?)", rows)
    connection.execute("CREATE INDEX facet_page ON facet (page, name, value)")
    connection.commit()
    return connection


def bare_sqlite(connection: sqlite3.Connection) -> Callable[[Query], object]:
    """Ten snippets and the facets; words are matched as written."""
    hits = (
        "SELECT rowid, snippet(page, 0, '[', ']', '…', 40) FROM page WHERE page MATCH ? ORDER BY rank LIMIT 10 OFFSET ?"
    )
    facets = (
        "SELECT name, value, count(*) FROM facet WHERE page IN (SELECT rowid FROM page WHERE page MATCH ?)"
        " GROUP BY name, value"
    )

    def run(query: Query) -> object:
        text = query.text.replace("?", "").replace("~", "")
        match = text if text.endswith("*") or text.startswith('"') else " ".join(f'"{word}"' for word in text.split())
        match = match.replace(" ", " OR ") if query.text.endswith("?") else match
        rows = connection.execute(hits, (match, (query.page - 1) * 10)).fetchall()
        return rows, connection.execute(facets, (match,)).fetchall()

    return run


def _build(engine: str, folder: str, count: int, cache: str, answer: Any) -> None:
    start = time.perf_counter()
    if engine == "sqlite":
        build_sqlite(Path(folder) / "fts.sqlite", count).close()
    else:
        analyzer = german(Path(cache))
        Indexer(Path(folder), engine, analyzer).update(records(count))
        analyzer.save()
    answer.put((time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def build(engine: str, folder: Path, count: int, cache: Path) -> None:
    """Index in a process of its own, so that its peak memory is its own; print time, size and memory."""
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    process = context.Process(target=_build, args=(engine, str(folder), count, str(cache), answer))
    process.start()
    seconds, memory = answer.get()
    process.join()
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    print(f"  {engine:<9}{seconds:>9.1f} s{count / seconds:>9.0f} passages/s{size:>9.0f} MB{memory:>9.0f} MB peak")


def freshness(folder: Path, analyzer: Analyzer) -> None:
    """Opening to the first answer, and adding one document until it is found."""
    start = time.perf_counter()
    service = SearchService(folder, "tantivy", analyzer)
    service.search(Query("Leerstand"))
    opened = (time.perf_counter() - start) * 1000
    indexer = Indexer(folder, "tantivy", analyzer)
    [record] = records(1)
    start = time.perf_counter()
    indexer.update([replace(record, id="new", title="Xylophonfabrik")])
    while not service.search(Query("Xylophonfabrik", mode=Mode.ALL)).total:
        time.sleep(0.001)
    print(
        f"  open to first answer {opened:.1f} ms; one document added until found {(time.perf_counter() - start) * 1000:.0f} ms"
    )


def table(engines: dict[str, Callable[[Query], object]], kinds: dict[str, list[Query]], clock: Clock) -> None:
    """Median and 95th percentile by kind of query; the ratio is of medians, service to bare tantivy."""
    print(f"  {'p50 / p95 ms':<34}" + "".join(f"{name:>22}" for name in engines) + f"{'ratio':>8}")
    for name, queries in kinds.items():
        for run in engines.values():
            timed(run, queries[:5], clock)
        figures = {engine: timed(run, queries, clock) for engine, run in engines.items()}
        bare = name.split(" (")[0] in ("keywords", "common word", "page 500", "question")
        cells = "".join(
            f"{'–':>22}" if engine == "bare tantivy" and not bare else f"{p50:>13.2f} /{p95:>7.2f}"
            for engine, (p50, p95) in figures.items()
        )
        ratio = figures["service"][0] / figures["bare tantivy"][0]
        print(f"  {name:<34}{cells}" + (f"{ratio:>8.1f}" if bare else f"{'':>8}"))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="measure search beside its peers")
    parser.add_argument(
        "--passages", type=int, nargs="+", default=[10_000], help="sizes of the corpus (default: 10000)"
    )
    parser.add_argument(
        "--whoosh", type=int, default=2_000, help="largest size that whoosh is measured at (default: 2000)"
    )
    parser.add_argument(
        "--cpu", action="store_true", help="time of the processor instead of the clock, on a machine that is busy"
    )
    args = parser.parse_args()
    clock = time.process_time if args.cpu else time.perf_counter
    for count in args.passages:
        with tempfile.TemporaryDirectory(prefix="kb-bench-") as place:
            measure(count, Path(place), clock, whoosh=count <= args.whoosh)


def measure(count: int, place: Path, clock: Clock, *, whoosh: bool) -> None:
    """One size."""
    print(f"{count:,} passages; {'processor' if clock is time.process_time else 'wall-clock'} time of queries")
    cache = place / "forms"
    for engine in ("tantivy", "sqlite", *(("whoosh",) if whoosh else ())):
        (place / engine).mkdir()
        build(engine, place / engine, count, cache)
    analyzer = german(cache)
    service = SearchService(place / "tantivy", "tantivy", analyzer)
    engines: dict[str, Callable[[Query], object]] = {
        "service": service.search,
        "bare tantivy": bare_tantivy(place / "tantivy", analyzer),
        "SQLite FTS5": bare_sqlite(sqlite3.connect(place / "sqlite" / "fts.sqlite")),
    }
    if whoosh:
        engines["service on whoosh"] = SearchService(place / "whoosh", "whoosh", analyzer).search
    table(engines, kinds_of_query(analyzer, 2_000), clock)
    freshness(place / "tantivy", analyzer)


if __name__ == "__main__":
    main()
