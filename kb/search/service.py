"""SearchService: a query in, results out. The one way in which the site, the commands and the referral search.

Here: opening the index and following its swaps and commits, the order of steps, paging and sorting. What a query means
is understanding.py's, the second look at the best hits rescoring.py's, facets facet.py's, suggestions discovery.py's.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from kb.errors import EngineError
from kb.gazetteer import Gazetteer
from kb.index import parser
from kb.index.engine import Engine, Found, Reader, Scope, open_engine
from kb.index.forward import StoredDocument
from kb.index.highlight import Marker
from kb.index.query import Filters, Hit, HitPassage, Mode, Query, Results, Sort
from kb.index.schema import WORD, Analyzer, term
from kb.index.snapshot import Shelf, Versions
from kb.index.tree import Everything, Scored, Term
from kb.model import PUBLIC, Viewer
from kb.search import facet
from kb.search.discovery import Discovery, Suggestion
from kb.search.explanation import Explanation
from kb.search.facet import Counted
from kb.search.kept import Kept, Ordered
from kb.search.meaning import Scale
from kb.search.missed import MissedSearches
from kb.search.naming import Names
from kb.search.ranking import DEFAULT, Ranking
from kb.search.rescoring import Documents, Rescoring
from kb.search.understanding import Understanding, Understood
from kb.vocabulary import Vocabulary

_PASSAGES = 3
_DOUBTFUL = 3  # fewer hits than this may be a slip of the pen
_BEST = "Angezeigt werden die besten Treffer; nicht jeder enthält alle Wörter."
_NONE = "Kein Dokument enthält alle Wörter; angezeigt werden die besten Treffer für einen Teil davon."
_ONE = "Nur ein Dokument enthält alle Wörter; darunter stehen die besten Treffer für einen Teil davon."
_FEW = "Nur {} Dokumente enthalten alle Wörter; darunter stehen die besten Treffer für einen Teil davon."


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a query means and what it finds; `looser` finds a part of the words, without what has all of them."""

    understood: Understood
    counted: Counted
    notices: tuple[str, ...]
    looser: Understood | None = None


class SearchService:
    """Searches the current index of one engine in `folder`.

    Opened while there is no index yet, it answers as soon as there is one. Raises EngineError where the index is
    missing, damaged or of another version. Safe to use from several threads.
    """

    def __init__(
        self,
        folder: Path,
        engine_name: str,
        analyzer: Analyzer,
        vocabulary: Vocabulary | None = None,
        gazetteer: Gazetteer | None = None,
        ranking: Ranking = DEFAULT,
    ) -> None:
        self._shelf = Shelf(folder, engine_name)
        self.missed = MissedSearches(folder / "missed.tsv")
        self._name = engine_name
        self._analyzer = analyzer
        self.names = Names(vocabulary, gazetteer)
        self._ranking = ranking
        self._kept: Kept | None = None
        self._meaning: tuple[Reader, Understanding] | None = None
        self._opened: tuple[tuple[int, int], Engine] | None = None

    def reader(self) -> Reader:
        """The index as of its last commit."""
        stamp = self._shelf.stamp()
        if self._opened is None or self._opened[0] != stamp:
            self._opened = (stamp, self._open())
        return self._opened[1].reader()

    def _open(self) -> Engine:
        current = self._shelf.current()
        if current is None:
            raise EngineError(
                f"there is no {self._name} index yet; ingest documents first, or build it with: kb reindex"
            )
        if current.versions != Versions.now(self._analyzer):
            raise EngineError(
                f"the index in {self._shelf.folder} is of another version; build it anew with: kb reindex"
            )
        return open_engine(self._name, self._shelf.path(current.generation))

    def _state(self) -> Kept:
        """The index as of its last commit, with what was kept of it."""
        reader, kept = self.reader(), self._kept
        if kept is None or kept.reader is not reader:
            kept = self._kept = Kept(reader)
        return kept

    def search(self, query: Query) -> Results:
        """The hits of one page, the exact number of all, facets with the counts that choosing a value would give."""
        start = time.perf_counter()
        kept = self._state()
        answer = self._answered(kept, query)
        understood, total, looser = answer.understood, answer.counted.total, answer.looser
        marker = self._marker(answer)
        hits = self._hits(kept, understood, query, marker) if total else ()
        more = replace(query, sort=Sort.RELEVANCE)
        further = self._hits(kept, looser, more, marker) if looser and query.page == 1 else ()
        if not total and query.filters == Filters():
            self.missed.note(form.folded for form in understood.forms)
        doubtful = bool(understood.forms) and (total < _DOUBTFUL or understood.mode is Mode.BEST)
        return Results(
            query=query,
            total=total,
            hits=hits,
            further=further,
            facets=answer.counted.named(query, self.names),
            notices=answer.notices,
            suggestion=self._suggestion(kept, understood, query, marker) if doubtful else "",
            expansions=understood.expansions,
            milliseconds=(time.perf_counter() - start) * 1000,
            explanation="\n".join(understood.readings) if query.explain else "",
        )

    def _answered(self, kept: Kept, query: Query) -> _Answer:
        """What the query means, how many match; where no or few documents have all words, what has some of them."""
        meaning = self._understanding(kept.reader)
        parsed = parser.parse(query.text)
        understood = meaning.understand(parsed, query.text, query.mode, query.expand)
        counted = kept.count(understood.match, query)
        total = counted.total
        notices = (_BEST,) if understood.mode is Mode.BEST and len(understood.forms) > 1 else ()
        insisting = understood.mode is Mode.ALL and query.mode is Mode.AUTO and not parsed.operators
        if not (insisting and understood.forms and total < self._ranking.enough):
            return _Answer(understood, counted, (*understood.notices, *notices))
        looser = meaning.understand(parsed, query.text, Mode.BEST, query.expand)
        if not total:
            counted = kept.count(looser.match, query)
            notices = (_NONE,) if counted.total else ()
            return _Answer(looser if counted.total else understood, counted, (*understood.notices, *notices))
        if kept.count(looser.match, replace(query, facets=())).total == total:
            return _Answer(understood, counted, understood.notices)
        few = (_ONE if total == 1 else _FEW.format(total),) if query.page == 1 else ()
        return _Answer(understood, counted, (*understood.notices, *few), meaning.beside(looser, understood))

    def _marker(self, answer: _Answer) -> Marker:
        return Marker((answer.looser or answer.understood).concepts, self._analyzer)

    def _understanding(self, reader: Reader) -> Understanding:
        """The understanding of queries against this state of the index, with what it remembers of words."""
        known = self._meaning
        if known is None or known[0] is not reader:
            scale = Scale(self._analyzer, reader.frequency, reader.size)
            known = self._meaning = (reader, Understanding(scale, self.names, self._ranking))
        return known[1]

    def _hits(self, kept: Kept, understood: Understood, query: Query, marker: Marker) -> tuple[Hit, ...]:
        documents = Documents(kept.reader)
        offset = max(query.page - 1, 0) * query.size
        found = self._found(kept, understood, query, (offset, query.size), marker, documents)
        reasons = self._explanation(kept.reader, understood, query, marker, documents) if query.explain else None
        return tuple(
            [
                _hit(
                    document,
                    one.score,
                    tuple(marker.best(document, _PASSAGES, understood.pages)),
                    reasons.of(one, document.id) if reasons else "",
                )
                for one, document in zip(found, documents.read(found), strict=True)
            ]
        )

    def _explanation(
        self, reader: Reader, understood: Understood, query: Query, marker: Marker, documents: Documents
    ) -> Explanation:
        """What explains the hits; the second look is done once more for it."""
        scope, first = facet.scope_of(query), list[Found]()
        if query.sort is Sort.RELEVANCE and understood.concepts:
            first = reader.search(understood.rank, scope, self._ranking.window)
        second = Rescoring(reader, documents, self._ranking, marker).parts(first, understood.grams) if first else []
        found = {one.address: parts for one, parts in zip(first, second, strict=True)} if len(first) > 1 else {}
        return Explanation(reader, understood.rank, scope, found)

    def _found(
        self,
        kept: Kept,
        understood: Understood,
        query: Query,
        part: tuple[int, int],
        marker: Marker,
        documents: Documents,
    ) -> list[Found]:
        """The documents from a place on, so many; those in the first `window` places are ordered by the second look."""
        (offset, size), scope, window = part, facet.scope_of(query), self._ranking.window
        reader, rank = kept.reader, understood.rank
        if query.sort is not Sort.RELEVANCE or offset >= window or not understood.concepts:
            return reader.search(rank, scope, size, offset, query.sort)

        def looked_at(count: int) -> Ordered:
            found = reader.search(rank, scope, count)
            rescoring = Rescoring(reader, documents, self._ranking, marker)
            return Ordered([*rescoring.order(found[:window], understood.grams), *found[window:]], marker.met)

        ordered = (
            looked_at(offset + size) if offset + size > window else kept.order(rank, query, partial(looked_at, window))
        )
        marker.meet(ordered.met)
        return ordered.found[offset : offset + size]

    def ranking(self, query: Query, depth: int) -> list[str]:
        """The ids of the best `depth` documents, as `search` would show them page by page, without anything to show."""
        kept = self._state()
        answer = self._answered(kept, query)
        documents, marker, ids = Documents(kept.reader), self._marker(answer), list[str]()
        for understood in filter(None, (answer.understood, answer.looser)):
            found = self._found(kept, understood, query, (0, depth), marker, documents)
            ids += kept.ids(found)
        return ids[:depth]

    def matches(self, document_id: str, text: str, viewer: Viewer = PUBLIC) -> tuple[HitPassage, ...]:
        """Every passage of a document that has something of the query, in reading order; () where it may not be seen."""
        reader = self.reader()
        found = self._one(reader, document_id, viewer)
        if found is None:
            return ()
        understood = self._understanding(reader).understand(parser.parse(text), text)
        return tuple(Marker(understood.concepts, self._analyzer).matching(StoredDocument(reader.stored(found))))

    def suggest(self, prefix: str, viewer: Viewer = PUBLIC, limit: int = 8) -> tuple[Suggestion, ...]:
        """Ways to complete what is being typed."""
        return tuple(self._discovery(self.reader(), viewer).suggestions(prefix[: parser.LONGEST], limit))

    def similar(self, document_id: str, viewer: Viewer = PUBLIC, limit: int = 5) -> tuple[Hit, ...]:
        """Documents like this one; () where it may not be seen."""
        reader = self.reader()
        found = self._one(reader, document_id, viewer)
        if found is None:
            return ()
        document = StoredDocument(reader.stored(found))
        near = self._discovery(reader, viewer).similar(document, limit)
        return tuple(_hit(StoredDocument(reader.stored(one)), one.score) for one in near)

    def _discovery(self, reader: Reader, viewer: Viewer) -> Discovery:
        return Discovery(reader, Scope(viewer.sees), self._analyzer, self.names)

    def _suggestion(self, kept: Kept, understood: Understood, query: Query, marker: Marker) -> str:
        """What was probably meant, if that finds something. A word that one of the hits has is none to correct."""
        reader, seen = kept.reader, Scope(query.viewer.sees)
        unknown = [
            form
            for form in understood.forms
            if term(form.stem) not in marker.met and not reader.count(Term(WORD, term(form.folded)), seen)[0]
        ]
        if not unknown:
            return ""
        discovery = self._discovery(reader, query.viewer)
        corrected = discovery.correction(query.text, unknown, kept.corrector(query.viewer))
        if not corrected:
            return ""
        return corrected if self._answered(kept, replace(query, text=corrected, facets=())).counted.total else ""

    def _one(self, reader: Reader, document_id: str, viewer: Viewer) -> Found | None:
        found = reader.search(Scored(Everything()), Scope(viewer.sees, ids=(document_id,)), 1)
        return found[0] if found else None


def _hit(document: StoredDocument, score: float, passages: tuple[HitPassage, ...] = (), explanation: str = "") -> Hit:
    head = document.head
    return Hit(
        document=document.id,
        title=head["title"] or head["file"] or document.id,
        kind=head["kind"],
        municipalities=tuple(head["owners"]),
        year=document.year or None,
        score=round(score, 4),
        passages=passages,
        explanation=explanation,
    )
