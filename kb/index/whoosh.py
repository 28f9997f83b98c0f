"""The pure-Python engine: whoosh-reloaded keeps the postings, NumPy evaluates the trees. The only file that imports it.

Whoosh's own query classes are not used: every node becomes a mask and an array of scores over all documents, which is
quicker in Python than walking matchers, and gives BM25 by the same formula as the other engine (k1 = 1.2, b = 0.75).
"""

from __future__ import annotations

import pickle
import struct
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, cast

import numpy as np
from numpy.typing import NDArray
from whoosh import columns, fields, formats, index
from whoosh.analysis import RegexTokenizer
from whoosh.index import IndexError as WhooshError
from whoosh.reading import TermNotFound
from whoosh.writing import LockError

from kb.errors import EngineError, LockedError
from kb.index import schema, tree
from kb.index.dense import Evaluator, Mask, Postings, Scores
from kb.index.engine import Found, Scope
from kb.index.query import Sort
from kb.index.schema import Entry

_NUMBERS = ("year_number", "newest", "oldest")
_BROKEN = (
    OSError,
    ValueError,
    EOFError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    AssertionError,
    struct.error,
    pickle.UnpicklingError,
    WhooshError,
)


class _Column(NamedTuple):
    """The values of a field: `documents[i]` has value `names[codes[i]]`."""

    documents: NDArray[np.int64]
    codes: NDArray[np.int64]
    names: list[str]


def _schema() -> Any:
    words, values = RegexTokenizer("[^ ]+"), RegexTokenizer(f"[^{schema.SEPARATOR}]+")
    kinds: dict[str, Any] = {"id": fields.ID(unique=True), "stored": fields.STORED()}
    kinds |= {name: fields.TEXT(analyzer=words, phrase=True) for name in schema.POSITIONS}
    kinds |= {name: fields.TEXT(analyzer=words, phrase=False) for name in schema.FREQUENCIES}
    kinds[schema.SURFACE] = _Values(words)
    kinds |= {name: _Values(values) for name in schema.VALUES}
    for name in (*map(_column, schema.FACETS), "known", "title_key"):
        kinds[name] = fields.COLUMN(columns.VarBytesColumn())
    kinds |= {name: fields.COLUMN(columns.NumericColumn("I")) for name in _NUMBERS}
    return fields.Schema(**kinds)


def _column(facet: str) -> str:
    return f"{facet}_set"


class _Values(fields.FieldType):  # type: ignore[misc]
    """A field that is there or not: no frequencies, no lengths."""

    def __init__(self, analyzer: Any) -> None:
        self.analyzer = analyzer
        self.format = formats.Existence()
        self.scorable = False
        self.stored = False
        self.unique = False
        self.vector = None
        self.sortable = False


@contextmanager
def _guard(folder: Path, doing: str) -> Iterator[None]:
    try:
        yield
    except LockError as error:
        raise LockedError(
            f"another kb process is writing to the index in {folder}; try again when it has ended"
        ) from error
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno in (27, 28, 122):
            raise EngineError(
                f"the disk is full: the index in {folder} cannot be written; free some space and try again"
            ) from error
        raise EngineError(
            f"the index in {folder} cannot be {doing}; build it anew with: kb reindex ({type(error).__name__}: {error})"
        ) from error


class WhooshReader:
    """One commit. What is read of postings and columns is kept, because reading is what is slow."""

    def __init__(self, folder: Path, searcher: Any) -> None:
        self._folder = folder
        self.searcher = searcher
        self._reader = searcher.reader()
        self._lock = threading.RLock()  # whoosh's files are read through one position
        self._all = int(self._reader.doc_count_all())
        self._live = np.ones(self._all, dtype=np.bool_)
        if self._reader.has_deletions():
            self._live[[number for number in range(self._all) if self._reader.is_deleted(number)]] = False
        self._postings: dict[tuple[str, str], Postings] = {}
        self._lengths: dict[str, tuple[Scores, float]] = {}
        self._columns: dict[str, Any] = {}
        self._evaluator = Evaluator(self, self._live)

    @property
    def size(self) -> int:
        """How many documents there are, whoever may see them."""
        return int(self._live.sum())

    def search(
        self, node: tree.Node, scope: Scope, limit: int, offset: int = 0, sort: Sort = Sort.RELEVANCE
    ) -> list[Found]:
        """The matching documents from place `offset` on, at most `limit` of them."""
        with self._lock, _guard(self._folder, "read"):
            matched = self._evaluator.match(node)
            ids = np.flatnonzero(matched.mask & self._evaluator.within(scope))
            order = ids[self._order(ids, matched.scores, sort)][offset : offset + max(limit, 0)]
        scored = sort is Sort.RELEVANCE
        return [Found(float(matched.scores[number]) if scored else 0.0, int(number)) for number in order]

    def _order(self, ids: NDArray[np.int64], scores: Scores, sort: Sort) -> NDArray[np.int64]:
        if sort is Sort.RELEVANCE:
            return np.argsort(-scores[ids], kind="stable")
        if sort is Sort.TITLE:
            return np.argsort(np.array(self._texts("title_key"), dtype=object)[ids], kind="stable")
        numbers = self.numbers("newest" if sort is Sort.NEWEST else "oldest")[ids]
        return np.argsort(-numbers if sort is Sort.NEWEST else numbers, kind="stable")

    def count(self, node: tree.Node, scope: Scope, facets: Iterable[str] = ()) -> tuple[int, dict[str, dict[str, int]]]:
        """The exact number of matching documents, and for each facet field the number with each of its values."""
        with self._lock, _guard(self._folder, "read"):
            mask = self._evaluator.match(node).mask & self._evaluator.within(scope)
            return int(mask.sum()), {facet: self._counts(facet, mask) for facet in facets}

    def _counts(self, facet: str, mask: Mask) -> dict[str, int]:
        column = self._values(facet)
        counts = np.bincount(column.codes[mask[column.documents]], minlength=len(column.names))
        return {column.names[code]: int(counts[code]) for code in np.flatnonzero(counts)}

    def stored(self, found: Found) -> bytes:
        """The stored block of a document found."""
        return self.blocks((found,))[0]

    def blocks(self, found: Sequence[Found]) -> list[bytes]:
        """The stored blocks of several documents found, in their order."""
        with self._lock, _guard(self._folder, "read"):
            return [cast(bytes, self._reader.stored_fields(one.address)["stored"]) for one in found]

    def frequency(self, field: str, term: str) -> int:
        """In how many documents a term is, removed ones included until their segment is merged."""
        with self._lock, _guard(self._folder, "read"):
            return len(self.posted(field, term).ids)

    def terms(self, field: str, prefix: str, scope: Scope, limit: int) -> list[tuple[str, int]]:
        """The most frequent terms with this prefix, counted within the scope."""
        with self._lock, _guard(self._folder, "read"):
            within = self._evaluator.within(scope)
            counted = [(term, int(within[self.posted(field, term).ids].sum())) for term in self.lexicon(field, prefix)]
        return sorted((row for row in counted if row[1]), key=lambda row: (-row[1], row[0]))[:limit]

    def known(self) -> dict[str, str]:
        """Id and key of every document."""
        with self._lock, _guard(self._folder, "read"):
            texts = self._texts("known")
        pairs = (texts[number].split(schema.SEPARATOR, 1) for number in np.flatnonzero(self._live))
        return {identifier: key for identifier, key in pairs}  # noqa: C416 - a list of two is no pair to mypy

    # what the evaluator asks for, each thing read once

    def lexicon(self, field: str, prefix: str) -> list[str]:
        """The terms of a field that begin so."""
        return [term.decode("utf-8") for term in self._reader.expand_prefix(field, prefix)]

    def posted(self, field: str, term: str) -> Postings:
        """The documents that have a term."""
        key = (field, term)
        if key not in self._postings:
            ids, weights = [], []
            try:
                matcher = self._reader.postings(field, term.encode("utf-8"))
            except TermNotFound:
                matcher = None
            while matcher is not None and matcher.is_active():
                ids.append(matcher.id())
                weights.append(matcher.weight())
                matcher.next()
            self._postings[key] = Postings(np.array(ids, dtype=np.int64), np.array(weights, dtype=np.float64))
        return self._postings[key]

    def positions(self, field: str, term: str) -> dict[int, list[int]]:
        """Where a term stands in each document."""
        found: dict[int, list[int]] = {}
        try:
            matcher = self._reader.postings(field, term.encode("utf-8"))
        except TermNotFound:
            return found
        while matcher.is_active():
            found[matcher.id()] = matcher.value_as("positions")
            matcher.next()
        return found

    def lengths(self, field: str) -> tuple[Scores, float]:
        """How many terms each document has in a field, and the mean."""
        if field not in self._lengths:
            lengths = np.array(
                [self._reader.doc_field_length(number, field, 0) or 0 for number in range(self._all)], dtype=np.float64
            )
            self._lengths[field] = (lengths, float(lengths.mean()) if self._all else 1.0)
        return self._lengths[field]

    def numbers(self, name: str) -> NDArray[np.int64]:
        """A number of every document: year_number, newest, oldest."""
        if name not in self._columns:
            self._columns[name] = np.array(list(self._column(name)), dtype=np.int64)
        return cast(NDArray[np.int64], self._columns[name])

    def _texts(self, name: str) -> list[str]:
        if name not in self._columns:
            self._columns[name] = [value.decode("utf-8") for value in self._column(name)]
        return cast(list[str], self._columns[name])

    def _column(self, name: str) -> Iterable[Any]:
        return cast(Iterable[Any], self._reader.column_reader(name)) if self._all else ()

    def _values(self, facet: str) -> _Column:
        name = f"values of {facet}"
        if name not in self._columns:
            rows = [
                (number, value)
                for number, text in enumerate(self._texts(_column(facet)))
                for value in text.split(schema.SEPARATOR)
                if value
            ]
            codes = {value: code for code, value in enumerate(dict.fromkeys(value for _, value in rows))}
            self._columns[name] = _Column(
                np.array([number for number, _ in rows], dtype=np.int64),
                np.array([codes[value] for _, value in rows], dtype=np.int64),
                list(codes),
            )
        return cast(_Column, self._columns[name])


class WhooshWriter:
    """The one writer. Documents are kept until the commit, because whoosh would keep both of two with the same id."""

    def __init__(self, folder: Path, whoosh_index: Any) -> None:
        self._folder = folder
        self._index = whoosh_index
        self._added: dict[str, Entry] = {}
        self._removed: set[str] = set()
        with _guard(folder, "written"):
            self._writer = self._begin()

    def _begin(self) -> Any:
        return self._index.writer(limitmb=64)

    def add(self, entry: Entry) -> None:
        """Add a document, replacing the one of the same id."""
        self._added[entry.id] = entry

    def remove(self, identifier: str) -> None:
        """Remove a document; an unknown one is no error."""
        self._added.pop(identifier, None)
        self._removed.add(identifier)

    def commit(self) -> None:
        """Make everything since the last commit durable."""
        with _guard(self._folder, "written"):
            for identifier in self._removed | set(self._added):
                self._writer.delete_by_term("id", identifier)
            for entry in self._added.values():
                self._writer.add_document(**_document(entry))
            self._writer.commit()
            self._added, self._removed = {}, set()
            self._writer = self._begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drop what was not committed. After a failed commit the library cannot clean up; the lock is freed all the same."""
        try:
            if not self._writer.is_closed:
                self._writer.cancel()
        except _BROKEN:
            self._writer.writelock.release()


def _document(entry: Entry) -> dict[str, Any]:
    document: dict[str, Any] = {"id": entry.id, "stored": entry.stored, **entry.texts}
    document |= {field: schema.SEPARATOR.join(values) for field, values in entry.values.items() if values}
    for facet in schema.FACETS:
        document[_column(facet)] = schema.SEPARATOR.join(entry.values[facet]).encode("utf-8")
    document["known"] = f"{entry.id}{schema.SEPARATOR}{entry.key}".encode()
    document["title_key"] = entry.title_key.encode("utf-8")
    document |= {"year_number": entry.year, "newest": entry.newest, "oldest": entry.oldest}
    return document


class WhooshEngine:
    """One whoosh index in one folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        with _guard(folder, "opened"):
            exists = index.exists_in(str(folder))
            self._index = index.open_dir(str(folder)) if exists else index.create_in(str(folder), _schema())
        self._reader: WhooshReader | None = None
        self._changed = 0

    def writer(self) -> WhooshWriter:
        """Begin to write. Raises LockedError while another process does."""
        return WhooshWriter(self._folder, self._index)

    def reader(self) -> WhooshReader:
        """The index as of the last commit of any process; the folder's time changes with every commit."""
        with _guard(self._folder, "read"):
            changed = self._folder.stat().st_mtime_ns
            if self._reader is None or changed != self._changed:
                if self._reader is None or not self._reader.searcher.up_to_date():
                    self._reader = WhooshReader(self._folder, self._index.searcher())
                self._changed = changed
            return self._reader
