"""Which passages of a document answer a query best, and what to mark in them.

Works on the stored block (forward.py), so it is the same for every engine and analyzes no text again, except for
phrases, wildcards and similar spellings, whose words have to be looked at. What a query means is decided in kb/search/.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kb.index.forward import StoredDocument, checksum
from kb.index.query import HitPassage
from kb.index.schema import Analyzer, term
from kb.language.folding import fold

_WORDS = re.compile(r"\w+(?:[-‐‑]\w+)*")
_SCANNED = 400  # passages of one document that are looked at word by word

Rows = list[list[int]]  # occurrences by term: index of the passage, start, length, and so on
Ranges = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that was asked for. `weight` is how telling it is.

    `alternatives` are pairs of a strength 0..1 and the terms that must all be in a passage. `exact` narrows to words
    spelled so when folded. `sequence` are folded words that must follow each other, up to `slop` places apart.
    `accepts` decides on folded words for wildcards and similar spellings.
    """

    weight: float
    alternatives: tuple[tuple[float, tuple[str, ...]], ...] = ()
    exact: str = ""
    sequence: tuple[str, ...] = ()
    slop: int = 0
    accepts: Callable[[str], bool] | None = None

    @property
    def scans(self) -> bool:
        """Whether words have to be looked at."""
        return bool(self.sequence) or self.accepts is not None


class _Accepted:
    """Which words a concept accepts; each way to write one is looked at once. Written for hundreds of new words a query."""

    def __init__(self, accepts: Callable[[str], bool], analyzer: Analyzer) -> None:
        self._accepts = accepts
        self._form = analyzer.form
        self._looked: set[str] = set()
        self._accepted: set[str] = set()

    def ranges(self, text: str) -> Ranges:
        """Where the accepted words stand."""
        words = set(_WORDS.findall(text))
        new = words - self._looked
        self._looked |= new
        accepts, form = self._accepts, self._form
        self._accepted.update([word for word in new if accepts(term(form(word).folded))])
        accepted = self._accepted
        if accepted.isdisjoint(words):
            return []
        return [match.span() for match in _WORDS.finditer(text) if match[0] in accepted]


class Marker:
    """Scores and marks the passages of documents for one query."""

    def __init__(self, concepts: Sequence[Concept], analyzer: Analyzer) -> None:
        self._concepts = tuple(concepts)
        self._analyzer = analyzer
        names = dict.fromkeys(name for one in concepts for _, names in one.alternatives for name in names)
        self._place = {name: place for place, name in enumerate(names)}
        self._checksums = [checksum(name) for name in names]
        self._scans = any(concept.scans for concept in self._concepts)
        self._total = sum(concept.weight for concept in concepts) or 1.0
        self._accepted = [_Accepted(one.accepts, analyzer) if one.accepts else None for one in self._concepts]
        self._ranged: dict[tuple[int, str, int], Ranges] = {}
        self._looked: dict[str, tuple[Rows, list[float]]] = {}

    def coverage(self, document: StoredDocument) -> tuple[float, float]:
        """How much of what was asked for stands in the best passage and in the first, each 0..1.

        What would have to be looked at word by word is left out.
        """
        if not document.count or not self._checksums:
            return 0.0, 0.0
        scores = self._look(document)[1]
        return max(scores) / self._total, scores[0] / self._total

    def met(self, name: str) -> bool:
        """Whether a document that was looked at has this term."""
        place = self._place.get(name)
        return place is not None and any(rows[place] for rows, _ in self._looked.values())

    def best(self, document: StoredDocument, limit: int = 3, pages: frozenset[int] = frozenset()) -> list[HitPassage]:
        """The best passages, best first, marked; the first passage where none has anything of the query."""
        if not document.count:
            return []
        rows, scores = self._scores(document)
        if pages:
            there = (page in pages for page in document.pages())
            scores = [score + 1e-6 if here else 0.0 for score, here in zip(scores, there, strict=True)]
        order = sorted(range(len(scores)), key=lambda index: -scores[index])[:limit]
        chosen = [index for index in order if scores[index] > 0.25 * scores[order[0]]] or order[:1]
        return [self._marked(document, rows, index) for index in chosen]

    def matching(self, document: StoredDocument) -> list[HitPassage]:
        """Every passage that has anything of the query, in reading order, marked."""
        rows, scores = self._scores(document)
        return [self._marked(document, rows, index) for index, score in enumerate(scores) if score > 0]

    def _look(self, document: StoredDocument) -> tuple[Rows, list[float]]:
        """Occurrences, and the passages' scores without what has to be looked at word by word; kept by document."""
        looked = self._looked.get(document.id)
        if looked is None:
            rows, scores = [document.occurrences(one) for one in self._checksums], [0.0] * document.count
            for concept in self._concepts:
                for index, strength in self._strengths(concept, rows).items():
                    scores[index] += concept.weight * strength
            looked = self._looked[document.id] = (rows, scores)
        return looked

    def _scores(self, document: StoredDocument) -> tuple[Rows, list[float]]:
        rows, scores = self._look(document)
        if not self._scans:
            return rows, scores
        scores = [0.0] * document.count
        for number, concept in enumerate(self._concepts):
            strengths = self._strengths(concept, rows)
            if concept.scans:
                strengths = dict.fromkeys(self._scanned(document, strengths, number), 1.0)
            for index, strength in strengths.items():
                scores[index] += concept.weight * strength
        return rows, scores

    def _strengths(self, concept: Concept, rows: Rows) -> dict[int, float]:
        """Passage → strength of the strongest alternative in it."""
        best: dict[int, float] = {}
        for strength, names in concept.alternatives:
            there = set(rows[self._place[names[0]]][::3])
            for name in names[1:]:
                there.intersection_update(rows[self._place[name]][::3])
            for index in there:
                if strength > best.get(index, 0.0):
                    best[index] = strength
        return best

    def _scanned(self, document: StoredDocument, strengths: dict[int, float], number: int) -> list[int]:
        candidates = sorted(strengths) if self._concepts[number].alternatives else range(document.count)
        return [index for index in candidates[:_SCANNED] if self._ranges(number, document, index)]

    def _ranges(self, number: int, document: StoredDocument, index: int) -> Ranges:
        """What to mark for a concept whose words have to be looked at; asked for twice, to score and to mark."""
        key = (number, document.id, index)
        if key not in self._ranged:
            concept, accepted, text = self._concepts[number], self._accepted[number], document.passage(index).text
            self._ranged[key] = accepted.ranges(text) if accepted else _sequences(concept, self._analyzer, text)
        return self._ranged[key]

    def _marked(self, document: StoredDocument, rows: Rows, index: int) -> HitPassage:
        passage = document.passage(index)
        found: Ranges = []
        for number, concept in enumerate(self._concepts):
            if concept.scans:
                found += self._ranges(number, document, index)
                continue
            spans = self._spans(concept, rows, index)
            found += [span for span in spans if _exact(concept, passage.text[span[0] : span[1]])]
        return HitPassage(
            passage.ordinal, passage.page, passage.text, document.section(passage), _merged(found, len(passage.text))
        )

    def _spans(self, concept: Concept, rows: Rows, index: int) -> Ranges:
        """The first alternative that stands in the passage: parts and related words only where the whole word does not."""
        for _, names in concept.alternatives:
            spans = [_within(rows[self._place[name]], index) for name in names]
            if all(spans):
                return [span for of_name in spans for span in of_name]
        return []


def _within(occurrences: list[int], index: int) -> Ranges:
    """Those in the passage at this index."""
    return [
        (occurrences[at + 1], occurrences[at + 1] + occurrences[at + 2])
        for at in range(0, len(occurrences), 3)
        if occurrences[at] == index
    ]


def _exact(concept: Concept, text: str) -> bool:
    return not concept.exact or term(fold(text)) == concept.exact


def _sequences(concept: Concept, analyzer: Analyzer, text: str) -> Ranges:
    """The stretches where the words follow each other; with slop, each word may come a little later."""
    tokens = analyzer.tokens(text)
    words = [term(token.form.folded) for token in tokens]
    found: Ranges = []
    for first, word in enumerate(words):
        if word != concept.sequence[0]:
            continue
        place, room = first, concept.slop
        for wanted in concept.sequence[1:]:
            ahead = words[place + 1 : place + 2 + room]
            if wanted not in ahead:
                break
            room -= ahead.index(wanted)
            place += 1 + ahead.index(wanted)
        else:
            found.append((tokens[first].start, tokens[place].end))
    return found


def _merged(ranges: Ranges, end: int) -> tuple[tuple[int, int], ...]:
    """Sorted, inside the text, overlapping ones joined."""
    merged: Ranges = []
    for start, stop in sorted(ranges):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        elif start < end:
            merged.append((start, min(stop, end)))
    return tuple(merged)
