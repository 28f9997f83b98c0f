"""Which terms the thesaurus adds to a search, and for which of its words. How they are weighted is the search's business."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kb.language.token import Token
from kb.vocabulary.concept import Topic
from kb.vocabulary.matcher import Match, Phrase, PhraseMatcher, Words, keys_of

_ALTERNATIVES = 6  # terms of one topic
_TERMS = 12  # of one search
_WORD_START = re.compile(r"\b[a-zäöü]")


@dataclass(frozen=True, slots=True)
class Addition:
    """A term that may be added to a search for `word` (as the person wrote it), because both belong to `topic` (an id).

    `relation` is "alternative" (another name of the same), "narrower" or "related"; the nearer ones come first.
    `start` and `end` are the word's character offsets in the text that was searched for.
    """

    word: str
    term: str
    topic: str
    relation: str
    start: int
    end: int


class Thesaurus:
    """Knows for the words of a search the topics that are called like this and what else they are called."""

    def __init__(self, topics: Mapping[str, Topic], narrower: Mapping[str, Sequence[str]], words: Words) -> None:
        self._topics = topics
        self._narrower = narrower
        self._words = words
        phrases = (Phrase(name, topic.id) for topic in topics.values() for name in topic.names)
        self._matcher: PhraseMatcher[str] = PhraseMatcher(phrases, words, cased=False)

    def topics(self, text: str) -> tuple[str, ...]:
        """The ids of the topics that are named in a text by whole words, in the order of the text."""
        return tuple(dict.fromkeys(match.entry.value for match in self._named(text)[1]))

    def expansions(self, text: str) -> tuple[Addition, ...]:
        """At most a dozen terms; none that the search contains or would find anyway as part of a compound."""
        tokens, matches = self._named(text)
        present = {keys_of(token.form)[0] for token in tokens if not token.form.stop}
        found: dict[str, Addition] = {}
        for match in matches:
            start, end = tokens[match.first].start, tokens[match.last].end
            topic = self._topics[match.entry.value]
            for term, relation in self._terms(topic, match.entry.text):
                if term not in found and not self._is_found_anyway(term, present):
                    found[term] = Addition(text[start:end], term, topic.id, relation, start, end)
        order = {"alternative": 0, "narrower": 1, "related": 2}
        return tuple(sorted(found.values(), key=lambda addition: order[addition.relation])[:_TERMS])

    def _named(self, text: str) -> tuple[Sequence[Token], list[Match[str]]]:
        """The words, and the matches of whole labels that are not inside a longer one.

        People search in lower case, where a noun may be taken for a verb: so the capitalized words are looked at too.
        """
        tokens = self._words.tokens(text)
        found: dict[tuple[int, int, str], Match[str]] = {}
        for variant in dict.fromkeys((text, _WORD_START.sub(lambda match: match.group().upper(), text))):
            for match in self._matcher.matches(variant, self._words.tokens(variant)):
                if match.whole and match.last < len(tokens):
                    found.setdefault((match.first, match.last, match.entry.value), match)
        matches = list(found.values())
        return tokens, [match for match in matches if not any(_covers(other, match) for other in matches)]

    def _terms(self, topic: Topic, label: str) -> Iterator[tuple[str, str]]:
        """Everything that may be added for a topic that the search calls `label`, the nearest first."""
        if label == topic.label:
            others: Sequence[str] = topic.alternatives
        else:  # of a wide topic's other names only those that speak of the same thing as the search does
            parts = self._content(label)
            others = [topic.label, *(name for name in topic.alternatives if self._content(name) & parts)]
        yield from ((name, "alternative") for name in others[:_ALTERNATIVES])
        if label == topic.label:
            yield from ((self._topics[narrow].label, "narrower") for narrow in self._narrower[topic.id])
            yield from ((self._topics[related].label, "related") for related in topic.related)

    def _content(self, label: str) -> set[str]:
        return {
            stem
            for token in self._words.tokens(label)
            if not token.form.stop
            for stem in token.form.part_stems or (token.form.stem,)
        }

    def _is_found_anyway(self, term: str, present: set[str]) -> bool:
        """Whether every word of the term that says something contains a word of the search."""
        content = [token.form for token in self._words.tokens(term) if not token.form.stop]
        return all(not present.isdisjoint(keys_of(form)) for form in content)


def _covers(other: Match[str], match: Match[str]) -> bool:
    size, other_size = match.last - match.first, other.last - other.first
    return other.first <= match.first and match.last <= other.last and other_size > size
