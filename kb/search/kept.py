"""What is kept as long as the index stays the same: counts for turning pages, documents, the words for corrections.

Everything is bounded and goes with its reader, so nothing outlives a commit. Counts are kept by what was asked and by
who asked; documents are only ever handed out for what a search has found within a scope.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

from kb.index.engine import Found, Reader, Scope
from kb.index.forward import StoredDocument
from kb.index.query import Query
from kb.index.suggest import Corrector
from kb.index.tree import Node
from kb.model import Viewer, Visibility
from kb.search import facet
from kb.search.facet import Counted

_ANSWERS = 64  # each up to 0.2 MB
_BYTES = 32_000_000  # of stored blocks
_EMPTY = 2_000  # what a stored document takes beside its block

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """The values used last, up to a total weight. A value that alone weighs more than a quarter of it is not kept."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._weight = 0
        self._values: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Value | None:
        """The value, if it is still there."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            self._values.move_to_end(key)
            return found[0]

    def put(self, key: Key, value: Value, weight: int = 1) -> None:
        """Keep a value; those not used for longest make room."""
        if weight * 4 > self._capacity:
            return
        with self._lock:
            replaced = self._values.pop(key, None)
            self._values[key] = (value, weight)
            self._weight += weight - (replaced[1] if replaced else 0)
            while self._weight > self._capacity:
                self._weight -= self._values.popitem(last=False)[1][1]


class Kept:
    """One state of the index. Safe to use from several threads: at worst two work out the same."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._answers: Recent[object, Counted] = Recent(_ANSWERS)
        self._documents: Recent[object, StoredDocument] = Recent(_BYTES)
        self._correctors: dict[Visibility, Corrector] = {}

    def count(self, match: Node, query: Query) -> Counted:
        """The exact number of hits and the counts of the query's facets."""
        key = (match, query.filters, query.viewer, query.facets)
        counted = self._answers.get(key)
        if counted is None:
            counted = facet.count(self.reader, match, query)
            self._answers.put(key, counted)
        return counted

    def document(self, found: Found) -> StoredDocument:
        """The stored document of a hit."""
        document = self._documents.get(found.address)
        if document is None:
            block = self.reader.stored(found)
            document = StoredDocument(block)
            self._documents.put(found.address, document, len(block) + _EMPTY)
        return document

    def corrector(self, viewer: Viewer) -> Corrector:
        """The words that a viewer may know."""
        corrector = self._correctors.get(viewer.level)
        if corrector is None:
            corrector = self._correctors[viewer.level] = Corrector(self.reader, Scope(viewer.sees))
        return corrector
