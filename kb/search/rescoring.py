"""The second look at the best hits: letter runs, the best passage, and gentle priors for year and kind.

All shares are of the best score among the hits that are compared, so they mean the same for every query and engine.
"""

from __future__ import annotations

from datetime import UTC, datetime

from kb.index.engine import Found, Reader, Scope
from kb.index.forward import StoredDocument
from kb.index.highlight import Marker
from kb.index.tree import Node, Nothing, OneOf, Preferably
from kb.model import Visibility
from kb.search.kept import Kept
from kb.search.ranking import Ranking

_ANYWHERE = Scope(frozenset(Visibility))


class Documents:
    """The stored documents that one query looks at, each decoded once."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._known: dict[object, StoredDocument] = {}

    def __getitem__(self, found: Found) -> StoredDocument:
        document = self._known.get(found.address)
        if document is None:
            document = self._known[found.address] = self._kept.document(found)
        return document


class Rescoring:
    """Orders hits anew; scores come out scaled to at most about 1 + gram + passage + lead."""

    def __init__(self, reader: Reader, documents: Documents, ranking: Ranking, marker: Marker) -> None:
        self._reader = reader
        self._documents = documents
        self._ranking = ranking
        self._marker = marker
        self._year = datetime.now(UTC).year

    def order(self, found: list[Found], grams: Node) -> list[Found]:
        """The hits, best first."""
        if len(found) < 2:
            return found
        best = max(one.score for one in found) or 1.0
        documents, gram = [self._documents[one] for one in found], self._ranking.gram
        runs = self._runs(documents, grams) if gram else {}
        scores = [
            one.score / best + gram * runs.get(one.address, 0.0) + self._prior(document)
            for one, document in zip(found, documents, strict=True)
        ]
        order = sorted(range(len(found)), key=lambda place: -scores[place])
        return [Found(scores[place], found[place].address) for place in order]

    def _runs(self, documents: list[StoredDocument], grams: Node) -> dict[object, float]:
        """Address → score of the letter runs, as a share of the best."""
        if isinstance(grams, Nothing):
            return {}
        # The few documents lead and the runs only add: that takes half as long as runs that are narrowed to the documents.
        these = OneOf("id", tuple([one.id for one in documents]))
        # They were found within what the viewer sees, so that is not asked again.
        scored = self._reader.search(Preferably(these, grams), _ANYWHERE, len(documents))
        best = max((one.score for one in scored), default=0.0) or 1.0
        return {one.address: one.score / best for one in scored}

    def _prior(self, document: StoredDocument) -> float:
        ranking = self._ranking
        prior = ranking.kinds.get(document.head["kind"], 0.0) if ranking.kinds else 0.0
        if ranking.passage or ranking.lead:
            best, first = self._marker.coverage(document)
            # What a long document is about is less and less said at its beginning.
            opening = min(1.0, ranking.lead_passages / max(document.count, 1))
            prior += ranking.passage * best + ranking.lead * (opening * first + (1 - opening) * best)
        if ranking.recency and document.year:
            age = max(self._year - document.year, 0)
            prior += ranking.recency * max(1 - age / ranking.recency_years, 0.0)
        return prior
