"""Figures of the catalog, as a viewer may know them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from kb.catalog.tables import content, document, tag
from kb.model import Facet, Role, Viewer


@dataclass(frozen=True, slots=True)
class Figures:
    """What is there: numbers of documents, pages, and municipalities with a document of their own; years from, to."""

    documents: int
    pages: int
    municipalities: int
    first_year: str
    last_year: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line in a list of documents."""

    id: str
    title: str
    kind: str
    date: str


def figures(connection: Connection, viewer: Viewer) -> Figures:
    """The figures of all documents that the viewer may learn of."""
    seen = (document.c.withdrawn_at.is_(None), document.c.visibility.in_([one.value for one in viewer.sees]))
    row = connection.execute(
        select(func.count(), func.coalesce(func.sum(content.c.pages), 0))
        .select_from(document)
        .join(content, content.c.sha256 == document.c.sha256)
        .where(*seen)
    ).one()
    towns = connection.execute(
        select(func.count(tag.c.value.distinct()))
        .join(document, document.c.id == tag.c.document_id)
        .where(*seen, tag.c.facet == Facet.MUNICIPALITY.value, tag.c.role != Role.MENTION.value)
    ).scalar_one()
    years = connection.execute(
        select(func.min(document.c.date), func.max(document.c.date)).where(*seen, document.c.date != "")
    ).one()
    return Figures(row[0], row[1], towns, (years[0] or "")[:4], (years[1] or "")[:4])


def newest(connection: Connection, viewer: Viewer, limit: int) -> list[Entry]:
    """The documents of the latest date."""
    rows = connection.execute(
        select(document.c.id, document.c.title, document.c.kind, document.c.date)
        .where(
            document.c.withdrawn_at.is_(None),
            document.c.visibility.in_([one.value for one in viewer.sees]),
            document.c.date != "",
        )
        .order_by(document.c.date.desc(), document.c.title)
        .limit(limit)
    )
    return [Entry(row.id, row.title, row.kind, row.date) for row in rows]
