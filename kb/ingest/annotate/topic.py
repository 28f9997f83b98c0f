"""Topics: which subjects of the vocabulary a document is about, with its best sentences for each.

Mentions are found by naming.py and weighed together by salience.py; here they are gathered and made into annotations.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kb.ingest.annotate import salience
from kb.ingest.annotate.naming import Mention, MentionFinder, Sort
from kb.ingest.annotate.salience import Trace
from kb.ingest.annotate.text import PreparedPage, PreparedText
from kb.model import Annotation, Evidence, Facet
from kb.vocabulary import Vocabulary
from kb.vocabulary.matcher import Words

_RULES = "3"  # changes with the rules here and in naming.py
_LEAST = 0.1  # less likely topics are not worth a reviewer's time
_SENTENCES = 5
_TENTHS = 10


@dataclass(slots=True)
class _Tally:
    """What was found of one topic. Mentions stand with their page and the tenth of the document they are in."""

    mentions: list[tuple[Mention, PreparedPage, int]] = field(default_factory=list)
    names: float = 0.0
    phrases: dict[str, float] = field(default_factory=dict)
    hints: dict[str, float] = field(default_factory=dict)
    title: float = 0.0
    title_hint: float = 0.0
    heading: float = 0.0
    lead: float = 0.0

    def count(self, sort: Sort, name: str, weight: float) -> None:
        """Take a mention in: every name counts, a phrase or an indicator once."""
        if sort is Sort.NAME:
            self.names += weight
        else:
            counted = self.phrases if sort is Sort.PHRASE else self.hints
            counted[name] = max(weight, counted.get(name, 0.0))

    @property
    def strength(self) -> float:
        return salience.strength(self.names, sum(self.phrases.values()), sum(self.hints.values()))


class TopicAnnotator:
    """Finds topics by the vocabulary's names. Groups (the tree's roots with topics below) are never given."""

    def __init__(self, vocabulary: Vocabulary, words: Words) -> None:
        self._vocabulary = vocabulary
        self._topics = [topic for topic in vocabulary.topics() if not vocabulary.is_group(topic.id)]
        self._below = {topic.id: vocabulary.descendants(topic.id) for topic in self._topics}
        self._finder = MentionFinder(self._topics, words)
        numbers = repr((salience.INTERCEPT, salience.COEFFICIENTS))
        joined = f"{_RULES} {vocabulary.version} {words.version} {numbers}"
        self._version = hashlib.sha256(joined.encode()).hexdigest()[:12]

    @property
    def version(self) -> str:
        """A hash over the rules, the vocabulary, the analyzer and the coefficients."""
        return self._version

    def annotate(self, text: PreparedText) -> list[Annotation]:
        """The topics of a document, the likeliest first."""
        tallies = self._tally(text)
        likely = [(salience.probability(trace), topic) for topic, trace in self._traces(text, tallies).items()]
        return [
            Annotation(
                Facet.TOPIC,
                topic,
                round(confidence, 3),
                version=self._version,
                evidence=_evidence(text, tallies[topic]),
            )
            for confidence, topic in sorted(likely, key=lambda pair: (-pair[0], pair[1]))
            if confidence >= _LEAST
        ]

    def traces(self, text: PreparedText) -> dict[str, Trace]:
        """What the text says of each topic that it names: what the coefficients are fitted on."""
        return self._traces(text, self._tally(text))

    def _tally(self, text: PreparedText) -> dict[str, _Tally]:
        tallies: dict[str, _Tally] = defaultdict(_Tally)
        for mention in self._finder.in_title(text.manuscript.title, text.title_tokens):
            tally = tallies[mention.concept]
            tally.count(mention.sort, mention.name, mention.weight)
            if mention.sort is Sort.NAME:
                tally.title = max(tally.title, mention.weight)
            else:
                tally.title_hint = max(tally.title_hint, mention.weight)
        total = sum(len(page.text) for page in text.pages) or 1
        headings = _headings(text)
        passed = 0
        for page in text.pages:
            for mention in self._finder.in_page(page):
                _take_in(tallies[mention.concept], mention, page, headings, (passed + mention.start) * _TENTHS // total)
            passed += len(page.text)
        return tallies

    def _traces(self, text: PreparedText, tallies: dict[str, _Tally]) -> dict[str, Trace]:
        words = sum(len(page.tokens) for page in text.pages)
        most = max((tally.strength for tally in tallies.values()), default=0.0) or 1.0
        return {
            topic: Trace(
                names=tally.names,
                phrases=sum(tally.phrases.values()),
                hints=sum(tally.hints.values()),
                share=tally.strength / most,
                title=tally.title,
                title_hint=tally.title_hint,
                heading=tally.heading,
                lead=tally.lead,
                spread=len({tenth for mention, _, tenth in tally.mentions if mention.weight > 0}) / _TENTHS,
                below=sum(tallies[narrower].names for narrower in self._below[topic] if narrower in tallies),
                words=words,
            )
            for topic, tally in tallies.items()
            if tally.strength > 0
        }


def _take_in(
    tally: _Tally, mention: Mention, page: PreparedPage, headings: Mapping[int, Sequence[tuple[int, int]]], tenth: int
) -> None:
    tally.mentions.append((mention, page, tenth))
    tally.count(mention.sort, mention.name, mention.weight)
    if mention.sort is not Sort.NAME:
        return
    if tenth == 0:
        tally.lead = max(tally.lead, mention.weight)
    if any(start <= mention.start < end for start, end in headings.get(page.number, ())):
        tally.heading = max(tally.heading, mention.weight)


def _headings(text: PreparedText) -> dict[int, list[tuple[int, int]]]:
    """The character ranges of the headings on each page, by page number."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for section in text.manuscript.sections:
        found[section.page].append((section.start, section.start + len(section.title)))
    return found


def _evidence(text: PreparedText, tally: _Tally) -> tuple[Evidence, ...]:
    """The best sentences in the order of the document, each once; the title first where only the title names the topic."""
    best: dict[tuple[int, int], tuple[Mention, PreparedPage]] = {}
    for mention, page, _ in sorted(tally.mentions, key=lambda found: (found[0].sort, -found[0].weight)):
        if mention.weight > 0 and len(best) < _SENTENCES:
            best.setdefault((page.number, page.sentence_at(mention.start)[0]), (mention, page))
    places = [place for _, place in sorted(best.items(), key=lambda item: item[0])]
    sentences = tuple(text.evidence(page, mention.start, mention.end) for mention, page in places)
    named = any(mention.sort is Sort.NAME for mention, _ in places)
    titled = () if named or not (tally.title or tally.title_hint) else (text.title_evidence(),)
    return (*titled, *sentences)[:_SENTENCES]
