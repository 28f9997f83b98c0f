"""The documents: which content and which files belong to each, and what holds of it in the end.

`refresh` is the one place that works out title, kind, date and visibility from what the file says, what the taggers say
and what people say; it is cheap, harmless to repeat, and everything that touches a document ends with it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import PurePath
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from kb.catalog import annotation, source, tag
from kb.catalog.annotation import SINGLE, Decision
from kb.catalog.content import clean
from kb.catalog.source import KnownSource
from kb.catalog.tables import content, document
from kb.catalog.tables import source as source_table
from kb.errors import Reason
from kb.model import INSIDE, Annotation, Document, Facet, Origin, Role, Visibility


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document with the tags that hold and the files it stands in; the text is in kb/catalog/content.py."""

    document: Document
    tags: tuple[Annotation, ...]
    sources: tuple[KnownSource, ...]
    parent: str = ""

    def values(self, facet: Facet) -> tuple[str, ...]:
        """The values of one facet, strongest first."""
        return tuple(one.value for one in self.tags if one.facet is facet)


def assign(connection: Connection, path: str, sha256: str, parent: str, now: datetime) -> str:
    """The document that the file at `path` with this content belongs to, made where there is none yet.

    A file with known content joins that document (a duplicate, or a file that moved). A file that changed keeps its
    document, unless another file still holds the old content. The id is taken from the hash of the first content, so
    the same files give the same ids in every installation.
    """
    known = source.find(connection, path)
    if known is not None and tag_key(connection, known.document_id)[0] == sha256:
        _revive(connection, known.document_id, now)
        return known.document_id
    same = connection.execute(
        select(document.c.id).where(document.c.sha256 == sha256).order_by(document.c.created_at, document.c.id)
    ).first()
    if same is not None:
        _revive(connection, same.id, now)
        return str(same.id)
    if known is not None and not _others(connection, known):
        connection.execute(
            update(document)
            .where(document.c.id == known.document_id)
            .values(sha256=sha256, changed_at=now, withdrawn_at=None)
        )
        return known.document_id
    return _create(connection, sha256, parent, now)


def _others(connection: Connection, known: KnownSource) -> bool:
    return any(one.path != known.path for one in source.living(connection, known.document_id))


def _revive(connection: Connection, document_id: str, now: datetime) -> None:
    connection.execute(
        update(document)
        .where(document.c.id == document_id, document.c.withdrawn_at.is_not(None))
        .values(withdrawn_at=None, changed_at=now)
    )


def _create(connection: Connection, sha256: str, parent: str, now: datetime) -> str:
    new = next(one for one in _candidates(sha256) if not _exists(connection, one))
    connection.execute(
        insert(document).values(
            id=new,
            sha256=sha256,
            parent=parent or None,
            visibility=Visibility.INTERNAL.value,  # until refresh knows better
            created_at=now,
            changed_at=now,
        )
    )
    return new


def _candidates(sha256: str) -> Iterator[str]:
    # The first is almost always free: taken only when a document was made from this content and has changed since.
    yield sha256[:16]
    for number in count(2):
        yield hashlib.sha256(f"{sha256} {number}".encode()).hexdigest()[:16]


def _exists(connection: Connection, document_id: str) -> bool:
    return connection.execute(select(document.c.id).where(document.c.id == document_id)).first() is not None


def withdraw_orphans(connection: Connection, now: datetime) -> list[str]:
    """Withdraw the documents that no file stands for any more; the result is their ids."""
    living = select(source_table.c.document_id).where(source_table.c.missing_since.is_(None))
    rows = connection.execute(
        select(document.c.id).where(document.c.withdrawn_at.is_(None), document.c.id.not_in(living))
    ).all()
    for row in rows:
        connection.execute(update(document).where(document.c.id == row.id).values(withdrawn_at=now))
    return [row.id for row in rows]


def refresh(connection: Connection, document_id: str) -> None:
    """Work out anew what holds of a document, from its files, its content, its annotations and corrections."""
    row = connection.execute(_with_content().where(document.c.id == document_id)).one()
    files = source.living(connection, document_id)
    if not files:
        return
    tags = effective_tags(connection, document_id, files)
    values = {
        "title": _title(row, files),
        "kind": _single(tags, Facet.KIND),
        "date": _single(tags, Facet.DATE)[:10],
        "visibility": _visibility(files).value,
    }
    tag.replace_all(connection, document_id, tags)
    key = _record_key(row, values, tags, files)
    connection.execute(update(document).where(document.c.id == document_id).values(**values, record_key=key))


def effective_tags(connection: Connection, document_id: str, files: Sequence[KnownSource]) -> list[Annotation]:
    """The tags that hold: sidecar files and corrections outweigh annotations, corrections outweigh sidecar files."""
    made = annotation.annotations_of(connection, document_id)
    said = [one for file in files for one in _said_beside(file.sidecar or {})]
    spoken = {one.facet for one in said if one.facet in SINGLE}
    made = [one for one in made if one.facet not in spoken]
    by_key = {(one.facet, one.value): one for one in [*made, *reversed(said)]}
    decided = annotation.latest(annotation.corrections_of(connection, document_id))
    settled = {one.facet for one in decided if one.facet in SINGLE and one.decision is not Decision.REJECTED}
    kept = [one for one in by_key.values() if one.facet not in settled]
    return annotation.effective(kept, decided)


def _said_beside(sidecar: dict[str, Any]) -> list[Annotation]:
    tags = [
        Annotation(facet, str(sidecar[name]), 1.0, Origin.PERSON)
        for facet, name in ((Facet.KIND, "kind"), (Facet.DATE, "date"))
        if sidecar.get(name)
    ]
    tags += [
        Annotation(Facet.MUNICIPALITY, ags, 1.0, Origin.PERSON, role=Role.OWNER)
        for ags in sidecar.get("municipalities", ())
    ]
    return tags + [Annotation(Facet.TOPIC, topic, 1.0, Origin.PERSON) for topic in sidecar.get("topics", ())]


def _title(row: Any, files: Sequence[KnownSource]) -> str:
    said = next((str(one.sidecar["title"]) for one in files if one.sidecar and one.sidecar.get("title")), "")
    return clean(said or row.content_title or title_from_name(files[0].path))


def title_from_name(path: str) -> str:
    """A title from a file's name: without extension, underscores as spaces."""
    stem = PurePath(path.rpartition(INSIDE)[2] or path).stem
    return re.sub(r"[_\s]+", " ", stem).strip() or PurePath(path).name


def _single(tags: Sequence[Annotation], facet: Facet) -> str:
    values = [one for one in tags if one.facet is facet]
    return max(values, key=lambda one: (one.origin is Origin.PERSON, one.confidence)).value if values else ""


def _visibility(files: Sequence[KnownSource]) -> Visibility:
    # The same document in a public and in an internal folder is internal: a leak is worse than a gap.
    order = list(Visibility)
    found = [Visibility(str((one.sidecar or {}).get("visibility", Visibility.PUBLIC))) for one in files]
    return max(found, key=order.index)


def _record_key(row: Any, values: dict[str, str], tags: Sequence[Annotation], files: Sequence[KnownSource]) -> str:
    parts = [
        row.sha256,
        row.content_version,
        row.reason,
        values,
        [(one.facet, one.value, one.role) for one in tags],
        [PurePath(one.path).name for one in files],
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def _with_content() -> Select[Any]:
    return select(
        document,
        content.c.title.label("content_title"),
        content.c.version.label("content_version"),
        content.c.reason,
        content.c.metadata,
        content.c.warnings,
        content.c.pages,
        content.c.extractor,
        content.c.media_type,
    ).join(content, content.c.sha256 == document.c.sha256)


def set_tag_key(connection: Connection, document_id: str, key: str) -> None:
    """Put down what the document's annotations were made from."""
    connection.execute(update(document).where(document.c.id == document_id).values(tag_key=key))


def tag_key(connection: Connection, document_id: str) -> tuple[str, str]:
    """A document's content and what its annotations were made from."""
    row = connection.execute(select(document.c.sha256, document.c.tag_key).where(document.c.id == document_id)).one()
    return row.sha256, row.tag_key


def tag_keys(connection: Connection) -> dict[str, tuple[str, str]]:
    """Of each document that is not withdrawn: its content's SHA-256 and what its annotations were made from."""
    rows = connection.execute(
        select(document.c.id, document.c.sha256, document.c.tag_key).where(document.c.withdrawn_at.is_(None))
    )
    return {row.id: (row.sha256, row.tag_key) for row in rows}


def record_keys(connection: Connection) -> dict[str, str]:
    """Of each document that belongs into an index: what its index entry is made from."""
    rows = connection.execute(select(document.c.id, document.c.record_key).where(document.c.withdrawn_at.is_(None)))
    return {row.id: row.record_key for row in rows}


def view(connection: Connection, document_id: str) -> DocumentView | None:
    """A document with its tags and files, None when there is none with this id."""
    row = connection.execute(_with_content().where(document.c.id == document_id)).one_or_none()
    if row is None:
        return None
    files = source.living(connection, document_id)
    tags = effective_tags(connection, document_id, files)
    return DocumentView(_document(row), tuple(tags), tuple(files), row.parent or "")


def parts_of(connection: Connection, document_id: str) -> list[Document]:
    """The documents that came inside this one (attachments, members of an archive)."""
    rows = connection.execute(
        _with_content()
        .where(document.c.parent == document_id, document.c.withdrawn_at.is_(None))
        .order_by(document.c.title)
    )
    return [_document(row) for row in rows]


def all_of(connection: Connection) -> list[Document]:
    """Every document that is not withdrawn, by title."""
    rows = connection.execute(
        _with_content().where(document.c.withdrawn_at.is_(None)).order_by(document.c.title, document.c.id)
    )
    return [_document(row) for row in rows]


def _document(row: Any) -> Document:
    return Document(
        id=row.id,
        sha256=row.sha256,
        title=row.title,
        kind=row.kind,
        date=row.date,
        visibility=Visibility(row.visibility),
        language=row.metadata.get("language", "de"),
        pages=row.pages,
        extractor=row.extractor,
        media_type=row.media_type,
        reason=Reason(row.reason) if row.reason else None,
        withdrawn=row.withdrawn_at is not None,
        metadata=row.metadata,
        warnings=tuple(row.warnings),
    )
