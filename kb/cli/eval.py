"""`kb eval`: measures search on a collection with known answers, through the real analyzer, engine and ranking."""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kb.cli.progress import bar
from kb.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options to its parser."""
    parser.add_argument("folder", metavar="DIR", help="folder with corpus.jsonl, queries.jsonl and qrels.tsv")
    parser.add_argument("--engine", choices=("tantivy", "whoosh"), help="search engine (default: that of the settings)")
    parser.add_argument("--per-query", metavar="FILE", help="write the figures of every query to this table")
    parser.add_argument("--compare", metavar="OTHER", help="compare with a table that --per-query wrote")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Index the collection in a temporary folder, search it, print the figures."""
    from kb import evaluation
    from kb.index.indexer import Indexer
    from kb.search import SearchService
    from kb.services import Services

    services = Services(settings)
    other = evaluation.read_per_query(Path(args.compare)) if args.compare else None
    with tempfile.TemporaryDirectory(prefix="kb-eval-") as folder, bar() as progress:
        place = Path(folder)
        indexer = Indexer(place, settings.engine, services.analyzer)
        service = SearchService(place, settings.engine, services.analyzer, services.vocabulary, services.gazetteer)
        result = evaluation.evaluate(evaluation.Collection(Path(args.folder)), indexer, service, progress)
    if args.per_query:
        evaluation.write_per_query(Path(args.per_query), result.per_query)
    figures = result.as_json()
    if other is not None:
        figures["compared"] = {
            metric: asdict(evaluation.compare(result.per_query, other, metric)) for metric in evaluation.METRICS
        }
    print(json.dumps(figures, indent=2) if args.json else "\n".join(_lines(figures)))
    return 0


def _lines(figures: dict[str, Any]) -> list[str]:
    seconds = figures["seconds"]
    lines = [f"{figures['documents']} documents indexed in {seconds['index']:.1f} s"]
    lines.append(f"{figures['queries']} queries searched in {seconds['search']:.1f} s")
    compared = figures.get("compared", {})
    for metric in (name for name, value in figures.items() if "@" in name or name == "map"):
        line = f"{metric:<11} {figures[metric]:.4f}"
        if metric in compared:
            row = compared[metric]
            line += f"   other {row['other']:.4f}, better {row['better']}, worse {row['worse']}, p = {row['p']:.4f}"
        lines.append(line)
    return lines
