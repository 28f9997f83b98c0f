"""What a rule about a name may say, and what rules look things up in. The rules: otherwise.py, homograph.py, sense.py."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from kb.gazetteer import FormKind, Gazetteer
from kb.ingest.annotate.context import Context, WordLists
from kb.language.lexicon import Lexicon

STRICT = ("noun", "form")  # classes of homographs (vocabulary/places.toml) that need a sign
STREET_END = re.compile(r"(?:straße|strasse|str|kanal|platz|weg|bahn|brücke|allee|ring|bahnlinie)$", re.IGNORECASE)
_VERBS = "hatten haben wurden werden sind waren können sollen müssen wollen dürfen liegen lagen gehören kamen"
_ADVERBS = "denen zwischen neben gegen wegen sowie oder aber über unter hinter seiten namens inzwischen heute außer"
_NOT_ADJECTIVES = frozenset((*_VERBS.split(), *_ADVERBS.split(), "beispielsweise"))


class Sense(Enum):
    """What a rule makes of a candidate."""

    YES = "yes"  # the municipality
    MAYBE = "maybe"  # an ordinary word unless the document speaks of the municipality elsewhere
    NO = "no"  # something else
    NAMESAKE = "namesake"  # a place of the same name elsewhere, or a quarter of another town


@dataclass(frozen=True, slots=True)
class Verdict:
    """`confidence` that the sense is right; `strong`: tells the sense of the name in the rest of the document too."""

    sense: Sense
    confidence: float
    rule: str
    strong: bool = False


class Court:
    """What the rules look things up in: the word lists, and of the gazetteer what they ask for."""

    def __init__(self, gazetteer: Gazetteer, words: WordLists) -> None:
        self.gazetteer = gazetteer
        self.words = words
        self.lexicon = Lexicon()
        self.ordinary_adjectives = gazetteer.ordinary_adjectives()
        self.adjectives = frozenset(
            text.lower() for text, form in gazetteer.forms().items() if form.kind is FormKind.ADJECTIVE
        )
        self.elsewhere = {
            town.ags: frozenset(word.lower() for hint in gazetteer.elsewhere(town.ags) for word in hint.split())
            for town in gazetteer
        }

    def is_adjective(self, word: str) -> bool:
        """Whether a word before a noun looks like an adjective: lower case with its ending."""
        return (
            word[:1].islower()
            and len(word) > 4
            and word.endswith(("e", "en", "er", "em", "es"))
            and word not in _NOT_ADJECTIVES
            and word not in self.words.preposition
            and word not in self.words.weak_preposition
            and word not in self.words.town_verb
        )


Rule = Callable[[Court, Context], Verdict | None]


def no(rule: str) -> Verdict:
    """It is something else."""
    return Verdict(Sense.NO, 0.97, rule)


def namesake(rule: str) -> Verdict:
    """It is a place of the same name elsewhere, or a quarter."""
    return Verdict(Sense.NAMESAKE, 0.97, rule)


def yes(rule: str, confidence: float, strong: bool = False) -> Verdict:
    """It is the municipality."""
    return Verdict(Sense.YES, confidence, rule, strong)
