"""`kb extract`: show what can be read from files, without taking them into the catalog."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kb.errors import Reason
from kb.ingest.reading import Reader, Reading
from kb.ingest.reason import sentence, waits
from kb.model import Extraction
from kb.services import Services
from kb.settings import Settings

EXIT_FAILED, EXIT_MISSING = 1, 2


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a file, or a folder for all files in it")
    parser.add_argument(
        "--json", action="store_true", help="print a JSON object a line and file, each as soon as it is done"
    )
    parser.add_argument("--workers", type=int, help="processes that read files (default: one a core)")
    parser.add_argument(
        "--seconds", dest="file_seconds", type=float, help="time limit for a file, and for recognising a page"
    )
    parser.add_argument(
        "--no-ocr", dest="ocr", action="store_const", const=False, help="do not recognise scanned pages"
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Carry the command out: 0 when all was read, 1 when files failed or wait, 2 when a file is not there."""
    missing = [name for name in args.files if not Path(name).exists()]
    show = print_json if args.json else print_text
    for name in missing:
        print(f"kb: {name} is not there", file=sys.stderr)
        show(Reading(Path(name), None, Reason.UNREADABLE, "no such file", "", "", 0.0))
    incomplete = False
    with Reader(Services(settings).limits, settings.workers) as reader:
        for reading in reader.read(expand(name for name in args.files if name not in missing)):
            show(reading)
            incomplete = incomplete or reading.reason is not None
    if missing:
        return EXIT_MISSING
    return EXIT_FAILED if incomplete else 0


def expand(names: Iterator[str]) -> Iterator[Path]:
    """The files named, folders replaced by all files below them but hidden ones."""
    for name in names:
        path = Path(name)
        if not path.is_dir():
            yield path
            continue
        for below in sorted(path.rglob("*")):
            if below.is_file() and not any(part.startswith(".") for part in below.relative_to(path).parts):
                yield below


def status_of(reading: Reading) -> str:
    """ok, waiting (for a program that is not installed) or failed."""
    if reading.reason is None:
        return "ok"
    return "waiting" if waits(reading.reason) else "failed"


def print_json(reading: Reading) -> None:
    """One line of JSON."""
    print(json.dumps(plain(reading), ensure_ascii=False), flush=True)


def plain(reading: Reading) -> dict[str, Any]:
    """A reading as JSON; what is technical about a failure is among the warnings."""
    extraction = reading.extraction or Extraction(pages=())
    detail = (reading.detail,) if reading.detail else ()
    return {
        "file": str(reading.path),
        "status": status_of(reading),
        "reason": reading.reason,
        "message": sentence(reading.reason) if reading.reason else None,
        "title": extraction.title or reading.path.stem,
        "metadata": dict(extraction.metadata),
        "pages": [{"number": page.number, "text": page.text, "origin": page.origin} for page in extraction.pages],
        "sections": [
            {"title": section.title, "level": section.level, "page": section.page} for section in extraction.sections
        ],
        "warnings": [*extraction.warnings, *detail],
        "extractor": extraction.extractor,
        "seconds": round(reading.seconds, 3),
    }


def print_text(reading: Reading) -> None:
    """The text for a person, under a line that says what it is; what is odd goes to standard error."""
    extraction = reading.extraction or Extraction(pages=())
    print(f"=== {reading.path} ({status_of(reading)}, {len(extraction.pages)} pages, {reading.seconds:.2f} s)")
    if extraction.title:
        print(extraction.title)
    for page in extraction.pages:
        recognised = f", recognised with confidence {page.confidence:.2f}" if page.confidence is not None else ""
        print(f"--- page {page.number}{recognised}")
        print(page.text)
    sys.stdout.flush()
    if reading.reason:
        print(
            f"{reading.path}: {reading.reason}: {sentence(reading.reason)} {reading.detail}".rstrip(), file=sys.stderr
        )
    for warning in extraction.warnings:
        print(f"{reading.path}: {warning}", file=sys.stderr)
