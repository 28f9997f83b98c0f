"""`kb review`: decide on uncertain tags, those first that teach most.

kb review                                    the queue
kb review accept DOCUMENT topic leerstand    the tag is right
kb review reject DOCUMENT topic leerstand    the tag is wrong, and never comes back
kb review add DOCUMENT topic leerstand       the tag was missing
"""

from __future__ import annotations

import argparse
import getpass
import json
from datetime import UTC, datetime
from typing import Any

from kb.catalog import annotation, document
from kb.catalog.annotation import Correction, Decision, Doubt
from kb.errors import InputError
from kb.model import Facet, Role
from kb.services import Services
from kb.settings import Settings

_DECISIONS = {"accept": Decision.ACCEPTED, "reject": Decision.REJECTED, "add": Decision.ADDED}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.epilog = "without an action: show the queue, first what a decision teaches most"
    parser.add_argument("action", nargs="?", choices=list(_DECISIONS), help="what you decide about the tag")
    parser.add_argument("document", nargs="?", metavar="DOCUMENT", help="the document's id")
    parser.add_argument("facet", nargs="?", choices=[facet.value for facet in Facet], help="what the tag speaks of")
    parser.add_argument("value", nargs="?", help="topic id or label, municipality's name or AGS, kind, date, programme")
    parser.add_argument(
        "--role", choices=[role.value for role in Role], help="of a municipality: owner, subject, mention"
    )
    parser.add_argument("--by", default="", help="who decides (default: the user of this computer)")
    parser.add_argument("--limit", type=int, default=20, help="length of the queue (default: 20)")
    parser.add_argument("--json", action="store_true", help="print the queue as JSON")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Carry the command out."""
    services = Services(settings)
    if args.action is None:
        _show(services, max(1, args.limit), as_json=args.json)
        return 0
    if args.value is None:
        raise InputError(f"kb review {args.action} needs a document, a facet and a value")
    _decide(services, args)
    return 0


def _decide(services: Services, args: argparse.Namespace) -> None:
    facet = Facet(args.facet)
    value = services.identify(facet, args.value)
    decided = Correction(
        document_id=args.document,
        facet=facet,
        value=value,
        decision=_DECISIONS[args.action],
        by=args.by or getpass.getuser(),
        role=Role(args.role) if args.role else None,
    )
    if args.role and facet is not Facet.MUNICIPALITY:
        raise InputError(f"--role is for municipalities; a {facet.value} has none")
    with services.writing():
        with services.catalog.write() as connection:
            view = document.view(connection, args.document)
            if view is None:
                raise InputError(f"there is no document {args.document!r}")
            annotation.correct(connection, decided, datetime.now(UTC))
            document.refresh(connection, args.document)
        services.synchronize()
    print(f"{decided.decision.value}: {facet.value} {value} of {view.document.title}")


def _show(services: Services, limit: int, *, as_json: bool) -> None:
    with services.catalog.read() as connection:
        queue = annotation.doubts(connection, limit)
    if as_json:
        print(json.dumps({"doubts": [_plain(one) for one in queue]}, ensure_ascii=False))
        return
    for one in queue:
        print(f"{one.document_id}  {one.tag.facet.value} {one.tag.value}  {one.tag.confidence:.2f}  {one.title}")
        for evidence in one.tag.evidence[:2]:
            print(f"    page {evidence.page}: {evidence.sentence}")
    if not queue:
        print("nothing is uncertain")


def _plain(one: Doubt) -> dict[str, Any]:
    return {
        "document": one.document_id,
        "title": one.title,
        "facet": one.tag.facet.value,
        "value": one.tag.value,
        "role": one.tag.role.value if one.tag.role else None,
        "confidence": one.tag.confidence,
        "gain": round(one.gain, 4),
        "evidence": [{"page": each.page, "sentence": each.sentence} for each in one.tag.evidence],
    }
