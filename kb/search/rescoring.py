"""The second look at the best hits: letter runs, the best passage, and gentle priors for year and kind.

All shares are of the best score among the hits that are compared, so they mean the same for every query and engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from kb.index.engine import Found, Reader, Scope
from kb.index.forward import StoredDocument
from kb.index.highlight import Marker
from kb.index.tree import Node, Nothing, OneOf, Preferably, Some
from kb.model import Visibility
from kb.search.ranking import Ranking

_WALK = 150  # documents that are walked past in the time of building a run anew
_ANYWHERE = Scope(frozenset(Visibility))


class Parts(NamedTuple):
    """What a hit's place is made of: its share of the best words' score, letter runs, passages, its kind and its year."""

    words: float
    runs: float
    passages: float
    kind: float
    year: float


class Documents:
    """The stored documents that one query looks at, each read once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: dict[object, StoredDocument] = {}

    def read(self, found: Sequence[Found]) -> list[StoredDocument]:
        """The documents of hits, in their order."""
        known = self._known
        missing = [one for one in found if one.address not in known]
        for one, block in zip(missing, self._reader.blocks(missing), strict=True):
            known[one.address] = StoredDocument(block)
        return [known[one.address] for one in found]


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
        scores = [sum(parts) for parts in self.parts(found, grams)]
        order = sorted(range(len(found)), key=scores.__getitem__, reverse=True)
        return [Found(scores[place], found[place].address) for place in order]

    def parts(self, found: Sequence[Found], grams: Node) -> list[Parts]:
        """What each of the hits is worth, in their order."""
        best = max([one.score for one in found], default=0.0) or 1.0
        documents, ranking = self._documents.read(found), self._ranking
        runs = self._runs(documents, grams) if ranking.gram else {}
        covered = (
            self._marker.coverages(documents) if ranking.passage or ranking.lead else [(0.0, 0.0)] * len(documents)
        )
        return [
            Parts(
                one.score / best,
                ranking.gram * runs.get(one.address, 0.0),
                self._standing(document.count, *standing),
                ranking.kinds.get(document.head["kind"], 0.0) if ranking.kinds else 0.0,
                self._recency(document.year) if ranking.recency and document.year else 0.0,
            )
            for one, document, standing in zip(found, documents, covered, strict=True)
        ]

    def _runs(self, documents: list[StoredDocument], grams: Node) -> dict[object, float]:
        """Address → score of the letter runs, as a share of the best."""
        if isinstance(grams, Nothing):
            return {}
        # The few documents lead and the runs only add: that takes half as long as runs that are narrowed to the documents.
        these = OneOf("id", tuple([one.id for one in documents]))
        node = _added(these, grams, self._reader.size)
        # They were found within what the viewer sees, so that is not asked again.
        scored = self._reader.search(node, _ANYWHERE, len(documents))
        best = max([one.score for one in scored], default=0.0) or 1.0
        return {one.address: one.score / best for one in scored}

    def _standing(self, count: int, best: float, first: float) -> float:
        """What an opening and a best passage are worth; what a long document is about is less said at its beginning."""
        ranking = self._ranking
        opening = min(1.0, ranking.lead_passages / max(count, 1))
        return ranking.passage * best + ranking.lead * (opening * first + (1 - opening) * best)

    def _recency(self, year: int) -> float:
        ranking = self._ranking
        return ranking.recency * max(1 - max(self._year - year, 0) / ranking.recency_years, 0.0)


def _added(node: Node, grams: Node, size: int) -> Node:
    """The runs added one after the other, so that each is only asked for the documents that lead, not walked through.

    Not where there are many runs in a small index: each is built with all before it, and walking is little there.
    """
    runs = grams.children if isinstance(grams, Some) else (grams,)
    if len(runs) ** 2 * _WALK > size:
        return Preferably(node, grams)
    for run in runs:
        node = Preferably(node, run)
    return node
