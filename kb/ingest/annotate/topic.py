"""Topics: which subjects of the vocabulary a document is about, with its best sentences for each.

Mentions are found by naming.py, likeness.py and wording.py look at all words, salience.py weighs all together; here mentions
are gathered and made into annotations. A topic that is not named may be given for its wording alone.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from kb.ingest.annotate import linear, salience, wording
from kb.ingest.annotate.likeness import Likeness
from kb.ingest.annotate.naming import Mention, MentionFinder, Sort
from kb.ingest.annotate.salience import Trace
from kb.ingest.annotate.text import PreparedPage, PreparedText
from kb.ingest.annotate.wording import FLOOR, Wording
from kb.language.memory import texts_of
from kb.model import Annotation, Evidence, Facet
from kb.vocabulary import Vocabulary
from kb.vocabulary.concept import Topic
from kb.vocabulary.matcher import Words

_RULES = "8"  # changes with the rules here, in naming.py, likeness.py and wording.py
_LEAST = 0.1  # less likely topics are not worth a reviewer's time
_SENTENCES = 5
_DESCRIBED = -0.75  # the margin of its wording from which a topic is looked at that is not named
_TELLING = 2  # sentences shown for it
_MOST_SUPPORT = 2.0
_TITLE = 3.0  # what a name in the title counts beside one in a heading


@dataclass(slots=True)
class _Tally:
    """What was found of one topic. Mentions stand with their page."""

    mentions: list[tuple[Mention, PreparedPage]] = field(default_factory=list)
    names: float = 0.0
    phrases: dict[str, float] = field(default_factory=dict)
    titled: bool = False
    heading: float = 0.0

    def count(self, sort: Sort, name: str, weight: float) -> None:
        """Take a mention in: every name counts, a phrase once."""
        if sort is Sort.NAME:
            self.names += weight
        else:
            self.phrases[name] = max(weight, self.phrases.get(name, 0.0))


class TopicAnnotator:
    """Finds topics by the vocabulary's names. Groups (the tree's roots with topics below) are never given."""

    def __init__(self, vocabulary: Vocabulary, words: Words) -> None:
        self._vocabulary = vocabulary
        self._topics = [topic for topic in vocabulary.topics() if not vocabulary.is_group(topic.id)]
        self._related = _related(self._topics)
        self._kin = {topic.id: _kin(vocabulary, topic) for topic in self._topics}
        self._finder = MentionFinder(self._topics, words)
        self._likeness = Likeness(self._topics, words)
        self._wording = Wording(linear.load(wording.TABLE))
        self._untaught = self._kin.keys() - self._wording.topics
        numbers = repr((salience.INTERCEPT, salience.COEFFICIENTS, salience.UNTAUGHT))
        joined = f"{_RULES} {vocabulary.version} {words.version} {self._wording.version} {numbers}"
        self._version = hashlib.sha256(joined.encode()).hexdigest()[:12]

    @property
    def version(self) -> str:
        """A hash over the rules, the vocabulary, the analyzer, the model of wording and the coefficients."""
        return self._version

    def annotate(self, text: PreparedText) -> list[Annotation]:
        """The topics of a document, the likeliest first."""
        tallies = self._tally(text)
        likely = [(salience.probability(trace), topic) for topic, trace in self._traces(text, tallies).items()]
        likely = [(confidence, topic) for confidence, topic in likely if confidence >= _LEAST]
        told = {topic: _evidence(text, tallies[topic]) for _, topic in likely}
        told |= self._described(text, [topic for topic, evidence in told.items() if not evidence])
        return [
            Annotation(
                Facet.TOPIC,
                topic,
                round(confidence, 3),
                version=self._version,
                evidence=told[topic],
            )
            for confidence, topic in sorted(likely, key=lambda pair: (-pair[0], pair[1]))
        ]

    def _described(self, text: PreparedText, topics: Sequence[str]) -> dict[str, tuple[Evidence, ...]]:
        """The sentences whose words speak most for topics that are not named; the title where none does."""
        return {
            topic: tuple(text.evidence(*place) for place in telling) or (text.title_evidence(),)
            for topic, telling in self._wording.telling(text, topics, _TELLING).items()
        }

    def traces(self, text: PreparedText) -> dict[str, Trace]:
        """What the text says of each topic that it names or describes: what the coefficients are fitted on."""
        return self._traces(text, self._tally(text))

    def _tally(self, text: PreparedText) -> dict[str, _Tally]:
        tallies: dict[str, _Tally] = defaultdict(_Tally)
        for mention in self._finder.in_title(text.manuscript.title, text.title_tokens):
            tally = tallies[mention.concept]
            tally.count(mention.sort, mention.name, mention.weight)
            tally.titled = True
            if mention.sort is Sort.NAME:
                tally.heading = max(tally.heading, _TITLE * mention.weight)
        headings = _headings(text)
        for page in text.pages:
            for mention in self._finder.in_page(page):
                _take_in(tallies[mention.concept], mention, page, headings)
        return tallies

    def _traces(self, text: PreparedText, tallies: dict[str, _Tally]) -> dict[str, Trace]:
        words = sum(len(page.tokens) for page in text.pages)
        names = {topic: tally.names for topic, tally in tallies.items() if tally.names}
        phrases = {topic: sum(tally.phrases.values()) for topic, tally in tallies.items()}
        told = [topic for topic, tally in tallies.items() if tally.names or phrases[topic]]
        named = {topic for topic, weight in names.items() if weight >= 1}
        alike = self._likeness.of(
            [*text.title_tokens, *chain.from_iterable(page.tokens for page in text.pages)],
            [*texts_of(text.title_tokens), *chain.from_iterable(page.forms for page in text.pages)],
        )
        places = {topic: place for place, topic in enumerate(alike)}
        margins = self._wording.of(text)
        worded = {topic: (margin, place) for place, (topic, margin) in enumerate(margins.items())}
        worded |= dict.fromkeys(self._untaught, salience.UNTAUGHT)
        silent = (FLOOR, len(self._topics))
        described = [
            topic
            for topic, margin in margins.items()
            if margin >= _DESCRIBED and topic not in tallies and topic in self._kin and words >= salience.FEWEST_WORDS
        ]
        return {
            topic: Trace(
                names=tallies[topic].names,
                phrases=phrases.get(topic, 0.0),
                heading=tallies[topic].heading,
                related=_support(names, self._related[topic]),
                kin=_support(names, self._kin[topic]),
                others=len(named) - (topic in named),
                likeness=alike.get(topic, 0.0),
                likeness_rank=places.get(topic, len(self._topics)),
                margin=worded.get(topic, silent)[0],
                margin_rank=worded.get(topic, silent)[1],
                words=words,
            )
            for topic in (*told, *described)
        }


def _related(topics: Iterable[Topic]) -> dict[str, set[str]]:
    """The related topics by id, both ways."""
    found: dict[str, set[str]] = defaultdict(set)
    for topic in topics:
        for other in topic.related:
            found[topic.id].add(other)
            found[other].add(topic.id)
    return found


def _kin(vocabulary: Vocabulary, topic: Topic) -> set[str]:
    """The topics directly above and below, and those beside it under a topic that is no group."""
    above = [broader for broader in topic.broader if not vocabulary.is_group(broader)]
    beside = [narrow.id for broader in above for narrow in vocabulary.narrower(broader)]
    return {*above, *beside, *(narrow.id for narrow in vocabulary.narrower(topic.id))} - {topic.id}


def _support(names: Mapping[str, float], neighbours: Iterable[str]) -> float:
    return sum(min(_MOST_SUPPORT, names[topic]) for topic in neighbours if topic in names)


def _take_in(
    tally: _Tally, mention: Mention, page: PreparedPage, headings: Mapping[int, Sequence[tuple[int, int]]]
) -> None:
    tally.mentions.append((mention, page))
    tally.count(mention.sort, mention.name, mention.weight)
    if mention.sort is not Sort.NAME:
        return
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
    for mention, page in sorted(tally.mentions, key=lambda found: (found[0].sort, -found[0].weight)):
        if mention.weight > 0 and len(best) < _SENTENCES:
            best.setdefault((page.number, page.sentence_at(mention.start)[0]), (mention, page))
    places = [place for _, place in sorted(best.items(), key=lambda item: item[0])]
    sentences = tuple(text.evidence(page, mention.start, mention.end) for mention, page in places)
    named = any(mention.sort is Sort.NAME for mention, _ in places)
    titled = () if named or not tally.titled else (text.title_evidence(),)
    return (*titled, *sentences)[:_SENTENCES]
