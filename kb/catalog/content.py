"""What was read from a file's bytes, keyed by their SHA-256: stored once, whoever holds the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, delete, insert, select

from kb.catalog.tables import content, page, passage, section
from kb.errors import Reason
from kb.model import Extraction, Page, Passage, Section, TextOrigin

# A failure that may pass is tried again after these times, then no more until the extractor's version changes.
BACKOFF = (timedelta(hours=1), timedelta(hours=12), timedelta(days=3), timedelta(days=14))


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside a mail or an archive: its name there, SHA-256 and size in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Content:
    """The state of reading one SHA-256. `version` is that of the extraction stage; `reason` None: all was read."""

    sha256: str
    version: str
    format: str = ""
    media_type: str = ""
    reason: Reason | None = None
    detail: str = ""
    attempts: int = 1
    retry_after: datetime | None = None
    members: tuple[Member, ...] = ()


def clean(text: str) -> str:
    """Text that every database takes: no NUL (PostgreSQL), no lone surrogates (UTF-8)."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(str(key)): _cleaned(item) for key, item in value.items()}
    return [_cleaned(item) for item in value] if isinstance(value, (list, tuple)) else value


def find(connection: Connection, sha256: str) -> Content | None:
    """The state of reading this SHA-256, None when it was never read."""
    row = connection.execute(select(content).where(content.c.sha256 == sha256)).one_or_none()
    return _content(row) if row else None


def _content(row: Any) -> Content:
    return Content(
        sha256=row.sha256,
        version=row.version,
        format=row.format,
        media_type=row.media_type,
        reason=Reason(row.reason) if row.reason else None,
        detail=row.detail,
        attempts=row.attempts,
        retry_after=row.retry_after,
        members=tuple(Member(**member) for member in row.members),
    )


def all_of(connection: Connection) -> dict[str, Content]:
    """Every state of reading, by SHA-256."""
    return {row.sha256: _content(row) for row in connection.execute(select(content))}


def store(
    connection: Connection,
    state: Content,
    extraction: Extraction | None,
    passages: tuple[Passage, ...],
    seconds: float,
    now: datetime,
) -> None:
    """Put down what was read, in place of what was known of this SHA-256 before. Documents that point to it stay."""
    values = {**_state_values(state), **_extraction_values(extraction), "seconds": seconds, "read_at": now}
    known = connection.execute(select(content.c.sha256).where(content.c.sha256 == state.sha256)).first()
    if known:
        connection.execute(content.update().where(content.c.sha256 == state.sha256).values(**values))
        for table in (page, section, passage):
            connection.execute(delete(table).where(table.c.sha256 == state.sha256))
    else:
        connection.execute(insert(content).values(sha256=state.sha256, **values))
    if extraction is not None:
        _store_text(connection, state.sha256, extraction, passages)


def _state_values(state: Content) -> dict[str, Any]:
    return {
        "version": state.version,
        "format": state.format,
        "media_type": state.media_type,
        "reason": state.reason.value if state.reason else None,
        "detail": clean(state.detail),
        "attempts": state.attempts,
        "retry_after": state.retry_after,
        "members": [
            {"name": clean(member.name), "sha256": member.sha256, "size": member.size} for member in state.members
        ],
    }


def _extraction_values(extraction: Extraction | None) -> dict[str, Any]:
    if extraction is None:
        return {"title": "", "metadata": {}, "links": [], "warnings": [], "pages": 0, "extractor": ""}
    return {
        "title": clean(extraction.title),
        "metadata": _cleaned(dict(extraction.metadata)),
        "links": _cleaned(extraction.links),
        "warnings": _cleaned(extraction.warnings),
        "pages": len(extraction.pages),
        "extractor": clean(extraction.extractor),
    }


def _store_text(connection: Connection, sha256: str, extraction: Extraction, passages: tuple[Passage, ...]) -> None:
    pages = [
        {
            "sha256": sha256,
            "number": one.number,
            "text": clean(one.text),
            "origin": one.origin.value,
            "confidence": one.confidence,
            "running": _cleaned(one.running),
        }
        for one in extraction.pages
    ]
    sections = [
        {
            "sha256": sha256,
            "ordinal": ordinal,
            "title": clean(one.title),
            "level": one.level,
            "page": one.page,
            "start": one.start,
        }
        for ordinal, one in enumerate(extraction.sections)
    ]
    ranges = [
        {
            "sha256": sha256,
            "ordinal": one.ordinal,
            "page": one.page,
            "section": one.section,
            "start": one.start,
            "end": one.start + len(one.text),
        }
        for one in passages
    ]
    for table, rows in ((page, pages), (section, sections), (passage, ranges)):
        if rows:
            connection.execute(insert(table), rows)


@dataclass(frozen=True, slots=True)
class Text:
    """A document's text with its structure, as it was read."""

    title: str
    metadata: dict[str, str]
    links: tuple[str, ...]
    warnings: tuple[str, ...]
    extractor: str
    pages: tuple[Page, ...]
    sections: tuple[Section, ...]


EMPTY = Text("", {}, (), (), "", (), ())


def text_of(connection: Connection, sha256: str) -> Text:
    """The text that was read from this SHA-256; empty where nothing could be read."""
    head = connection.execute(select(content).where(content.c.sha256 == sha256)).one_or_none()
    if head is None:
        return EMPTY
    return Text(
        title=head.title,
        metadata=cast(dict[str, str], head.metadata),
        links=tuple(head.links),
        warnings=tuple(head.warnings),
        extractor=head.extractor,
        pages=pages_of(connection, sha256),
        sections=sections_of(connection, sha256),
    )


def pages_of(connection: Connection, sha256: str) -> tuple[Page, ...]:
    """The pages in order."""
    rows = connection.execute(select(page).where(page.c.sha256 == sha256).order_by(page.c.number))
    return tuple(Page(row.number, row.text, TextOrigin(row.origin), row.confidence, tuple(row.running)) for row in rows)


def sections_of(connection: Connection, sha256: str) -> tuple[Section, ...]:
    """The headings in order."""
    rows = connection.execute(select(section).where(section.c.sha256 == sha256).order_by(section.c.ordinal))
    return tuple(Section(row.title, row.level, row.page, row.start) for row in rows)


def passages_of(connection: Connection, sha256: str) -> tuple[Passage, ...]:
    """The passages in order, with their text."""
    rows = connection.execute(
        select(passage, page.c.text)
        .join(page, (page.c.sha256 == passage.c.sha256) & (page.c.number == passage.c.page))
        .where(passage.c.sha256 == sha256)
        .order_by(passage.c.ordinal)
    )
    return tuple(Passage(row.ordinal, row.page, row.text[row.start : row.end], row.section, row.start) for row in rows)
