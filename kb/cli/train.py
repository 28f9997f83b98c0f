"""`kb train`: learn topics from people's corrections, and show where that beats the matcher."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from kb.learning import Verdict
from kb.services import Services
from kb.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--dry-run", action="store_true", help="show the table, switch nothing on or off")
    parser.add_argument("--json", action="store_true", help="print the table as JSON")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Carry the command out."""
    lesson = Services(settings).train(keep=not args.dry_run)
    if args.json:
        print(json.dumps({"topics": [asdict(one) for one in lesson.verdicts]}, ensure_ascii=False))
        return 0
    if not lesson.verdicts:
        print("nobody has corrected a topic yet; see: kb review")
        return 0
    print(f"{'topic':<40} {'decisions':>9} {'for':>5} {'matcher F1':>10} {'model F1':>9}  model")
    for one in lesson.verdicts:
        print(_row(one))
    if lesson.learned.topics and not args.dry_run:
        print("documents are tagged with the new models in the next ingest")
    return 0


def _row(one: Verdict) -> str:
    matcher, model = (f"{value:.3f}" if value is not None else "-" for value in (one.matcher_f1, one.f1))
    state = "on" if one.is_on else f"off: {one.reason}"
    return f"{one.topic:<40} {one.examples:>9} {one.positive:>5} {matcher:>10} {model:>9}  {state}"
