"""Trees evaluated with NumPy over all documents at once: every node becomes a mask and an array of scores.

Knows no engine: where postings, positions and numbers come from is the `Source`'s business (whoosh.py). Scores are BM25
with k1 = 1.2 and b = 0.75, as in the other engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fnmatch import translate
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from kb.index import schema, tree
from kb.index.engine import Scope

_K1, _B = 1.2, 0.75

Mask = NDArray[np.bool_]
Scores = NDArray[np.float64]


class Matched(NamedTuple):
    """Which documents, and with what score; the score of the others is 0."""

    mask: Mask
    scores: Scores


class Postings(NamedTuple):
    """The documents that have a term, by number, and how often each."""

    ids: NDArray[np.int64]
    weights: Scores


class Source(Protocol):
    """Where the evaluator reads."""

    def lexicon(self, field: str, prefix: str) -> list[str]:
        """The terms of a field that begin so."""
        ...

    def posted(self, field: str, term: str) -> Postings:
        """The documents that have a term."""
        ...

    def positions(self, field: str, term: str) -> dict[int, list[int]]:
        """Where a term stands in each document."""
        ...

    def lengths(self, field: str) -> tuple[Scores, float]:
        """How many terms each document has in a field, and the mean."""
        ...

    def numbers(self, name: str) -> NDArray[np.int64]:
        """A number of every document, such as its year."""
        ...


class Evaluator:
    """Evaluates trees; `live` marks the documents that were not removed."""

    def __init__(self, source: Source, live: Mask) -> None:
        self._source = source
        self._live = live
        self._size = len(live)
        self._evaluate: dict[type, Callable[[Any], Matched]] = {
            tree.Term: self._term,
            tree.OneOf: lambda node: self._flat(self._any(node.field, node.texts), 0.0),
            tree.Phrase: self._phrase,
            tree.Pattern: self._pattern,
            tree.Fuzzy: self._fuzzy,
            tree.Years: lambda node: self._flat(self._years(node.first, node.last), 0.0),
            tree.All: self._conjunction,
            tree.Some: self._disjunction,
            tree.Without: self._without,
            tree.Preferably: self._preferably,
            tree.Scored: lambda node: self._flat(self.match(node.node).mask, node.score),
            tree.Everything: lambda _: self._flat(self._live, 1.0),
            tree.Nothing: lambda _: self._flat(np.zeros(self._size, dtype=np.bool_), 0.0),
        }

    def match(self, node: tree.Node) -> Matched:
        """What a tree matches."""
        return self._evaluate[type(node)](node)

    def _flat(self, mask: Mask, score: float) -> Matched:
        return Matched(mask, np.where(mask, score, 0.0))

    def _scored(self, field: str, posted: Postings, weight: float) -> Matched:
        """BM25 (Robertson & Zaragoza 2009) of frequencies in a field."""
        mask, scores = np.zeros(self._size, dtype=np.bool_), np.zeros(self._size)
        lengths, mean = self._source.lengths(field) if field not in schema.VALUES else (np.ones(self._size), 1.0)
        found = len(posted.ids)
        idf = np.log(1 + (max(self._size - found, 0) + 0.5) / (found + 0.5))
        norm = _K1 * (1 - _B + _B * lengths[posted.ids] / (mean or 1.0))
        mask[posted.ids] = True
        scores[posted.ids] = weight * idf * posted.weights * (_K1 + 1) / (posted.weights + norm)
        return Matched(mask & self._live, scores * self._live)

    def _term(self, node: tree.Term) -> Matched:
        return self._scored(node.field, self._source.posted(node.field, node.text), node.weight)

    def _any(self, field: str, terms: Iterable[str]) -> Mask:
        mask = np.zeros(self._size, dtype=np.bool_)
        for term in terms:
            mask[self._source.posted(field, term).ids] = True
        return mask & self._live

    def _phrase(self, node: tree.Phrase) -> Matched:
        positions = [self._source.positions(node.field, term) for term in node.texts]
        rarest = min(positions, key=len)
        counts = {
            number: count
            for number in rarest
            if all(number in found for found in positions)
            and (count := _sequences([found[number] for found in positions], node.slop))
        }
        ids = np.array(sorted(counts), dtype=np.int64)
        weights = np.array([counts[number] for number in sorted(counts)], dtype=np.float64)
        return self._scored(node.field, Postings(ids, weights), node.weight)

    def _pattern(self, node: tree.Pattern) -> Matched:
        prefix = re.split(r"[*?]", node.pattern, maxsplit=1)[0]
        accepts = re.compile(translate(node.pattern.replace("[", "[[]"))).match
        found = self._any(node.field, filter(accepts, self._source.lexicon(node.field, prefix)))
        return self._flat(found, node.weight)

    def _fuzzy(self, node: tree.Fuzzy) -> Matched:
        limit, text = node.distance, node.text
        near = [
            one for one in self._source.lexicon(node.field, "") if OSA.distance(one, text, score_cutoff=limit) <= limit
        ]
        return self._flat(self._any(node.field, near), node.weight)

    def _years(self, first: int | None, last: int | None) -> Mask:
        years = self._source.numbers("year_number")
        mask: Mask = (years >= max(first or 1, 1)) & (years <= (9999 if last is None else min(last, 9999)))
        return mask & self._live

    def _conjunction(self, node: tree.All) -> Matched:
        found = [self.match(child) for child in node.children]
        mask = np.logical_and.reduce([one.mask for one in found])
        return Matched(mask, sum((one.scores for one in found), np.zeros(self._size)) * mask)

    def _disjunction(self, node: tree.Some) -> Matched:
        found = [self.match(child) for child in node.children]
        return Matched(
            np.logical_or.reduce([one.mask for one in found]), sum((one.scores for one in found), np.zeros(self._size))
        )

    def _without(self, node: tree.Without) -> Matched:
        found = self.match(node.node)
        mask = found.mask & ~self.match(node.excluded).mask
        return Matched(mask, found.scores * mask)

    def _preferably(self, node: tree.Preferably) -> Matched:
        found = self.match(node.node)
        return Matched(found.mask, found.scores + self.match(node.extra).scores * found.mask)

    def within(self, scope: Scope) -> Mask:
        """The documents of a scope."""
        mask = self._any(schema.VISIBILITY, (level.value for level in scope.sees))
        for field, values in scope.values.items():
            if values:
                mask = mask & self._any(field, values)
        if scope.years != (None, None):
            mask = mask & self._years(*scope.years)
        return mask & self._any("id", scope.ids) if scope.ids else mask


def _sequences(positions: list[list[int]], slop: int) -> int:
    """How often the first word is followed by the others in order, `slop` places in sum between them."""
    found = 0
    for first in positions[0]:
        place, room = first, slop
        for later in positions[1:]:
            after = next((position for position in later if place < position <= place + 1 + room), None)
            if after is None:
                break
            room -= after - place - 1
            place = after
        else:
            found += 1
    return found
