"""Topics: which subjects of the vocabulary a document is about, with its best sentences for each.

Mentions are found by naming.py and weighed together by salience.py; here they are gathered and made into annotations.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field

from kb.ingest.annotate import salience
from kb.ingest.annotate.naming import Mention, MentionFinder
from kb.ingest.annotate.salience import Trace
from kb.ingest.annotate.text import PreparedPage, PreparedText
from kb.model import Annotation, Evidence, Facet
from kb.vocabulary import Vocabulary
from kb.vocabulary.matcher import Words

_RULES = "1"  # changes with the rules here and in naming.py
_LEAST = 0.05  # less likely topics are not worth a reviewer's time
_SENTENCES = 5
_TENTHS = 10
_HEADING_WEIGHT = 1.5  # a heading speaks for what follows it


@dataclass(slots=True)
class _Tally:
    """What was found of one topic. Mentions stand with their page and the tenth of the document they are in."""

    mentions: list[tuple[Mention, PreparedPage, int]] = field(default_factory=list)
    title: float = 0.0
    heading: float = 0.0
    lead: float = 0.0

    @property
    def weight(self) -> float:
        return sum(mention.weight for mention, _, _ in self.mentions)


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
        for concept, weight in self._finder.in_words(text.manuscript.title, text.title_tokens).items():
            tallies[concept].title = weight
        total = sum(len(page.text) for page in text.pages) or 1
        headings = _headings(text)
        passed = 0
        for page in text.pages:
            marked = headings.get(page.number, ())
            for mention in self._finder.in_page(page):
                tally = tallies[mention.concept]
                tenth = (passed + mention.start) * _TENTHS // total
                tally.mentions.append((mention, page, tenth))
                if tenth == 0:
                    tally.lead = max(tally.lead, mention.weight)
                if any(start <= mention.start < end for start, end in marked):
                    tally.heading = max(tally.heading, mention.weight)
            passed += len(page.text)
        return tallies

    def _traces(self, text: PreparedText, tallies: dict[str, _Tally]) -> dict[str, Trace]:
        words = sum(len(page.tokens) for page in text.pages)
        sums = {topic: tally.weight + tally.title for topic, tally in tallies.items()}
        most = max(sums.values(), default=0.0) or 1.0
        return {
            topic: Trace(
                weight=sums[topic],
                share=sums[topic] / most,
                title=tally.title,
                heading=tally.heading,
                lead=tally.lead,
                names=len({mention.name for mention, _, _ in tally.mentions if mention.weight > 0}),
                spread=len({tenth for mention, _, tenth in tally.mentions if mention.weight > 0}) / _TENTHS,
                best=max((mention.weight for mention, _, _ in tally.mentions), default=tally.title),
                below=sum(sums.get(narrower, 0.0) for narrower in self._below[topic]),
                words=words,
            )
            for topic, tally in tallies.items()
            if sums[topic] > 0
        }


def _headings(text: PreparedText) -> dict[int, list[tuple[int, int]]]:
    """The character ranges of the headings on each page, by page number."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for section in text.manuscript.sections:
        found[section.page].append((section.start, section.start + len(section.title)))
    return found


def _evidence(text: PreparedText, tally: _Tally) -> tuple[Evidence, ...]:
    """The best sentences in the order of the document, each once; the title where no sentence says it."""
    best: dict[tuple[int, int], tuple[Mention, PreparedPage]] = {}
    for mention, page, _ in sorted(tally.mentions, key=lambda found: -found[0].weight):
        if mention.weight > 0 and len(best) < _SENTENCES:
            best.setdefault((page.number, page.sentence_at(mention.start)[0]), (mention, page))
    if not best:
        return (text.title_evidence(),)
    return tuple(
        text.evidence(page, mention.start, mention.end)
        for _, (mention, page) in sorted(best.items(), key=lambda item: item[0])
    )
