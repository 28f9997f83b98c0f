"""`kb contacts import FILE`: take contacts in from a CSV file, in place of those that were there."""

from __future__ import annotations

import argparse
from pathlib import Path

from kb.catalog import contact
from kb.contacts import ContactFile
from kb.services import Services
from kb.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("action", choices=["import"], help="import: put the file's contacts in place of all others")
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV file in UTF-8; contacts/README.md has its columns")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Carry the command out; a file with an error in it changes nothing."""
    services = Services(settings)
    contacts = ContactFile(services.vocabulary, services.gazetteer).read(args.file)
    with services.catalog.write() as connection:
        count = contact.replace_all(connection, contacts)
    willing = sum(one.consent is not None for one in contacts)
    print(f"{count} contacts imported, {willing} of them with a consent")
    return 0
