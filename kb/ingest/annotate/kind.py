"""The kind of a document: from what it calls itself, from words typical of a kind, and from its shape.

The words stand in vocabulary/kinds.toml, the shapes in structure.py; style.py knows a kind by how it speaks. Points are added
up by kind and turned into probabilities by a softmax; its temperature and the worth of the style were fitted on the tuning
halves of the tagging gold sets and the sample corpus (bench/fit_topics.py).
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kb.ingest.annotate import linear, structure, style
from kb.ingest.annotate.style import Style
from kb.ingest.annotate.text import PreparedPage, PreparedText
from kb.language.token import Token
from kb.model import Annotation, Evidence, Facet
from kb.vocabulary import Kind, Vocabulary
from kb.vocabulary.matcher import Match, Phrase, PhraseMatcher, Words

_RULES = "5"  # changes with the rules here, in structure.py and in style.py
_OTHER = "sonstiges"
_MOST = 0.99  # no rule is surer
_MOST_SENTENCES = 3
_HEAD_PAGES, _TAIL_PAGES = 6, 1  # where words typical of a kind are looked for
_OPENING = 300  # characters in which a document says what it is
_WORD_BREAKS = re.compile(r"[_\-–.+]+")

TEMPERATURE = 1.4
OTHER_POINTS = 1.0  # what "none of these" starts with
STYLE_POINTS = 10.0  # for each unit of the margin by which a text speaks as a kind does
_TITLE_FIRST, _TITLE, _FILE, _OPENING_NAME, _NAME = 5.0, 3.0, 2.5, 2.0, 0.6
_CUE, _HINT, _AT_LINE_START = 1.3, 0.35, 1.6  # the last is a factor
_MOST_CUES, _MOST_HINTS = 6.5, 2.1


class _Sign(NamedTuple):
    kind: str
    sort: str  # names, cues, hints


@dataclass(slots=True)
class _Score:
    """Points of one kind so far, and the places they come from."""

    names: float = 0.0
    cues: float = 0.0
    hints: float = 0.0
    places: list[tuple[float, PreparedPage, int, int]] = field(default_factory=list)

    @property
    def points(self) -> float:
        return self.names + min(self.cues, _MOST_CUES) + min(self.hints, _MOST_HINTS)


class KindAnnotator:
    """Says what kind of document it is: always exactly one kind, "sonstiges" where nothing points to another."""

    def __init__(self, vocabulary: Vocabulary, words: Words) -> None:
        self._words = words
        self._kinds = [kind.id for kind in vocabulary.kinds()]
        self._matcher = PhraseMatcher(_phrases(vocabulary.kinds()), words)
        self._style = Style(linear.load(style.TABLE))
        numbers = repr((TEMPERATURE, OTHER_POINTS, STYLE_POINTS))
        joined = f"{_RULES} {vocabulary.version} {words.version} {self._style.version} {numbers}"
        self._version = hashlib.sha256(joined.encode()).hexdigest()[:12]

    @property
    def version(self) -> str:
        """A hash over the rules, the vocabulary, the analyzer, the model of style and the numbers fitted."""
        return self._version

    def annotate(self, text: PreparedText) -> list[Annotation]:
        """The one likeliest kind, with its probability and the sentences that speak for it most."""
        scores = self._scores(text)
        likely = probabilities(self._points(text, scores))
        kind = max(likely, key=lambda one: likely[one])
        evidence = _evidence(text, scores.get(kind)) or self._spoken(text, kind)
        return [
            Annotation(Facet.KIND, kind, round(min(_MOST, likely[kind]), 3), version=self._version, evidence=evidence)
        ]

    def _spoken(self, text: PreparedText, kind: str) -> tuple[Evidence, ...]:
        """The sentences that speak most as this kind does; none for what is no other kind."""
        telling = [] if kind == _OTHER else self._style.telling(text, kind, _MOST_SENTENCES)
        return tuple(text.evidence(*place) for place in telling)

    def points(self, text: PreparedText, worth: float = STYLE_POINTS) -> dict[str, float]:
        """The points of every kind: what the temperature and the worth of the style are fitted on."""
        return self._points(text, self._scores(text), worth)

    def _points(
        self, text: PreparedText, scores: Mapping[str, _Score], worth: float = STYLE_POINTS
    ) -> dict[str, float]:
        shape, speech = structure.points(text), self._style.of(text)
        usual = sum(speech.values()) / max(1, len(speech))  # for a kind that the style was not learned for
        points = {kind: scores[kind].points if kind in scores else 0.0 for kind in self._kinds}
        points = {
            kind: value + shape.get(kind, 0.0) + worth * speech.get(kind, usual) for kind, value in points.items()
        }
        if _OTHER in points:
            points[_OTHER] += OTHER_POINTS
        return points

    def _scores(self, text: PreparedText) -> dict[str, _Score]:
        scores: dict[str, _Score] = defaultdict(_Score)
        manuscript = text.manuscript
        self._score_names(scores, manuscript.title, text.title_tokens, _TITLE_FIRST, _TITLE)
        file_name = _WORD_BREAKS.sub(" ", manuscript.file_name.rpartition(".")[0])
        self._score_names(scores, file_name, self._words.tokens(file_name), _FILE, _FILE / 2)
        pages = [*text.pages[:_HEAD_PAGES], *text.pages[_HEAD_PAGES:][-_TAIL_PAGES:]]
        seen: set[tuple[str, str]] = set()
        for page in pages:
            self._score_page(scores, page, page is text.pages[0], seen)
        return scores

    def _score_names(
        self, scores: dict[str, _Score], text: str, tokens: Sequence[Token], first: float, later: float
    ) -> None:
        """A title names its kind early: "Protokoll zum Leitfaden" is a protocol."""
        named = [
            match for match in _outermost(self._matcher.matches(text, tokens)) if match.entry.value.sort == "names"
        ]
        counted: set[str] = set()
        for match in named:
            kind = match.entry.value.kind
            if kind not in counted:
                scores[kind].names += later if counted else first
                counted.add(kind)

    def _score_page(
        self, scores: dict[str, _Score], page: PreparedPage, is_first: bool, seen: set[tuple[str, str]]
    ) -> None:
        for match in self._matcher.matches(page.text, page.tokens, page.forms):
            kind, sort = match.entry.value
            if not match.whole or (kind, match.entry.text) in seen:
                continue
            seen.add((kind, match.entry.text))
            start, end = page.tokens[match.first].start, page.tokens[match.last].end
            points = _points_of(sort, page.text, start, is_first)
            score = scores[kind]
            setattr(score, sort, getattr(score, sort) + points)
            score.places.append((points, page, start, end))


def _phrases(kinds: Iterable[Kind]) -> list[Phrase[_Sign]]:
    return [
        Phrase(phrase, _Sign(kind.id, sort), strict=True)
        for kind in kinds
        for sort in ("names", "cues", "hints")
        for phrase in getattr(kind, sort)
    ]


def _outermost(matches: list[Match[_Sign]]) -> list[Match[_Sign]]:
    """Without those inside a longer one: of "Vorlage für den Rat" not the "Vorlage"."""
    return [
        match
        for match in matches
        if not any(
            other.first <= match.first
            and match.last <= other.last
            and other.last - other.first > match.last - match.first
            for other in matches
        )
    ]


def _points_of(sort: str, text: str, start: int, is_first: bool) -> float:
    if sort == "names":
        return _OPENING_NAME if is_first and start < _OPENING else _NAME
    line_start = not text[text.rfind("\n", 0, start) + 1 : start].strip(" #*•-–0123456789.")
    return (_CUE if sort == "cues" else _HINT) * (_AT_LINE_START if line_start else 1.0)


def probabilities(points: Mapping[str, float], temperature: float = TEMPERATURE) -> dict[str, float]:
    """Points as probabilities that add up to 1."""
    most = max(points.values())
    weights = {kind: math.exp((value - most) / temperature) for kind, value in points.items()}
    total = sum(weights.values())
    return {kind: weight / total for kind, weight in weights.items()}


def _evidence(text: PreparedText, score: _Score | None) -> tuple[Evidence, ...]:
    """The title where it names the kind, else the sentences with the most telling words."""
    if score is None:
        return ()
    best = sorted(score.places, key=lambda place: -place[0])[:_MOST_SENTENCES]
    sentences = tuple(text.evidence(page, start, end) for _, page, start, end in best)
    titled = (text.title_evidence(),) if score.names >= _TITLE and text.manuscript.title else ()
    return (*titled, *sentences)[:_MOST_SENTENCES]
