"""Brings the index to the state of the catalog: adds, replaces, removes, rebuilds. Knows records, not the catalog.

The index itself is the truth about what it holds: `known` reads it back, so after any kill the difference to the
catalog can be computed and made good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kb.errors import EngineError
from kb.index import schema
from kb.index.engine import Engine, Writer, open_engine
from kb.index.record import IndexRecord
from kb.index.snapshot import Shelf, Snapshot, Versions

# A commit costs about as much as indexing a few hundred pages and makes a segment, of which every query looks at each;
# what is not committed is lost by a kill.
BATCH_DOCUMENTS = 10_000
BATCH_CHARACTERS = 40_000_000


@dataclass(slots=True)
class Durable:
    """What a run made durable: id → key of what was added or replaced, and the ids that were removed."""

    added: dict[str, str] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)


Progress = Callable[[int], None]


def _silent(_done: int) -> None:
    """Nobody watches."""


class Indexer:
    """Writes the index of one engine in `folder`, committing every `batch` documents, sooner when they are long.

    Every writing method raises LockedError while another process writes, and EngineError when the disk is full or the
    index is damaged; what was reported durable before stays so.
    """

    def __init__(self, folder: Path, engine_name: str, analyzer: schema.Analyzer, batch: int = BATCH_DOCUMENTS) -> None:
        self._shelf = Shelf(folder, engine_name)
        self._name = engine_name
        self._analyzer = analyzer
        self._batch = batch

    @property
    def stale(self) -> bool:
        """Whether there is no index yet, one of another schema or analyzer, or none that can be opened: `rebuild` it."""
        current = self._shelf.readable()
        return current is None or current.versions != Versions.now(self._analyzer)

    def known(self) -> Mapping[str, str]:
        """Id → key of every document in the current index; empty where `stale`."""
        current = self._shelf.readable()
        if current is None or self.stale:
            return {}
        return self._open(current.generation).reader().known()

    def update(
        self, records: Iterable[IndexRecord], removed: Iterable[str] = (), progress: Progress = _silent
    ) -> Durable:
        """Remove and add to the current index, committing in batches.

        Where the index is `stale`, `known` was empty, so the records are all there are: they are built into a new index.
        """
        if self.stale:
            return self.rebuild(records, progress)
        with self._shelf.lock():
            return self._write(self._open(self._generation()), records, removed, progress)

    def rebuild(self, records: Iterable[IndexRecord], progress: Progress = _silent) -> Durable:
        """Build a new index beside the current one and put it in its place when it is complete.

        Readers go on with the current one until then. A rebuild that was killed goes on where it stood: records it
        holds already are not indexed again, and documents that are no longer among the records are removed.
        """
        with self._shelf.lock():
            versions = Versions.now(self._analyzer)
            generation = self._shelf.next(versions)
            self._sweep(generation)
            engine, started = self._begun(generation)
            durable = self._build(engine, records, started, progress)
            self._shelf.swap(Snapshot(generation, versions))
            return durable

    def _build(
        self, engine: Engine, records: Iterable[IndexRecord], started: Mapping[str, str], progress: Progress
    ) -> Durable:
        durable, seen = Durable(), set[str]()

        def missing() -> Iterable[IndexRecord]:
            for record in records:
                seen.add(record.id)
                if started.get(record.id) == record.key:
                    durable.added[record.id] = record.key
                else:
                    yield record

        written = self._write(engine, missing(), (), progress)
        durable.added.update(written.added)
        gone = set(started) - seen
        if gone:
            durable.removed = self._write(engine, (), gone, progress).removed
        return durable

    def _begun(self, generation: str) -> tuple[Engine, Mapping[str, str]]:
        """What a killed rebuild left, with what it holds; begun anew where that cannot be read."""
        try:
            engine = self._open(generation)
            return engine, engine.reader().known()
        except EngineError:
            self._shelf.remove(generation)
            return self._open(generation), {}

    def _sweep(self, generation: str) -> None:
        """Without a readable pointer nobody knows which generation is whole, so none is kept."""
        current = self._shelf.readable()
        self._shelf.sweep(*([current.generation, generation] if current else []))

    def _open(self, generation: str) -> Engine:
        return open_engine(self._name, self._shelf.path(generation))

    def _generation(self) -> str:
        current = self._shelf.current()
        if current is None:
            raise EngineError(f"the index in {self._shelf.folder} has gone; build it anew with: kb reindex")
        return current.generation

    def _write(
        self, engine: Engine, records: Iterable[IndexRecord], removed: Iterable[str], progress: Progress
    ) -> Durable:
        durable = Durable()
        with engine.writer() as writer:
            gone = set(removed)
            for identifier in gone:
                writer.remove(identifier)
            batch: dict[str, str] = {}
            size = 0
            for record in records:
                writer.add(schema.entry_of(record, self._analyzer))
                batch[record.id] = record.key
                size += sum(len(passage.text) for passage in record.passages)
                if len(batch) >= self._batch or size >= BATCH_CHARACTERS:
                    _commit(writer, durable, batch, gone, progress)
                    batch, size, gone = {}, 0, set()
            if batch or gone:
                _commit(writer, durable, batch, gone, progress)
        return durable


def _commit(writer: Writer, durable: Durable, batch: dict[str, str], gone: set[str], progress: Progress) -> None:
    writer.commit()
    durable.removed |= gone
    durable.added.update(batch)
    progress(len(batch))
