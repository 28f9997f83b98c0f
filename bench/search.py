"""Search, measured end to end beside its peers on a generated corpus: speed by kind of query, indexing, size, memory.

    .venv/bin/python bench/search.py --passages 10000 100000 1000000 --whoosh 10000

"service" is SearchService (parse, rank, five facets, ten highlighted hits) on tantivy. Beside it, on the same index:

- "engine": the trees of the service put to the engine ready made, that is the same documents found and ranked by the same
  clauses, the same facets and ten stored documents. What lies between is parsing, the second look and the marks.
- "bare": the query as one would write it first, one clause a word, the same facets and ten stored documents.

Then SQLite FTS5 with the same facets and ten snippets, and SearchService on whoosh up to the size given. "×" is how often
the median of the service holds that of "engine" and of "bare"; where a peer has nothing like it, there is a dash.

What is measured was not asked before: queries are distinct, and where there are too few words for that, the facets are
asked in another order each time, which are other counts to the service. Only "page 2 after page 1" is about what is kept.
Each is warmed by other queries of the kind first, as a server that has run for some minutes is. Those that read the same
index are asked every query in turn, each as often first.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

from passages import records

from kb.index import parser as syntax
from kb.index.indexer import Indexer
from kb.index.query import Filters, Mode, Query
from kb.index.schema import PART, term
from kb.index.snapshot import Shelf
from kb.language.analyzer import Analyzer, german
from kb.search import DEFAULT, SearchService
from kb.search.facet import scope_of
from kb.search.meaning import Scale
from kb.search.naming import Names
from kb.search.understanding import Understanding, Understood

FACETS = ("topic", "municipality", "kind", "year", "regbez")
ROUNDS = 100
WARMING = 2.0  # seconds for each kind of query and engine, at most
FEWEST, LONGEST = 5, 60_000  # queries of a kind; milliseconds of a kind after which there are enough
PEERS = ("engine", "bare")
SHARING = ("service", *PEERS)
TURNED = "page 2 after page 1"

# kinds that a peer has nothing like
LACKING = {
    "bare": ("prefix", "similar spelling", "phrase", "three filters"),
    "SQLite FTS5": ("similar spelling", "three filters"),
}

Clock = Callable[[], float]
Run = Callable[[Query], object]


def kinds_of_query(analyzer: Analyzer, sample: int, seed: int = 7, rounds: int = ROUNDS) -> dict[str, list[Query]]:
    """Queries by kind, distinct, drawn from the words of the corpus; the same for every engine.

    An odd and an even seed share no order of facets.
    """
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
        for words in dice.sample([words for words in together if len(words) >= 3], rounds)
    ]
    few = min(rounds // 5, 30)
    orders = list(permutations(FACETS))[seed % 2 * 2 * few :]
    base = {
        "keywords (1-3 words)": [Query(text) for text in keywords],
        f"common word ({spelled[common]}, {found[common] * 100 // sample} %)": [
            Query(spelled[common], facets=one) for one in orders[:few]
        ],
        "page 500": [Query(spelled[common], page=500, facets=one) for one in orders[few : 2 * few]],
        TURNED: [Query(text, page=2) for text in keywords],
        "prefix": [Query(f"{dice.choice(middle)[:5]}*") for _ in range(rounds)],
        "similar spelling": [Query(f"{dice.choice(middle)}~") for _ in range(rounds)],
        "phrase": [Query(f'"{phrase}"') for phrase in dice.sample(phrases, rounds)],
        "three filters": [
            Query(text, Filters(kind=("kind1", "kind2"), years=(2005, 2020), regbez=("Arnsberg", "Köln")))
            for text in keywords
        ],
        "question": [
            Query(f"Wie {' '.join(dice.sample(middle, 2))} und was bei {dice.choice(middle)}?") for _ in range(rounds)
        ],
    }
    return {
        name: list(dict.fromkeys(one if one.facets in orders else replace(one, facets=FACETS) for one in queries))
        for name, queries in base.items()
    }


def timed(runs: dict[str, Run], queries: Iterable[Query], clock: Clock, turning: str = "") -> dict[str, list[float]]:
    """Milliseconds of every query, by engine; the one that is `turning` pages was just shown the first page.

    All are asked the same query one after the other, and each as often first: what is read for the first time, or what
    else the machine does, is nobody's disadvantage. After a minute no further query is asked, so that a slow peer does
    not take hours over a large corpus.
    """
    times: dict[str, list[float]] = {name: [] for name in runs}
    order = list(runs)
    for query in queries:
        if min(map(len, times.values())) >= FEWEST and max(map(sum, times.values())) > LONGEST:
            break
        for name in order:
            if name == turning:
                runs[name](replace(query, page=1))
            start = clock()
            runs[name](query)
            times[name].append((clock() - start) * 1000)
        order.append(order.pop(0))
    return times


def warm(run: Run, queries: Iterable[Query]) -> None:
    """Ask until everything is in its place."""
    end = time.perf_counter() + WARMING
    for query in queries:
        run(query)
        if time.perf_counter() > end:
            break


class Trees:
    """Queries as the service puts them to the engine, each made before it is measured."""

    def __init__(self, service: SearchService, analyzer: Analyzer) -> None:
        self._service = service
        self._analyzer = analyzer
        self._known: dict[Query, Understood] = {}

    def prepare(self, queries: Iterable[Query]) -> None:
        """Understand queries."""
        self._known = {query: self._understood(query) for query in queries}

    def _understood(self, query: Query) -> Understood:
        """Where too few documents have all words: the looser tree that is answered."""
        reader = self._service.reader()
        meaning = Understanding(Scale(self._analyzer, reader.frequency, reader.size), Names(), DEFAULT)
        parsed = syntax.parse(query.text)
        understood = meaning.understand(parsed, query.text)
        scope = scope_of(query)
        if understood.mode is Mode.ALL and not parsed.operators:
            looser = meaning.understand(parsed, query.text, Mode.BEST)
            total = reader.count(understood.match, scope)[0]
            if total < DEFAULT.enough and reader.count(looser.match, scope)[0] > total:
                return looser
        return understood

    def run(self, query: Query) -> object:
        """Ten documents and the facets."""
        reader, understood, scope = self._service.reader(), self._known[query], scope_of(query)
        found = reader.search(understood.rank, scope, 10, (query.page - 1) * 10)
        return [reader.stored(one) for one in found], reader.count(understood.match, scope, query.facets)


def bare_tantivy(folder: Path, analyzer: Analyzer) -> Run:
    """Ten documents and the facets for all words, as one would write it first: no parts, no marks, no passages."""
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


def bare_sqlite(connection: sqlite3.Connection) -> Run:
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


def table(engines: dict[str, Run], trees: Trees, kinds: list[dict[str, list[Query]]], clock: Clock) -> None:
    """Median and 95th percentile by kind of query; the second of the `kinds` is for warming."""
    print(f"  {'p50 / p95 ms':<30}" + "".join(f"{name:>20}" for name in engines) + f"{'× engine':>10}{'× bare':>8}")
    for name, queries in kinds[0].items():
        others = [query for query in kinds[1][name] if query not in queries]
        there = {engine: run for engine, run in engines.items() if name not in LACKING.get(engine, ())}
        trees.prepare([*queries, *others])
        for run in there.values():
            warm(run, others)
        times: dict[str, list[float]] = {}
        for group in (SHARING, tuple(there)):  # those that read the same index, then the others
            runs = {engine: there[engine] for engine in group if engine in there and engine not in times}
            times |= timed(runs, queries, clock, "service" if name == TURNED else "") if runs else {}
        figures = {
            engine: (statistics.median(one), statistics.quantiles(one, n=20)[-1]) for engine, one in times.items()
        }
        cells = "".join(
            f"{figures[engine][0]:>11.2f} /{figures[engine][1]:>7.2f}" if engine in figures else f"{'–':>20}"
            for engine in engines
        )
        ratios = (f"{figures['service'][0] / figures[one][0]:.1f}" if one in figures else "–" for one in PEERS)
        print(f"  {name:<30}{cells}{next(ratios):>10}{next(ratios):>8}")


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
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="keep the indexes here and use those that are there; then no document is added to be found",
    )
    args = parser.parse_args()
    clock = time.process_time if args.cpu else time.perf_counter
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # rows are seen as they are known
    for count in args.passages:
        with tempfile.TemporaryDirectory(prefix="kb-bench-") as place:
            here = args.keep / str(count) if args.keep else Path(place)
            engines = ("tantivy", "sqlite", *(("whoosh",) if count <= args.whoosh else ()))
            prepare(count, here, engines)
            measure(here, clock, whoosh="whoosh" in engines)
            if not args.keep:
                freshness(here / "tantivy", german(here / "forms"))


def prepare(count: int, place: Path, engines: Iterable[str]) -> None:
    """Build the indexes that are not there."""
    print(f"{count:,} passages")
    for engine in engines:
        if not (place / engine).exists():
            (place / engine).mkdir(parents=True)
            build(engine, place / engine, count, place / "forms")


def measure(place: Path, clock: Clock, *, whoosh: bool) -> None:
    """The table of one size."""
    print(f"{'processor' if clock is time.process_time else 'wall-clock'} time of queries")
    cache = place / "forms"
    analyzer = german(cache)
    service = SearchService(place / "tantivy", "tantivy", analyzer)
    trees = Trees(service, analyzer)
    engines: dict[str, Run] = {
        "service": service.search,
        "engine": trees.run,
        "bare": bare_tantivy(place / "tantivy", analyzer),
        "SQLite FTS5": bare_sqlite(sqlite3.connect(place / "sqlite" / "fts.sqlite")),
    }
    if whoosh:
        engines["on whoosh"] = SearchService(place / "whoosh", "whoosh", analyzer).search
    table(engines, trees, [kinds_of_query(analyzer, 2_000, seed) for seed in (7, 8)], clock)


if __name__ == "__main__":
    main()
