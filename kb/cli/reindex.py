"""`kb reindex`: build the index anew from the catalog, beside the old one."""

from __future__ import annotations

import argparse
import json

from kb.cli.progress import bar
from kb.services import Services
from kb.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--engine", help="tantivy or whoosh (setting: engine)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Carry the command out."""
    with bar() as progress:
        done = Services(settings).reindex(progress=progress)
    if args.json:
        print(json.dumps({"documents": done.updated, "seconds": round(done.seconds, 3)}))
    else:
        print(f"{done.updated} documents indexed anew in {done.seconds:.1f} s")
    return 0
