"""The whole way on the sample corpus: pages a second by stage, then the time of a query for both engines.

    python bench/ingest.py [--corpus FOLDER] [--repeat N]

A query is the search service from text to ten highlighted hits with all facets. The analyzer starts without a cache, so the
first figures are those of a first night.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from kb.index.engine import ENGINES
from kb.index.query import Filters, Query
from kb.services import Services
from kb.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
QUERIES = (
    "Leerstand",
    "hofflächenprogramm",
    "Leerstand Innenstadt Mittelstadt",
    "ISEK Evaluation",
    "Verfügungsfond Richtlinie",
    "rückbau hochhaus",
    "Zwischennutzung UND Kultur",
    "171b",
    "karstadt umnutzung",
    '"Hof- und Fassadenprogramm"',
    "entsieg*",
    "Wer hat schon ein Leerstandsmanagement aufgebaut, und wie?",
    "Darf der Verfügungsfonds auch Veranstaltungen fördern?",
    "Wie habt ihr die Jugendlichen für die Beteiligung zum Stadtplatz gewonnen?",
)
FILTERS = (Filters(), Filters(kind=("protokoll",)), Filters(years=(2010, 2018)))


def ingest(corpus: Path, data: Path) -> None:
    """Take the corpus in twice and print the stages."""
    for title in ("first run", "second run, nothing changed"):
        services = Services(Settings(data=str(data)))
        report = services.ingest([corpus])
        print(f"\n{title}: {report.files} files, {report.pages} pages in {report.total_seconds:.2f} s")
        if not report.pages:
            continue
        print(f"{'stage':<12} {'seconds':>8} {'pages/s':>8}")
        stages = {
            "extract": report.extract_seconds,
            "annotate": report.annotate_seconds,
            "index": report.index_seconds,
            "total": report.total_seconds,
        }
        for stage, seconds in stages.items():
            print(f"{stage:<12} {seconds:>8.2f} {report.pages / seconds:>8.0f}")
        services.catalog.close()


def query(data: Path, engine: str, repeat: int) -> None:
    """Time the queries on one engine and print a row."""
    services = Services(Settings(data=str(data), engine=engine))
    services.prepare_search()
    asked = [Query(text, filters) for text in QUERIES for filters in FILTERS]
    for one in asked:
        services.search.search(one)  # words that are new to the analyzer cost once
    times: list[float] = []
    for _ in range(repeat):
        for one in asked:
            start = time.perf_counter()
            services.search.search(one)
            times.append((time.perf_counter() - start) * 1000)
    ninety_fifth = statistics.quantiles(times, n=20)[-1]
    print(f"{engine:<12} {len(times):>8} {statistics.median(times):>8.2f} {ninety_fifth:>8.2f}")
    services.catalog.close()


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus", help="folder to take in (default: corpus/)")
    parser.add_argument("--repeat", type=int, default=5, help="rounds of queries (default: 5)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as folder:
        data = Path(folder) / "data"
        ingest(args.corpus, data)
        print(f"\n{'engine':<12} {'queries':>8} {'p50 ms':>8} {'p95 ms':>8}")
        for engine in ENGINES:
            query(data, engine, args.repeat)


if __name__ == "__main__":
    main()
