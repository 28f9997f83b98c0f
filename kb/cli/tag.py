"""`kb tag`: shows the tags of files or texts, without taking them into the catalog."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePath
from typing import Any

from kb import settings
from kb.catalog.annotation import is_shown
from kb.cli.main import EXIT_FAILED
from kb.errors import InputError
from kb.ingest.annotate.manuscript import Manuscript
from kb.ingest.reading import Reader, Reading
from kb.model import Annotation, Facet, Page
from kb.services import Services

Item = tuple[str | int, Manuscript]
Complain = Callable[[str], None]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="document to tag")
    parser.add_argument("--json", action="store_true", help="print one JSON object a document and line")
    parser.add_argument(
        "--lines", metavar="FILE", help='tag many texts: one {"id", "title", "text"} a line (- for standard input)'
    )


def run(args: argparse.Namespace, settings: settings.Settings) -> int:
    """Print the tags; returns 1 when a file or a line could not be read."""
    if bool(args.files) == (args.lines is not None):
        raise InputError("nothing to tag: give a FILE, or --lines FILE")
    complaints = 0

    def complain(message: str) -> None:
        nonlocal complaints
        complaints += 1
        print(f"kb: {message}", file=sys.stderr)

    services = Services(settings)
    items = _lines(args.lines, complain) if args.lines is not None else _files(args.files, services, complain)
    for identifier, made in _tagged(services, items):
        tags = tags_of(services, made)
        print(json.dumps({"id": identifier, **tags}, ensure_ascii=False) if args.json else _listing(identifier, tags))
    services.analyzer.save()
    return EXIT_FAILED if complaints else 0


def _tagged(services: Services, items: Iterator[Item]) -> Iterator[tuple[str | int, tuple[Annotation, ...]]]:
    """Tag the items as they come; ids wait in a queue of their own, since the tagger knows only manuscripts."""
    waiting: list[str | int] = []

    def manuscripts() -> Iterator[Manuscript]:
        for identifier, manuscript in items:
            waiting.append(identifier)
            yield manuscript

    for made in services.tagger.tag_many(manuscripts()):
        yield waiting.pop(0), made


def _lines(name: str, complain: Complain) -> Iterator[Item]:
    try:
        with sys.stdin.buffer if name == "-" else Path(name).open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    try:
                        yield _item(line)
                    except ValueError as error:
                        complain(f"{name}, line {number}: {error}")
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}") from error


def _item(line: bytes) -> Item:
    """The item of a line. Raises ValueError that says what is wrong with it."""
    try:
        row: Any = json.loads(line)
    except ValueError as error:
        raise ValueError(f"not JSON in UTF-8: {error}") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(row, dict):
        raise ValueError('not an object with "id", "title" and "text"')
    identifier, title, text = row.get("id"), row.get("title"), row.get("text")
    if isinstance(identifier, bool) or not isinstance(identifier, str | int):
        raise ValueError('"id" is missing, or neither a text nor a number')
    title = "" if title is None else title
    if not isinstance(title, str) or not isinstance(text, str):
        raise ValueError('"title" and "text" have to be texts, and "text" has to be there')
    return _writable(identifier) if isinstance(identifier, str) else identifier, Manuscript(
        _writable(title), (Page(1, _writable(text)),)
    )


def _writable(text: str) -> str:
    """The text with half surrogates, which JSON can hold and UTF-8 cannot, replaced one for one."""
    return text if text.isascii() else "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in text)


def _files(names: Iterable[str], services: Services, complain: Complain) -> Iterator[Item]:
    given = {Path(name): name for name in names}
    with Reader(services.limits, services.settings.workers) as reader:
        for reading in reader.read(given):
            if reading.reason is not None:
                complain(
                    f"{given[reading.path]}: {reading.reason.value}{': ' if reading.detail else ''}{reading.detail}"
                )
            if reading.extraction is not None:
                yield given[reading.path], _manuscript(reading)


def _manuscript(reading: Reading) -> Manuscript:
    extraction = reading.extraction
    assert extraction is not None  # noqa: S101 - the caller has looked
    metadata = {**extraction.metadata, "media_type": reading.media_type, "format": reading.format}
    title = extraction.title or PurePath(reading.path).stem.replace("_", " ")
    return Manuscript(title, extraction.pages, extraction.sections, metadata, reading.path.name)


def tags_of(services: Services, annotations: Iterable[Annotation]) -> dict[str, Any]:
    """What is printed of a document: the tags that would be shown, each with its evidence."""
    by_facet: dict[Facet, list[Annotation]] = {facet: [] for facet in Facet}
    for annotation in annotations:
        if is_shown(annotation) or annotation.facet in (Facet.KIND, Facet.DATE):
            by_facet[annotation.facet].append(annotation)
    kind = max(by_facet[Facet.KIND], key=lambda one: one.confidence, default=None)
    date = max(by_facet[Facet.DATE], key=lambda one: one.confidence, default=None)
    return {
        "kind": {"value": kind.value, "confidence": kind.confidence} if kind else None,
        "date": date.value if date else None,
        "topics": [_topic(services, one) for one in by_facet[Facet.TOPIC]],
        "municipalities": [_municipality(services, one) for one in by_facet[Facet.MUNICIPALITY]],
    }


def _topic(services: Services, annotation: Annotation) -> dict[str, Any]:
    return {
        "id": annotation.value,
        "label": services.vocabulary.label(annotation.value),
        "confidence": annotation.confidence,
        "evidence": [{"page": one.page, "sentence": one.sentence} for one in annotation.evidence],
    }


def _municipality(services: Services, annotation: Annotation) -> dict[str, Any]:
    return {
        "ags": annotation.value,
        "name": services.gazetteer[annotation.value].name,
        "role": annotation.role,
        "confidence": annotation.confidence,
        "evidence": [
            {"page": one.page, "from": one.start, "to": one.end, "sentence": one.sentence}
            for one in annotation.evidence
        ],
    }


def _listing(identifier: str | int, tags: dict[str, Any]) -> str:
    """The tags as people read them: one line a tag, without the evidence."""
    lines = [str(identifier)]
    if tags["kind"]:
        lines.append(f"  kind          {tags['kind']['value']} ({tags['kind']['confidence']:.2f})")
    if tags["date"]:
        lines.append(f"  date          {tags['date']}")
    lines += [f"  topic         {topic['label']} ({topic['confidence']:.2f})" for topic in tags["topics"]]
    lines += [
        f"  municipality  {town['name']}, {town['role']} ({town['confidence']:.2f}), {len(town['evidence'])} ×"
        for town in tags["municipalities"]
    ]
    return "\n".join(lines)
