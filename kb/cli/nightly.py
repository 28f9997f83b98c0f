"""`kb nightly`: the run that a timer starts."""

from __future__ import annotations

import argparse
import json

from kb import nightly
from kb.cli.ingest import describe
from kb.cli.progress import bar
from kb.model import Outcome
from kb.services import Services
from kb.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--corpus", metavar="DIR", help="folder to take in, several parted by ':' (setting: corpus)")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Carry the command out; 1 when files failed, 3 when another run is going on."""
    with bar() as progress:
        night = nightly.run(Services(settings), progress)
    if args.json:
        print(json.dumps({**night.report.plain(), "report": str(night.file)}, ensure_ascii=False))
    else:
        describe(night.report)
        print(f"report: {night.file.with_suffix('.md')}")
    return 1 if night.report.outcomes[Outcome.FAILED] else 0
