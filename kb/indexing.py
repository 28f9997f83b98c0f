"""Bringing an index in line with the catalog: compares what the index holds with what it should hold, and mends that.

The index itself says what it contains, so no note can be out of step with it: killed at any moment, the next run sees
what is missing. Here the catalog's documents become index records; what an engine makes of them is kb/index/.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from sqlalchemy import Connection

from kb.catalog import content, document
from kb.catalog.catalog import Catalog
from kb.gazetteer import Gazetteer
from kb.index.record import IndexRecord
from kb.model import INSIDE, Annotation, Facet, Role
from kb.vocabulary import Vocabulary

# Changes whenever the same document may give another record.
VERSION = "1"


class Indexer(Protocol):
    """What is needed of kb/index/indexer.py."""

    @property
    def stale(self) -> bool:
        """Whether there is no index yet, or one of another version."""
        ...

    def known(self) -> Mapping[str, str]:
        """Id and key of every document that the index holds."""
        ...

    def update(self, records: Iterable[IndexRecord], removed: Iterable[str] = ()) -> object:
        """Put records in and take documents out, durably."""
        ...

    def rebuild(self, records: Iterable[IndexRecord]) -> object:
        """Build a new index beside the old one and put it in its place."""
        ...


@dataclass(frozen=True, slots=True)
class Synchronized:
    """What was done to the index: numbers of documents, and wall-clock seconds."""

    updated: int
    removed: int
    seconds: float


class Indexing:
    """Keeps an index in line with a catalog."""

    def __init__(self, catalog: Catalog, vocabulary: Vocabulary, gazetteer: Gazetteer) -> None:
        self.catalog = catalog
        self.vocabulary = vocabulary
        self.gazetteer = gazetteer

    def wanted(self) -> dict[str, str]:
        """The documents that an index should hold, with the keys of their records."""
        versions = f"{VERSION} {self.vocabulary.version} {self.gazetteer.version}"
        with self.catalog.read() as connection:
            keys = document.record_keys(connection)
        return {one: hashlib.sha256(f"{key} {versions}".encode()).hexdigest()[:32] for one, key in keys.items()}

    def synchronize(self, indexer: Indexer, progress: Callable[[int, int], None] = lambda _d, _k: None) -> Synchronized:
        """Make the index hold just what the catalog says. Raises EngineError where it cannot be written."""
        if indexer.stale:
            return self.rebuild(indexer, progress)
        start = time.perf_counter()
        wanted, held = self.wanted(), indexer.known()
        changed = sorted(one for one, key in wanted.items() if held.get(one) != key)
        removed = sorted(set(held) - set(wanted))
        if changed or removed:
            indexer.update(self.records(changed, wanted, progress), removed)
        return Synchronized(len(changed), len(removed), time.perf_counter() - start)

    def rebuild(self, indexer: Indexer, progress: Callable[[int, int], None] = lambda _d, _k: None) -> Synchronized:
        """Build the index anew from the catalog."""
        start = time.perf_counter()
        wanted = self.wanted()
        indexer.rebuild(self.records(sorted(wanted), wanted, progress))
        return Synchronized(len(wanted), 0, time.perf_counter() - start)

    def records(
        self, ids: list[str], keys: Mapping[str, str], progress: Callable[[int, int], None]
    ) -> Iterator[IndexRecord]:
        """The index records of these documents, one in memory at a time."""
        for done, one in enumerate(ids):
            with self.catalog.read() as connection:
                record = self._record(connection, one, keys[one])
            if record is not None:
                yield record
            progress(done + 1, len(ids))

    def _record(self, connection: Connection, document_id: str, key: str) -> IndexRecord | None:
        view = document.view(connection, document_id)
        if view is None:
            return None
        sha256 = view.document.sha256
        towns = [tag for tag in view.tags if tag.facet is Facet.MUNICIPALITY]
        owners = _values(tag for tag in towns if tag.role is not Role.MENTION)
        known = [self.gazetteer[ags] for ags in owners if ags in self.gazetteer]
        return IndexRecord(
            id=document_id,
            key=key,
            title=view.document.title,
            kind=view.document.kind,
            date=view.document.date,
            visibility=view.document.visibility,
            sections=tuple(section.title for section in content.sections_of(connection, sha256)),
            passages=content.passages_of(connection, sha256),
            topics=self._with_broader(view.values(Facet.TOPIC)),
            owners=owners,
            municipalities=_values(towns),
            regbez=tuple(dict.fromkeys(town.regbez for town in known)),
            programmes=view.values(Facet.PROGRAMME),
            population_classes=tuple(dict.fromkeys(town.population_class.value for town in known)),
            file_names=tuple(PurePath(one.path.rpartition(INSIDE)[2] or one.path).name for one in view.sources),
        )

    def _with_broader(self, topics: tuple[str, ...]) -> tuple[str, ...]:
        broader = (above for topic in topics for above in (topic, *self.vocabulary.ancestors(topic)))
        return tuple(dict.fromkeys(broader))


def _values(tags: Iterable[Annotation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag.value for tag in tags))
