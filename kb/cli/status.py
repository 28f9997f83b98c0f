"""`kb status`: what the catalog holds, what failed, what waits, and the settings in force."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

from kb.catalog import document
from kb.catalog import run as runs
from kb.catalog.catalog import local
from kb.ingest.reason import explain
from kb.model import Outcome
from kb.services import Services
from kb.settings import SETTINGS, Settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--settings", action="store_true", help="list the settings, their values and meanings")
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Carry the command out."""
    if args.settings:
        _show_settings(settings, as_json=args.json)
        return 0
    status = _status(Services(settings))
    if args.json:
        print(json.dumps(status, ensure_ascii=False))
        return 0
    print(f"data folder  {status['data']}")
    print(f"documents    {status['documents']} with {status['pages']} pages, {status['indexed']} of them in the index")
    print(f"last run     {status['last_run'] or 'none'}")
    for row in status["failures"]:
        print(f"{row['outcome']}: {row['path']}: {row['reason']}: {row['message']}")
    return 0


def _status(services: Services) -> dict[str, Any]:
    with services.catalog.read() as connection:
        documents = document.all_of(connection)
        last = runs.latest(connection)
        failures = runs.outcomes_of(connection, last[0].id, Outcome.FAILED, Outcome.WAITING) if last else []
    ended = last[0].finished_at if last else None
    return {
        "data": str(services.data),
        "engine": services.settings.engine,
        "documents": len(documents),
        "pages": sum(one.pages for one in documents),
        "indexed": len(services.indexer().known()),
        "last_run": local(ended).isoformat(timespec="seconds") if ended else ("interrupted" if last else None),
        "failures": [
            {
                "path": one.path,
                "outcome": one.outcome.value,
                "reason": one.reason.value if one.reason else "",
                "message": explain(one.reason, one.detail),
            }
            for one in failures
        ],
    }


def _show_settings(settings: Settings, *, as_json: bool) -> None:
    values = asdict(settings)
    if as_json:
        print(json.dumps(values, ensure_ascii=False))
        return
    for setting in SETTINGS:
        print(f"{setting.name} = {values[setting.name]!r}\n    {setting.meaning} (default: {setting.default!r})")
