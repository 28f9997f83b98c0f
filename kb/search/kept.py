"""What is kept as long as the index stays the same: counts and orders for turning pages, the words for corrections.

Everything is bounded and goes with its reader, so nothing outlives a commit. Counts and orders are kept by what was
asked and by who asked.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

from kb.index.engine import Found, Reader, Scope
from kb.index.forward import StoredDocument
from kb.index.query import Query
from kb.index.suggest import Corrector
from kb.index.tree import Node
from kb.model import Viewer, Visibility
from kb.search import facet
from kb.search.facet import Counted

_ANSWERS = 64  # each 0.3 kB a value of a facet: 0.15 MB with 500 of them
_IDS = 50_000  # each 0.2 kB

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


class Ordered(NamedTuple):
    """The best hits in their order, and the terms of the query that their documents have."""

    found: list[Found]
    met: frozenset[str]


class Kept:
    """One state of the index. Safe to use from several threads: at worst two work out the same."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._answers: Recent[object, tuple[Node, Counted]] = Recent(_ANSWERS)
        self._orders: Recent[object, tuple[Node, Ordered]] = Recent(_ANSWERS)
        self._ids: dict[object, str] = {}
        self._correctors: dict[Visibility, Corrector] = {}

    def count(self, match: Node, query: Query) -> Counted:
        """The exact number of hits and the counts of the query's facets."""
        return _kept(self._answers, match, query, lambda: facet.count(self.reader, match, query))

    def order(self, rank: Node, query: Query, make: Callable[[], Ordered]) -> Ordered:
        """The best hits as the second look has ordered them; made when they are first asked for."""
        return _kept(self._orders, rank, query, make)

    def ids(self, found: Sequence[Found]) -> list[str]:
        """The ids of documents found; a measurement asks for a thousand of each query."""
        known = self._ids = self._ids if len(self._ids) < _IDS else {}
        missing = [one for one in found if one.address not in known]
        for one, block in zip(missing, self.reader.blocks(missing), strict=True):
            known[one.address] = StoredDocument(block).id
        return [known[one.address] for one in found]

    def corrector(self, viewer: Viewer) -> Corrector:
        """The words that a viewer may know."""
        corrector = self._correctors.get(viewer.level)
        if corrector is None:
            corrector = self._correctors[viewer.level] = Corrector(self.reader, Scope(viewer.sees))
        return corrector


def _kept(store: Recent[object, tuple[Node, Value]], node: Node, query: Query, make: Callable[[], Value]) -> Value:
    """By the tree's address, because to compare trees takes longer; so the tree is kept as well."""
    key = (id(node), query.filters, query.viewer, query.facets)
    kept = store.get(key)
    if kept is None or kept[0] is not node:
        kept = (node, make())
        store.put(key, kept)
    return kept[1]
