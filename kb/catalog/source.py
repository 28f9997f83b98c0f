"""The files that were seen, and which document each belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from kb.catalog.tables import source


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A file as it was last seen: size in bytes, mtime in nanoseconds; `sidecar` as kb/ingest/sidecar.py dumps it."""

    path: str
    size: int
    mtime: int
    sha256: str
    document_id: str
    container: str = ""
    sidecar: dict[str, Any] | None = None
    missing: bool = False


def _known(row: Any) -> KnownSource:
    return KnownSource(
        row.path,
        row.size,
        row.mtime,
        row.sha256,
        row.document_id,
        row.container,
        row.sidecar,
        row.missing_since is not None,
    )


def all_of(connection: Connection) -> dict[str, KnownSource]:
    """Every file that was ever seen, by path."""
    return {row.path: _known(row) for row in connection.execute(select(source))}


def find(connection: Connection, path: str) -> KnownSource | None:
    """What is known of the file at this path."""
    row = connection.execute(select(source).where(source.c.path == path)).one_or_none()
    return _known(row) if row else None


def living(connection: Connection, document_id: str) -> list[KnownSource]:
    """The files of a document that are there, by path."""
    rows = connection.execute(
        select(source)
        .where(source.c.document_id == document_id, source.c.missing_since.is_(None))
        .order_by(source.c.path)
    )
    return [_known(row) for row in rows]


def save(connection: Connection, seen: KnownSource, now: datetime) -> None:
    """Put down a file as seen just now."""
    values = {
        "size": seen.size,
        "mtime": seen.mtime,
        "sha256": seen.sha256,
        "document_id": seen.document_id,
        "container": seen.container,
        "sidecar": seen.sidecar or {},
        "seen_at": now,
        "missing_since": None,
    }
    if connection.execute(update(source).where(source.c.path == seen.path).values(**values)).rowcount == 0:
        connection.execute(insert(source).values(path=seen.path, **values))


def describe(connection: Connection, path: str, sidecar: dict[str, Any]) -> None:
    """Put down what is said beside a file, and nothing else."""
    connection.execute(update(source).where(source.c.path == path).values(sidecar=sidecar))


def inside(connection: Connection) -> set[str]:
    """The SHA-256 of every file that is there inside a mail or an archive."""
    rows = connection.execute(select(source.c.sha256).where(source.c.container != "", source.c.missing_since.is_(None)))
    return {row.sha256 for row in rows}


def mark_missing(connection: Connection, paths: Iterable[str], now: datetime) -> None:
    """Put down that these files are gone."""
    for path in paths:
        connection.execute(
            update(source).where(source.c.path == path, source.c.missing_since.is_(None)).values(missing_since=now)
        )
