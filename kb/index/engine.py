"""The contract of every search engine, and the registry that finds one by name.

An engine keeps entries (schema.py) in a folder and answers trees (tree.py). It knows no German, no ranking and no files
but its own; which folder is the current one is snapshot.py's business. Every question carries what its viewer may see:
there is no way to ask without it. One contract suite, tests/index/test_engine_contract.py, runs on all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol, Self, cast

from kb.errors import EngineError
from kb.index.query import Sort
from kb.index.schema import Entry
from kb.index.tree import Node
from kb.model import Visibility


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to look: visibilities, and for each value field its chosen values (one of them must be there)."""

    sees: frozenset[Visibility]
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    years: tuple[int | None, int | None] = (None, None)
    ids: tuple[str, ...] = ()

    def without(self, name: str) -> Scope:
        """The same place with the choice in one field taken back ("year" stands for the range as well)."""
        kept = {key: chosen for key, chosen in self.values.items() if key != name}
        return Scope(self.sees, kept, (None, None) if name == "year" else self.years, self.ids)


class Found(NamedTuple):
    """A document that matched: `address` means something to the reader that found it only, and is the same every time.

    A tuple, because a query makes dozens.
    """

    score: float
    address: object


class Reader(Protocol):
    """The index as it was at one commit. Safe to use from several threads. Every method may raise EngineError."""

    def search(self, node: Node, scope: Scope, limit: int, offset: int = 0, sort: Sort = Sort.RELEVANCE) -> list[Found]:
        """The matching documents from place `offset` on, at most `limit` of them, in the order asked for."""
        ...

    def count(self, node: Node, scope: Scope, facets: Iterable[str] = ()) -> tuple[int, dict[str, dict[str, int]]]:
        """The exact number of matching documents, and for each facet field the number with each of its values."""
        ...

    def stored(self, found: Found) -> bytes:
        """The stored block of a document found."""
        ...

    def blocks(self, found: Sequence[Found]) -> list[bytes]:
        """The stored blocks of several documents found, in their order."""
        ...

    def frequency(self, field: str, term: str) -> int:
        """In how many documents a term is; for weighing only, because it looks at no visibility."""
        ...

    def terms(self, field: str, prefix: str, scope: Scope, limit: int) -> list[tuple[str, int]]:
        """The most frequent terms with this prefix, with the number of documents within the scope that have them."""
        ...

    def known(self) -> dict[str, str]:
        """Id and key of every document."""
        ...

    @property
    def size(self) -> int:
        """How many documents there are, whoever may see them."""
        ...


class Writer(Protocol):
    """The one that changes the index. What was added becomes durable and visible with `commit`, never before."""

    def add(self, entry: Entry) -> None:
        """Add a document, replacing the one of the same id."""
        ...

    def remove(self, identifier: str) -> None:
        """Remove a document; an unknown one is no error."""
        ...

    def commit(self) -> None:
        """Make everything since the last commit durable. Raises EngineError when it cannot; then nothing of it is."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close; what was not committed is dropped."""
        ...


class Engine(Protocol):
    """One index in one folder."""

    def writer(self) -> Writer:
        """Begin to write. Raises LockedError while another process does."""
        ...

    def reader(self) -> Reader:
        """The index as it is now; cheap to call before every question."""
        ...


# engine name -> "module:function" that opens (or creates) the index in a folder
ENGINES: dict[str, str] = {
    "tantivy": "kb.index.tantivy:TantivyEngine",
    "whoosh": "kb.index.whoosh:WhooshEngine",
}


def open_engine(name: str, folder: Path) -> Engine:
    """The engine over the index in `folder`, which is made when empty. Raises EngineError for an unknown name."""
    if name not in ENGINES:
        raise EngineError(f"there is no engine {name!r}; choose one of {', '.join(ENGINES)}")
    module, _, attribute = ENGINES[name].partition(":")
    return cast(Callable[[Path], Engine], getattr(import_module(module), attribute))(folder)
