"""`kb refer`: which municipalities have experience in a question, and whom to call."""

from __future__ import annotations

import argparse
import json
from typing import Any

from kb.referral import Referral
from kb.services import Services
from kb.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("question", metavar="QUESTION", help="the question as one would ask it, in German")
    parser.add_argument("--limit", type=int, default=5, help="how many municipalities (default: 5)")
    parser.add_argument("--viewer", help="who is asking: public, members or internal (setting: viewer)")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Carry the command out."""
    services = Services(settings)
    referrals = services.referral.refer(args.question, services.viewer, max(1, args.limit))
    if args.json:
        print(json.dumps({"municipalities": [plain(one) for one in referrals]}, ensure_ascii=False))
        return 0
    for one in referrals:
        print(f"{one.name}  {one.score:.4f}  {one.total} documents")
        for precedent in one.precedents:
            print(f"    {precedent.title}, page {precedent.page}  [{precedent.document}]")
        for contact in one.contacts:
            print(f"    -> {contact.name}, {contact.function}  {contact.email}  {contact.phone}")
    if not referrals:
        print("no municipality has a document on this question")
    return 0


def plain(one: Referral) -> dict[str, Any]:
    """A referral as JSON (docs/interfaces.md)."""
    return {
        "ags": one.ags,
        "name": one.name,
        "score": round(one.score, 6),
        "evidence": [
            {"document": each.document, "title": each.title, "page": each.page, "role": each.role.value}
            for each in one.precedents
        ],
        "contacts": [
            {"name": each.name, "function": each.function, "email": each.email, "phone": each.phone}
            for each in one.contacts
        ],
    }
