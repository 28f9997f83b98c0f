"""What a list of hits says of documents beside what the index knows: their format, length and what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from kb.catalog.tables import content, document
from kb.errors import Reason


@dataclass(frozen=True, slots=True)
class Brief:
    """`reason` is why a document has no text, or not all of it; None: all was read."""

    media_type: str
    pages: int
    reason: Reason | None = None


def briefs(connection: Connection, documents: Sequence[str]) -> dict[str, Brief]:
    """Briefs by document id; a document that is not in the catalog (any more) is left out."""
    rows = connection.execute(
        select(document.c.id, content.c.media_type, content.c.pages, content.c.reason)
        .join(content, content.c.sha256 == document.c.sha256)
        .where(document.c.id.in_(documents))
    )
    return {row.id: Brief(row.media_type, row.pages, Reason(row.reason) if row.reason else None) for row in rows}
