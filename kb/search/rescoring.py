"""The second look at the best hits: letter runs, the best passage, and gentle priors for year and kind.

All shares are of the best score among the hits that are compared, so they mean the same for every query and engine.
"""

from __future__ import annotations

from datetime import UTC, datetime

from kb.index.engine import Found, Reader, Scope
from kb.index.forward import StoredDocument
from kb.index.highlight import Marker
from kb.index.tree import Node
from kb.search.ranking import Ranking


class Rescoring:
    """Orders hits anew; scores come out scaled to at most about 1 + gram + passage."""

    def __init__(self, reader: Reader, ranking: Ranking, marker: Marker) -> None:
        self._reader = reader
        self._ranking = ranking
        self._marker = marker

    def order(self, found: list[Found], grams: Node, scope: Scope) -> list[Found]:
        """The hits, best first."""
        if len(found) < 2:
            return found
        ranking = self._ranking
        documents = [StoredDocument(self._reader.stored(one)) for one in found]
        best = max(one.score for one in found) or 1.0
        scores = [one.score / best for one in found]
        if ranking.gram:
            runs = self._runs(documents, grams, scope)
            scores = [score + ranking.gram * run for score, run in zip(scores, runs, strict=True)]
        scores = [score + self._prior(document) for score, document in zip(scores, documents, strict=True)]
        order = sorted(range(len(found)), key=lambda place: -scores[place])
        return [Found(scores[place], found[place].address) for place in order]

    def _runs(self, documents: list[StoredDocument], grams: Node, scope: Scope) -> list[float]:
        ids = tuple(document.id for document in documents)
        within = Scope(scope.sees, ids=ids)
        by_address = {
            StoredDocument(self._reader.stored(one)).id: one.score
            for one in self._reader.search(grams, within, len(ids))
        }
        best = max(by_address.values(), default=0.0) or 1.0
        return [by_address.get(identifier, 0.0) / best for identifier in ids]

    def _prior(self, document: StoredDocument) -> float:
        ranking = self._ranking
        prior = ranking.kinds.get(document.head["kind"], 0.0)
        if ranking.passage or ranking.lead:
            best, first = self._marker.coverage(document)
            prior += ranking.passage * best + ranking.lead * first
        year = document.head["year"]
        if ranking.recency and year:
            age = max(datetime.now(UTC).year - year, 0)
            prior += ranking.recency * max(1 - age / ranking.recency_years, 0.0)
        return prior
