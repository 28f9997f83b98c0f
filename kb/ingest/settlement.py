"""Settling a document: which file it belongs to, tags where they are not up to date, and what holds in the end.

Everything here is harmless to repeat: after an interruption the next run does it again and ends in the same state.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath

from kb.catalog import annotation, content, document, source
from kb.catalog.catalog import Catalog
from kb.catalog.source import KnownSource
from kb.ingest.annotate.manuscript import Manuscript, Tagger
from kb.ingest.source import Found
from kb.model import INSIDE


class Settlement:
    """Settles documents in a catalog with a tagger; `seconds` is the time that tagging took."""

    def __init__(self, catalog: Catalog, tagger: Tagger) -> None:
        self.catalog = catalog
        self.tagger = tagger
        self.seconds = 0.0
        self.left: set[str] = set()  # documents that a file left for another one

    def attach(self, found: Found, sha256: str, now: datetime) -> tuple[str, bool]:
        """Put the file down with its document; the result is the document's id and whether the file is a second copy."""
        with self.catalog.write() as connection:
            parent = source.find(connection, found.container) if found.container else None
            before = source.find(connection, found.path)
            document_id = document.assign(connection, found.path, sha256, parent.document_id if parent else "", now)
            seen = KnownSource(found.path, found.size, found.mtime, sha256, document_id, found.container, found.sidecar)
            source.save(connection, seen, now)
            document.refresh(connection, document_id)
            if before is not None and before.document_id != document_id:
                self.left.add(before.document_id)
            others = any(one.path != found.path for one in source.living(connection, document_id))
            is_new_here = before is None or before.missing or before.sha256 != sha256
        return document_id, others and is_new_here

    def complete(self, document_id: str) -> bool:
        """Tag the document anew where its tags are not up to date; the result says whether that was so."""
        with self.catalog.read() as connection:
            files = source.living(connection, document_id)
            sha256, key_before = document.tag_key(connection, document_id)
            state = content.find(connection, sha256)
            if not files or state is None:
                return False
            key = self.key(sha256, state.version, files)
            if key == key_before:
                return False
            text = content.text_of(connection, sha256)
        metadata = {**text.metadata, "media_type": state.media_type, "format": state.format}
        title = _title_beside(files) or text.title or document.title_from_name(files[0].path)
        start = time.perf_counter()
        made = self.tagger.tag(Manuscript(title, text.pages, text.sections, metadata, _name(files[0].path)))
        self.seconds += time.perf_counter() - start
        with self.catalog.write() as connection:
            annotation.replace_annotations(connection, document_id, made)
            document.set_tag_key(connection, document_id, key)
            document.refresh(connection, document_id)
        return True

    def key(self, sha256: str, version: str, files: Sequence[KnownSource]) -> str:
        """What a document's tags are made from, as a hash; `files` are its living files by path."""
        parts = (sha256, version, self.tagger.version, _name(files[0].path), _title_beside(files))
        return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def _name(path: str) -> str:
    return PurePath(path.rpartition(INSIDE)[2] or path).name


def _title_beside(files: Sequence[KnownSource]) -> str:
    return next((str(one.sidecar["title"]) for one in files if one.sidecar and one.sidecar.get("title")), "")
