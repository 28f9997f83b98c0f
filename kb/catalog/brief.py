"""What a list of hits says of documents beside what the index knows: their format, length and what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from kb.catalog.tables import content, document
from kb.errors import Reason

# Put together once: that takes longer than the catalog takes to answer.
_BRIEFS = (
    select(document.c.id, content.c.media_type, content.c.pages, content.c.reason)
    .join(content, content.c.sha256 == document.c.sha256)
    .where(document.c.id.in_(bindparam("documents", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Brief:
    """`reason` is why a document has no text, or not all of it; None: all was read."""

    media_type: str
    pages: int
    reason: Reason | None = None


def briefs(connection: Connection, documents: Sequence[str]) -> dict[str, Brief]:
    """Briefs by document id; a document that is not in the catalog (any more) is left out."""
    rows = connection.execute(_BRIEFS, {"documents": list(documents)})
    return {
        name: Brief(media_type, pages, Reason(reason) if reason else None) for name, media_type, pages, reason in rows
    }
