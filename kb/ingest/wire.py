"""How an extraction travels from the child that made it to the parent: JSON, then the attachments' bytes as they are.

A plain format on purpose: the child has read a stranger's file, so nothing it says may be more than data (no pickle).
Text is made clean here, once for all formats: no lone surrogates, no NUL.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from kb.errors import Reason
from kb.ingest.extractors.pdf_fragment import Fragment, Recognition
from kb.model import Attachment, Extraction, Page, Section, TextOrigin

_MALFORMED = (KeyError, TypeError, ValueError, AttributeError)
_SIZE = 8  # bytes of the length that stands before the JSON


class WireError(ValueError):
    """The bytes are not what a well-behaved child sends."""


def pack(message: Mapping[str, Any], blobs: tuple[bytes, ...] = ()) -> bytes:
    """One message: `message` must be JSON; `blobs` follow it."""
    full = {**message, "blobs": [len(blob) for blob in blobs]}
    head = json.dumps(full, ensure_ascii=False).encode("utf-8", "replace")
    return b"".join((len(head).to_bytes(_SIZE, "little"), head, *blobs))


def unpack(data: bytes) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """The reverse of `pack`. Raises WireError when the bytes are cut off or not a message."""
    start = _SIZE + int.from_bytes(data[:_SIZE], "little")
    try:
        message = json.loads(data[_SIZE:start])
        blobs = []
        for size in message["blobs"]:
            blobs.append(data[start : start + int(size)])
            start += int(size)
    except _MALFORMED as error:
        raise WireError(f"{type(error).__name__}: {error}") from error
    if start != len(data):
        raise WireError(f"{len(data)} bytes, {start} announced")
    return message, tuple(blobs)


def from_extraction(extraction: Extraction) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """An extraction as JSON and the bytes of its attachments."""
    plain = {
        "pages": [_from_page(page) for page in extraction.pages],
        "sections": [_from_section(section) for section in extraction.sections],
        "title": extraction.title,
        "metadata": dict(extraction.metadata),
        "links": extraction.links,
        "attachments": [attachment.name for attachment in extraction.attachments],
        "warnings": extraction.warnings,
        "extractor": extraction.extractor,
        "media_type": extraction.media_type,
        "waiting": extraction.waiting,
        "unread": extraction.unread,
    }
    return plain, tuple(attachment.data for attachment in extraction.attachments)


def to_extraction(plain: Mapping[str, Any], blobs: tuple[bytes, ...]) -> Extraction:
    """The reverse of `from_extraction`. Raises WireError when something is missing or of another type."""
    try:
        return Extraction(
            pages=tuple(_to_page(page) for page in plain["pages"]),
            sections=tuple(
                Section(str(row["title"]), int(row["level"]), int(row["page"]), int(row["start"]))
                for row in plain["sections"]
            ),
            title=str(plain["title"]),
            metadata={str(key): str(value) for key, value in plain["metadata"].items()},
            links=tuple(map(str, plain["links"])),
            attachments=tuple(map(Attachment, map(str, plain["attachments"]), blobs)),
            warnings=tuple(map(str, plain["warnings"])),
            extractor=str(plain["extractor"]),
            media_type=str(plain["media_type"]),
            waiting=None if plain["waiting"] is None else Reason(plain["waiting"]),
            unread=tuple(map(int, plain["unread"])),
        )
    except _MALFORMED as error:
        raise WireError(f"{type(error).__name__}: {error}") from error


def to_recognition(plain: Sequence[Any]) -> Recognition:
    """A page's recognised lines from JSON. Raises WireError when something is missing or of another type."""
    try:
        number, height, lines, confidence = plain
        fragments = (
            Fragment(
                str(text), float(x0), float(y0), float(x1), float(y1), float(base), float(size), bool(bold), int(order)
            )
            for text, x0, y0, x1, y1, base, size, bold, order in lines
        )
        return Recognition(int(number), float(height), tuple(fragments), float(confidence))
    except _MALFORMED as error:
        raise WireError(f"{type(error).__name__}: {error}") from error


def _from_page(page: Page) -> dict[str, Any]:
    return {
        "number": page.number,
        "text": page.text.replace("\0", ""),
        "origin": page.origin,
        "confidence": page.confidence,
        "running": page.running,
    }


def _from_section(section: Section) -> dict[str, Any]:
    return {"title": section.title, "level": section.level, "page": section.page, "start": section.start}


def _to_page(plain: Mapping[str, Any]) -> Page:
    confidence = plain["confidence"]
    return Page(
        number=int(plain["number"]),
        text=str(plain["text"]),
        origin=TextOrigin(plain["origin"]),
        confidence=None if confidence is None else float(confidence),
        running=tuple(map(str, plain["running"])),
    )
