"""Which passages of a document answer a query best, and what to mark in them.

Works on the stored block (forward.py), so it is the same for every engine and analyzes no text again, except for
phrases, wildcards and similar spellings, whose words have to be looked at. What a query means is decided in kb/search/.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from kb.index.forward import StoredDocument, checksum, passages_with
from kb.index.query import HitPassage
from kb.index.schema import Analyzer, term
from kb.language.folding import fold
from kb.language.word import ELLIPSIS

_WORDS = re.compile(r"\w+(?:[-‐‑]\w+)*")
_INSIDE = re.compile(r".?\w\Z|\w[-‐‑]\Z", re.DOTALL)  # before a place that is in the middle of a word
_HALVES = 2
_SCANNED = 400  # passages of one document that are looked at word by word

Rows = list[list[int]]  # occurrences by term: index of the passage, start, length, and so on
Ranges = list[tuple[int, int]]
Accepts = Callable[[set[str]], set[str]]


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that was asked for. `weight` is how telling it is.

    `alternatives` are pairs of a strength 0..1 and the terms that must all be in a passage. `exact` narrows to words
    spelled so when folded. `sequence` are folded words that must follow each other, up to `slop` places apart.
    `accepts` chooses among folded words for wildcards and similar spellings, none of which has fewer letters than
    `shortest`, more than `longest`, or, where one is given, another `initial`.
    """

    weight: float
    alternatives: tuple[tuple[float, tuple[str, ...]], ...] = ()
    exact: str = ""
    sequence: tuple[str, ...] = ()
    slop: int = 0
    accepts: Accepts | None = None
    shortest: int = 0
    longest: int = sys.maxsize
    initial: str = ""

    @property
    def scans(self) -> bool:
        """Whether words have to be looked at."""
        return bool(self.sequence) or self.accepts is not None


class _Accepted:
    """Which words a concept accepts; each way to write one is looked at once. Written for hundreds of new words a query."""

    def __init__(self, concept: Concept, analyzer: Analyzer) -> None:
        self._concept = concept
        self._form = analyzer.form
        self._looked: set[str] = set()
        self._accepted: set[str] = set()

    def ranges(self, text: str) -> Ranges:
        """Where the accepted words stand."""
        words = set(_WORDS.findall(text))
        new = words - self._looked
        self._looked |= new
        folded = self._folded(new)
        accepts = self._concept.accepts
        kept = accepts(set(folded.values())) if folded and accepts else ()
        if kept:
            self._accepted.update([word for word, form in folded.items() if form in kept])
        return sorted([span for word in self._accepted & words for span in _places(word, text)])

    def _folded(self, words: set[str]) -> dict[str, str]:
        """The words that may be accepted, by their length and first letter alone, and how each is folded.

        Folding changes neither in ASCII, but for ae, oe and ue, which may become one letter.
        """
        shortest, longest, initial = self._concept.shortest, self._concept.longest, self._concept.initial
        form, found = self._form, {}
        for word in words:
            if word.isascii():
                size, lower = len(word), word.lower()
                if size < shortest or (initial and lower[0] != initial):
                    continue
                digraphs = lower.count("ae") + lower.count("oe") + lower.count("ue")
                if size - digraphs > longest:
                    continue
                if not digraphs and word.isalpha():
                    found[word] = lower
                    continue
            found[word] = term(form(word).folded)
        return found


def _places(word: str, text: str) -> Ranges:
    """Where this stands as a whole word."""
    found: Ranges = []
    start = text.find(word)
    while start >= 0:
        match = _WORDS.match(text, start)
        if match and match[0] == word and not _INSIDE.match(text[max(start - 2, 0) : start]):
            found.append(match.span())
        start = text.find(word, start + len(word))
    return found


class Marker:
    """Scores and marks the passages of documents for one query."""

    def __init__(self, concepts: Sequence[Concept], analyzer: Analyzer) -> None:
        self._concepts = tuple(concepts)
        self._analyzer = analyzer
        names = dict.fromkeys([name for one in concepts for _, names in one.alternatives for name in names])
        self._place = {name: place for place, name in enumerate(names)}
        self._checksums = list(map(checksum, names))
        self._total = sum([concept.weight for concept in concepts]) or 1.0
        self._accepted = [_Accepted(one, analyzer) if one.accepts else None for one in self._concepts]
        self._ranged: dict[tuple[int, str, int], Ranges] = {}
        self._met: set[int] = set()

    def coverages(self, documents: Sequence[StoredDocument]) -> list[tuple[float, float]]:
        """How much of what was asked for stands in the best passage of each document and in the first, each 0..1.

        What would have to be looked at word by word is left out.
        """
        if not self._checksums:
            return [(0.0, 0.0)] * len(documents)
        counts = [one.count for one in documents]
        found = passages_with(documents, self._checksums)
        self._met.update([place for place, passages in enumerate(found) if len(passages)])
        scores = self._covered(found, sum(counts)) / self._total
        if counts.count(1) == len(counts):
            return [(score, score) for score in scores.tolist()]
        return _best_and_first(scores.tolist(), counts)

    def _covered(self, found: Sequence[NDArray[np.intp]], count: int) -> NDArray[np.float64]:
        """The score of every passage, of those that have each term."""
        there = np.zeros((len(found), count))
        for row, passages in zip(there, found, strict=True):
            row[passages] = 1.0
        scores = np.zeros(count)
        for concept in self._concepts:
            strengths = [
                there[[self._place[name] for name in names]].min(axis=0) * strength
                if len(names) > 1
                else there[self._place[names[0]]] * strength
                for strength, names in concept.alternatives
            ]
            if strengths:
                scores += reduce(np.maximum, strengths) * concept.weight
        return scores

    @property
    def met(self) -> frozenset[str]:
        """The terms that a document has that was looked at."""
        return frozenset([name for name, place in self._place.items() if place in self._met])

    def meet(self, names: Iterable[str]) -> None:
        """Take it that documents were looked at which have these terms."""
        self._met.update([self._place[name] for name in names])

    def best(self, document: StoredDocument, limit: int = 3, pages: frozenset[int] = frozenset()) -> list[HitPassage]:
        """The best passages, best first, marked; the first passage where none has anything of the query."""
        if not document.count:
            return []
        rows = self._rows(document)
        if document.count == 1:
            return [self._marked(document, rows, 0)]
        scores = self._scores(document, rows)
        if pages:
            there = (page in pages for page in document.pages())
            scores = [score + 1e-6 if here else 0.0 for score, here in zip(scores, there, strict=True)]
        order = sorted(range(len(scores)), key=lambda index: -scores[index])[:limit]
        chosen = [index for index in order if scores[index] > 0.25 * scores[order[0]]] or order[:1]
        return [self._marked(document, rows, index) for index in chosen]

    def matching(self, document: StoredDocument) -> list[HitPassage]:
        """Every passage that has anything of the query, in reading order, marked."""
        rows = self._rows(document)
        scores = self._scores(document, rows)
        return [self._marked(document, rows, index) for index, score in enumerate(scores) if score > 0]

    def _rows(self, document: StoredDocument) -> Rows:
        rows = [document.occurrences(one) for one in self._checksums]
        self._met.update([place for place, row in enumerate(rows) if row])
        return rows

    def _scores(self, document: StoredDocument, rows: Rows) -> list[float]:
        scores = [0.0] * document.count
        for number, concept in enumerate(self._concepts):
            strengths = self._strengths(concept, rows)
            if concept.scans:
                strengths = dict.fromkeys(self._scanned(document, rows, strengths, number), 1.0)
            for index, strength in strengths.items():
                scores[index] += concept.weight * strength
        return scores

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

    def _scanned(self, document: StoredDocument, rows: Rows, strengths: dict[int, float], number: int) -> list[int]:
        candidates = sorted(strengths) if self._concepts[number].alternatives else range(document.count)
        return [index for index in candidates[:_SCANNED] if self._ranges(number, document, rows, index)]

    def _ranges(self, number: int, document: StoredDocument, rows: Rows, index: int) -> Ranges:
        """What to mark for a concept whose words have to be looked at; asked for twice, to score and to mark."""
        key = (number, document.id, index)
        if key not in self._ranged:
            concept, accepted, text = self._concepts[number], self._accepted[number], document.passage(index).text
            self._ranged[key] = (
                accepted.ranges(text)
                if accepted
                else _sequences(concept, self._analyzer, text, self._anchors(concept, rows, index))
            )
        return self._ranged[key]

    def _anchors(self, concept: Concept, rows: Rows, index: int) -> list[int]:
        """Where the telling word of a sequence begins that the passage has least often."""
        names = [name for _, names in concept.alternatives for name in names]
        starts = [[start for start, _ in _within(rows[self._place[name]], index)] for name in names]
        return min(starts, key=len, default=[])

    def _marked(self, document: StoredDocument, rows: Rows, index: int) -> HitPassage:
        passage = document.passage(index)
        found: Ranges = []
        for number, concept in enumerate(self._concepts):
            if concept.scans:
                found += self._ranges(number, document, rows, index)
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


def _best_and_first(scores: list[float], counts: list[int]) -> list[tuple[float, float]]:
    """The best score and the first of each document's passages, 0 where it has none."""
    found, start = [], 0
    for count in counts:
        own = scores[start : start + count]
        found.append((max(own), own[0]) if own else (0.0, 0.0))
        start += count
    return found


def _within(occurrences: list[int], index: int) -> Ranges:
    """Those in the passage at this index."""
    return [
        (occurrences[at + 1], occurrences[at + 1] + occurrences[at + 2])
        for at in range(0, len(occurrences), 3)
        if occurrences[at] == index
    ]


def _exact(concept: Concept, text: str) -> bool:
    return not concept.exact or term(fold(text)) == concept.exact


def _sequences(concept: Concept, analyzer: Analyzer, text: str, anchors: list[int]) -> Ranges:
    """The stretches where the words follow each other; with slop, each word may come a little later.

    Each has one of its words at one of the `anchors`, so only their neighborhood is analyzed, if that can be done alone.
    """
    found: Ranges = []
    for anchor in anchors:
        near = _near(concept, analyzer, text, anchor)
        if near is None:
            break
        found += near
    else:
        if found:
            return sorted(set(found))
    return _in_order(concept, [(token.start, token.end, term(token.form.folded)) for token in analyzer.tokens(text)])


def _near(concept: Concept, analyzer: Analyzer, text: str, anchor: int) -> Ranges | None:
    """The stretches around one place; None where a part of the text does not tell.

    The first two and the last two words of a part may be halves of an abbreviation, and stumps depend on words far away.
    """
    reach = len(concept.sequence) - 1 + concept.slop + _HALVES
    start, end = anchor, anchor
    for _ in range(reach + 1):
        start = max(text.rfind(" ", 0, start), 0)
    for _ in range(reach + 2):
        end = text.find(" ", end + 1) if end >= 0 else end
    part = text[start : end if end >= 0 else len(text)]
    if ELLIPSIS.search(part):
        return None
    tokens = analyzer.tokens(part)
    before = sum([token.end <= anchor - start for token in tokens])
    if (start and before < reach) or (end >= 0 and len(tokens) - before <= reach):
        return None
    whole = tokens[_HALVES if start else 0 : len(tokens) - (_HALVES if end >= 0 else 0)]
    return _in_order(concept, [(start + one.start, start + one.end, term(one.form.folded)) for one in whole])


def _in_order(concept: Concept, tokens: list[tuple[int, int, str]]) -> Ranges:
    words = [word for _, _, word in tokens]
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
            found.append((tokens[first][0], tokens[place][1]))
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
