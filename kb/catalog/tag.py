"""The tags that hold, as kb/catalog/document.py worked them out: what lists, figures and referrals count."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select

from kb.catalog.content import clean
from kb.catalog.tables import document, tag
from kb.model import Annotation, Facet, Role, Viewer


def replace_all(connection: Connection, document_id: str, tags: Sequence[Annotation]) -> None:
    """Put these tags, strongest first, in place of those that held before."""
    connection.execute(delete(tag).where(tag.c.document_id == document_id))
    rows = [
        {
            "document_id": document_id,
            "facet": one.facet.value,
            "value": clean(one.value)[:80],
            "role": one.role.value if one.role else "",
            "confidence": one.confidence,
            "origin": one.origin.value,
            "weight": weight,
        }
        for weight, one in enumerate(tags)
    ]
    if rows:
        connection.execute(insert(tag), rows)


def roles(connection: Connection, document_id: str) -> list[tuple[str, Role]]:
    """The municipalities of a document by AGS, with what each is to it, strongest first."""
    rows = connection.execute(
        select(tag.c.value, tag.c.role)
        .where(tag.c.document_id == document_id, tag.c.facet == Facet.MUNICIPALITY.value)
        .order_by(tag.c.weight)
    )
    return [(row.value, Role(row.role or Role.MENTION)) for row in rows]


def counts(connection: Connection, facet: Facet, viewer: Viewer | None = None) -> dict[str, int]:
    """How many documents have each value of a facet (municipalities: as owner or subject), most frequent first.

    With a viewer only documents that it may learn of count.
    """
    query = (
        select(tag.c.value, func.count())
        .join(document, document.c.id == tag.c.document_id)
        .where(tag.c.facet == facet.value, tag.c.role != Role.MENTION.value, document.c.withdrawn_at.is_(None))
        .group_by(tag.c.value)
        .order_by(func.count().desc(), tag.c.value)
    )
    if viewer is not None:
        query = query.where(document.c.visibility.in_([one.value for one in viewer.sees]))
    return {row[0]: row[1] for row in connection.execute(query)}
