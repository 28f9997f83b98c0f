"""`kb ingest`: take files and folders into the catalog and the index."""

from __future__ import annotations

import argparse
import json
import sys

from kb.cli.progress import bar
from kb.ingest.report import Report
from kb.model import Outcome
from kb.services import Services
from kb.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a folder or a file")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--retry", action="store_true", help="read failed files again now, not when their time comes")
    parser.add_argument("--allow-empty", action="store_true", help="a folder may have lost all its files")
    parser.add_argument("--workers", type=int, help="processes that read files (default: one a core)")
    parser.add_argument("--engine", help="search engine to index with: tantivy or whoosh")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Carry the command out; 1 when files failed."""
    with bar() as progress:
        report = Services(settings).ingest(args.paths, progress, retry=args.retry, allow_empty=args.allow_empty)
    if args.json:
        print(json.dumps(report.plain(), ensure_ascii=False))
    else:
        describe(report)
    return 1 if report.outcomes[Outcome.FAILED] else 0


def describe(report: Report) -> None:
    """Print the report for a person."""
    plain = report.plain()
    if report.idle and report.named:
        print(f"nothing to do: {report.files} files, {len(report.named)} of them failed or waiting")
    elif report.idle:
        print(f"nothing to do: {report.files} files, none new or changed")
    else:
        counts = ", ".join(f"{count} {name}" for name, count in plain["outcomes"].items() if count)
        seconds = plain["seconds"]
        print(f"{report.files} files: {counts or 'none'}; {plain['withdrawn']} documents withdrawn")
        print(
            f"{report.pages} pages; {seconds['total']:.1f} s (reading {seconds['extract']:.1f} s of work, "
            f"tagging {seconds['annotate']:.1f} s, indexing {seconds['index']:.1f} s)"
        )
    for title, rows in (("failed", plain["failures"]), ("waiting", plain["waiting"])):
        for row in rows:
            print(f"{title}: {row['path']}: {row['reason']}: {row['message']}", file=sys.stderr)
