"""The default engine: tantivy, embedded. The only file that imports it.

Known traps of the library that are walked around here: a Rust panic is a BaseException; `search(limit=0)` and
more-like-this panic and are never called; its own query parser drops wildcards, so every query is built node by node;
terms aggregations stop at ten values unless told otherwise; an unknown field in a document is accepted silently.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from itertools import combinations
from math import comb
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import tantivy
from tantivy import FieldType, Occur, Order, Query

from kb.errors import EngineError, LockedError
from kb.index import schema, segment, tree
from kb.index.engine import Found, Scope
from kb.index.query import Sort
from kb.index.schema import Entry
from kb.model import Visibility

_HEAP = 96_000_000
_ID, _KNOWN, _STORED, _YEAR = "id", "known", "stored", "year_number"
_NEWEST, _OLDEST, _TITLE = "newest", "oldest", "title_key"

# Facets with few values that stand together: counted once a combination, which costs a tenth of counting every value.
_COMBINED = (schema.REGBEZ, schema.PROGRAMME, schema.POPULATION)
_BUCKETS = 60_000
_PACKED = 4096  # bytes of stored blocks: a quarter of the usual, which reads a hit a third quicker for 5 % more on disk
_WAYS = 100  # phrases that stand for one with gaps
_MOST_BUILT = 2_000  # each about 2 kB
_SORTS: dict[Sort, tuple[str, Any]] = {
    Sort.NEWEST: (_NEWEST, Order.Desc),
    Sort.OLDEST: (_OLDEST, Order.Asc),
    Sort.TITLE: (_TITLE, Order.Asc),
}


def _column(facet: str) -> str:
    return f"{facet}_set" if facet in _COMBINED else facet


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    for name in (_ID, _KNOWN):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in schema.POSITIONS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in schema.FREQUENCIES:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field(schema.SURFACE, tokenizer_name="whitespace", index_option="basic")
    for name in schema.VALUES:
        fast = name in schema.FACETS and name not in _COMBINED
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=fast)
    for name in (*map(_column, _COMBINED), _TITLE):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in (_YEAR, _NEWEST, _OLDEST):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    builder.add_bytes_field(_STORED, stored=True)
    return builder.build()


class _Guard:
    """Turns what tantivy throws, panics included, into an EngineError that says what to do.

    A class, because forty are entered a query, and a generator would take four times as long.
    """

    __slots__ = ("_doing", "_folder")

    def __init__(self, folder: Path, doing: str) -> None:
        self._folder = folder
        self._doing = doing

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            return
        if isinstance(error, ValueError | OSError | SystemError) or type(error).__name__ == "PanicException":
            raise _explained(self._folder, self._doing, error) from error


def _explained(folder: Path, doing: str, error: BaseException) -> EngineError | LockedError:
    text = str(error)
    if "LockBusy" in text or "Lockfile" in text:
        return LockedError(f"another kb process is writing to the index in {folder}; try again when it has ended")
    if "No space left" in text or "StorageFull" in text or "File too large" in text:
        return EngineError(f"the disk is full: the index in {folder} cannot be written; free some space and try again")
    if "index writer was killed" in text:  # the library does not say more of an error in its thread
        return EngineError(
            f"the index in {folder} cannot be written, most likely because the disk is full; "
            "free some space and try again, and if that does not help: kb reindex"
        )
    if "schema" in text.lower():
        return EngineError(f"the index in {folder} is of another version; build it anew with: kb reindex")
    return EngineError(f"the index in {folder} cannot be {doing}; build it anew with: kb reindex ({text[:200]})")


def _regex(pattern: str) -> str:
    letters = {"*": ".*", "?": "."}
    return "".join(letters.get(character) or re.escape(character) for character in pattern)


@lru_cache(maxsize=256)
def _spread(count: int, slop: int) -> list[tuple[int, ...]]:
    """The places that so many words in order may have, at most `slop` places left out in all."""
    return [(0, *(place + 1 for place in places)) for places in combinations(range(count - 1 + slop), count - 1)]


class _Builder:
    """Tree → tantivy query."""

    def __init__(self, schema_: Any) -> None:
        self._schema = schema_
        # Counting and ranking ask for the same pattern, and to compile one takes half a millisecond.
        self._regex = lru_cache(maxsize=64)(lambda field, text: Query.regex_query(schema_, field, _regex(text)))
        # The nodes of a word are the same objects whenever it is asked for; to look at their addresses is no work.
        self._built: dict[int, tuple[tree.Node, Any]] = {}
        self._builders: dict[type, Callable[[Any], Any]] = {
            tree.Term: self._term,
            tree.OneOf: self._one_of,
            tree.Phrase: self._phrase,
            tree.Pattern: self._pattern,
            tree.Fuzzy: self._fuzzy,
            tree.Years: self._years,
            tree.All: lambda node: self._boolean(Occur.Must, node.children),
            tree.Some: lambda node: self._boolean(Occur.Should, node.children),
            tree.Without: self._without,
            tree.Preferably: self._preferably,
            tree.Scored: lambda node: Query.const_score_query(self(node.node), node.score),
            tree.Everything: lambda _: Query.all_query(),
            tree.Nothing: lambda _: Query.empty_query(),
        }

    def __call__(self, node: tree.Node) -> Any:
        if type(node) is not tree.Some:
            return self._builders[type(node)](node)
        built = self._built.get(id(node))
        if built is None or built[0] is not node:
            if len(self._built) >= _MOST_BUILT:
                self._built.clear()
            built = self._built[id(node)] = (node, self._builders[type(node)](node))
        return built[1]

    def _term(self, node: tree.Term) -> Any:
        query = Query.term_query(self._schema, node.field, node.text, "freq")
        return query if node.weight == 1.0 else Query.boost_query(query, node.weight)

    def _one_of(self, node: tree.OneOf) -> Any:
        terms = [Query.term_query(self._schema, node.field, text, "basic") for text in node.texts]
        query = terms[0] if len(terms) == 1 else Query.boolean_query([(Occur.Should, term) for term in terms])
        return Query.const_score_query(query, 0.0)

    def _phrase(self, node: tree.Phrase) -> Any:
        """One query for each way of spreading the gaps: tantivy's own slop finds the words in the other order, too.

        It is taken nevertheless where there would be too many ways: a long phrase with much room.
        """
        count, texts = comb(len(node.texts) - 1 + node.slop, node.slop), node.texts
        if count > _WAYS:
            ways = [Query.phrase_query(self._schema, node.field, list(texts), slop=node.slop)]
        else:
            spread = _spread(len(texts), node.slop)
            ways = [Query.phrase_query(self._schema, node.field, list(zip(way, texts, strict=True))) for way in spread]
        query = ways[0] if len(ways) == 1 else Query.boolean_query([(Occur.Should, way) for way in ways])
        return query if node.weight == 1.0 else Query.boost_query(query, node.weight)

    def _pattern(self, node: tree.Pattern) -> Any:
        return Query.const_score_query(self._regex(node.field, node.pattern), node.weight)

    def _fuzzy(self, node: tree.Fuzzy) -> Any:
        query = Query.fuzzy_term_query(self._schema, node.field, node.text, distance=node.distance)
        return Query.const_score_query(query, node.weight)

    def _years(self, node: tree.Years) -> Any:
        first, last = max(node.first or 1, 1), min(node.last if node.last is not None else 9999, 9999)
        if first > last:
            return Query.empty_query()
        return Query.const_score_query(Query.range_query(self._schema, _YEAR, FieldType.Unsigned, first, last), 0.0)

    def _boolean(self, occur: Any, children: tuple[tree.Node, ...]) -> Any:
        return Query.boolean_query([(occur, self(child)) for child in children])

    def _without(self, node: tree.Without) -> Any:
        return Query.boolean_query([(Occur.Must, self(node.node)), (Occur.MustNot, self(node.excluded))])

    def _preferably(self, node: tree.Preferably) -> Any:
        return Query.boolean_query([(Occur.Must, self(node.node)), (Occur.Should, self(node.extra))])

    def within(self, query: Any, scope: Scope, levels: frozenset[Visibility]) -> Any:
        """The query narrowed to the scope, which does not add to the score; `levels` are those that occur at all."""
        clauses: list[tree.Node] = []
        if not levels <= scope.sees:
            clauses.append(tree.OneOf(schema.VISIBILITY, tuple(sorted(levels & scope.sees)) or ("",)))
        clauses += [tree.OneOf(field, values) for field, values in scope.values.items() if values]
        if scope.years != (None, None):
            clauses.append(tree.Years(*scope.years))
        if scope.ids:
            clauses.append(tree.OneOf(_ID, scope.ids))
        if not clauses:
            return query
        return Query.boolean_query([(Occur.Must, query), *((Occur.Must, self(clause)) for clause in clauses)])


class TantivyReader:
    """A searcher over one commit."""

    def __init__(self, folder: Path, searcher: Any, build: _Builder) -> None:
        self._searcher = searcher
        self._build = build
        self._guard = _Guard(folder, "read")
        # Nothing is asked of visibility where the viewer sees every level that a document has: a fifth of a query's work.
        self._levels = frozenset(level for level in Visibility if self.frequency(schema.VISIBILITY, level.value))

    def _within(self, node: tree.Node, scope: Scope) -> Any:
        return self._build.within(self._build(node), scope, self._levels)

    @property
    def size(self) -> int:
        """How many documents there are, whoever may see them."""
        return cast(int, self._searcher.num_docs)

    def search(
        self, node: tree.Node, scope: Scope, limit: int, offset: int = 0, sort: Sort = Sort.RELEVANCE
    ) -> list[Found]:
        """The matching documents from place `offset` on, at most `limit` of them."""
        if limit < 1 or offset >= self.size:
            return []
        with self._guard:
            query = self._within(node, scope)
            options: dict[str, Any] = {"count": False, "offset": offset}
            if sort is not Sort.RELEVANCE:
                options["order_by_field"], options["order"] = _SORTS[sort]
            hits = self._searcher.search(query, limit, **options).hits
        scored = sort is Sort.RELEVANCE
        return [_found((score if scored else 0.0, (address.segment_ord, address.doc))) for score, address in hits]

    def count(self, node: tree.Node, scope: Scope, facets: Iterable[str] = ()) -> tuple[int, dict[str, dict[str, int]]]:
        """The exact number of matching documents, and for each facet field the number with each of its values."""
        wanted = tuple(facets)
        with self._guard:
            answer = self._searcher.aggregate(self._within(node, scope), _request(wanted))
        return int(answer["total"]["value"]), {facet: _counts(facet, answer[facet]["buckets"]) for facet in wanted}

    def stored(self, found: Found) -> bytes:
        """The stored block of a document found."""
        return self.blocks((found,))[0]

    def blocks(self, found: Sequence[Found]) -> list[bytes]:
        """The stored blocks of several documents found, in their order."""
        read = self._searcher.doc
        with self._guard:
            return [read(_address(one)).get_first(_STORED) for one in found]

    def frequency(self, field: str, term: str) -> int:
        """In how many documents a term is, removed ones included until their segment is merged."""
        with self._guard:
            return cast(int, self._searcher.doc_freq(field, term))

    def terms(self, field: str, prefix: str, scope: Scope, limit: int) -> list[tuple[str, int]]:
        """The most frequent terms with this prefix, counted within the scope."""
        with self._guard:
            found = self._searcher.terms_with_prefix(field, prefix, self._within(tree.Everything(), scope), limit)
        return [(term, count) for term, count in found if count]

    def known(self) -> dict[str, str]:
        """Id and key of every document."""
        with self._guard:
            found = self._searcher.terms_with_prefix(_KNOWN, "", Query.all_query(), None)
        return dict(term.split(schema.SEPARATOR, 1) for term, count in found if count)


def _address(found: Found) -> Any:
    return tantivy.DocAddress(*cast(tuple[int, int], found[1]))


_found = partial(tuple.__new__, Found)  # a third of what calling the class takes


@lru_cache(maxsize=256)
def _request(facets: tuple[str, ...]) -> dict[str, Any]:
    wanted = {facet: {"terms": {"field": _column(facet), "size": _BUCKETS}} for facet in facets}
    return {"total": {"value_count": {"field": _NEWEST}}, **wanted}


def _counts(facet: str, buckets: list[dict[str, Any]]) -> dict[str, int]:
    if facet not in _COMBINED:
        return {bucket["key"]: bucket["doc_count"] for bucket in buckets}
    counts: dict[str, int] = {}
    for bucket in buckets:
        for value in bucket["key"].split(schema.SEPARATOR):
            counts[value] = counts.get(value, 0) + bucket["doc_count"]
    return counts


class TantivyWriter:
    """The one writer; tantivy's own lock keeps a second one out, and a killed process releases it."""

    def __init__(self, folder: Path, index: Any) -> None:
        self._folder = folder
        self._guard = _Guard(folder, "written")
        with self._guard:
            self._writer = index.writer(heap_size=_HEAP, num_threads=1)
        segment.remove_orphans(folder)

    def add(self, entry: Entry) -> None:
        """Add a document, replacing the one of the same id."""
        document = tantivy.Document()
        document.add_text(_ID, entry.id)
        document.add_text(_KNOWN, f"{entry.id}{schema.SEPARATOR}{entry.key}")
        for field, text in entry.texts.items():
            document.add_text(field, text)
        for field, values in entry.values.items():
            for value in values:
                document.add_text(field, value)
        for field in _COMBINED:
            if entry.values[field]:
                document.add_text(_column(field), schema.SEPARATOR.join(sorted(entry.values[field])))
        document.add_text(_TITLE, entry.title_key)
        for field, number in ((_YEAR, entry.year), (_NEWEST, entry.newest), (_OLDEST, entry.oldest)):
            document.add_unsigned(field, number)
        document.add_bytes(_STORED, entry.stored)
        with self._guard:
            self._writer.delete_documents_by_term(_ID, entry.id)
            self._writer.add_document(document)

    def remove(self, identifier: str) -> None:
        """Remove a document; an unknown one is no error."""
        with self._guard:
            self._writer.delete_documents_by_term(_ID, identifier)

    def commit(self) -> None:
        """Make everything since the last commit durable."""
        with self._guard:
            self._writer.commit()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drop what was not committed and wait until segments are merged."""
        with self._guard:
            if kind is not None:
                self._writer.rollback()
            self._writer.wait_merging_threads()
        segment.remove_orphans(self._folder)


class TantivyEngine:
    """One tantivy index in one folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._meta = str(folder / segment.META)
        with _Guard(folder, "opened"):
            if not Path(self._meta).exists():
                tantivy.Index(_schema(), path=str(folder), reuse=True)
                segment.pack(folder, _PACKED)
            self._index = tantivy.Index(_schema(), path=str(folder), reuse=True)
            self._index.config_reader(reload_policy="manual")
        self._build = _Builder(self._index.schema)
        self._seen: tuple[int, int] | None = None
        self._reader: TantivyReader | None = None

    def writer(self) -> TantivyWriter:
        """Begin to write. Raises LockedError while another process does."""
        return TantivyWriter(self._folder, self._index)

    def reader(self) -> TantivyReader:
        """The index as of the last commit of any process: a commit replaces meta.json, which is all that is looked at."""
        try:
            status = os.stat(self._meta)  # noqa: PTH116 - asked by every query, and a path takes ten times as long
        except OSError as error:
            raise _explained(self._folder, "read", error) from error
        now = (status.st_mtime_ns, status.st_ino)
        if self._reader is None or now != self._seen:
            with _Guard(self._folder, "read"):
                self._index.reload()
                self._reader = TantivyReader(self._folder, self._index.searcher(), self._build)
            self._seen = now
        return self._reader
