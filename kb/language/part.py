"""The parts of a compound: where they stand, and what they are called. Where a word falls apart is compound.py's."""

from __future__ import annotations

import re
from typing import NamedTuple

from kb.language.lemma import Lemmatizer
from kb.language.lexicon import Lexicon
from kb.language.morpheme import MorphemeModel
from kb.language.spelling import modernize

# Adjectives that are put behind nouns.
ADJECTIVE = re.compile(
    "(?P<noun>.{4,})(?P<head>abhängig|arm|bedürftig|begleitend|berechtigt|betroffen|bezogen|effizient|fachlich|fähig|frei"
    "|freundlich|geeignet|gefährdet|gefördert|gerecht|geschützt|integriert|intensiv|nah|neutral|orientiert|pflichtig|politisch"
    "|prägend|rechtlich|reich|relevant|spezifisch|tauglich|technisch|typisch|übergreifend|unabhängig|verträglich|weit"
    "|wirksam|wirtschaftlich)(?:e[nmrs]?)?"
)
# The ending of a participle that stands before a noun.
_WEAK = re.compile("(?<=t|d|n)e[nmrs]?$")
Span = tuple[int, int, int]  # start, end, end of the bare stem before its linking element


class Part(NamedTuple):
    """A part: `start` and `end` in the word, linking element included, `bare` without it, and its lemma as one writes it."""

    start: int
    end: int
    bare: int
    lemma: str


def _in_new_spelling(lemma: str, text: str) -> str:
    """ "Abschluß", if that is the dictionary's lemma, as the text has it: "Abschluss"."""
    return lemma.replace("ß", "ss") if "ss" in text else lemma


class Namer:
    """Gives parts their written lemmas."""

    def __init__(self, lexicon: Lexicon, model: MorphemeModel, lemmatizer: Lemmatizer) -> None:
        self._lexicon, self._model, self._lemmatizer = lexicon, model, lemmatizer

    def part(self, word: str, span: Span) -> Part:
        """The part of the word at this place."""
        start, end, bare = span
        text, stem = word[start:end].lower(), word[start:bare].lower()
        return Part(start, end, bare, self._head(word, text, stem) if end == len(word) else self._lemma(text, stem))

    def _lemma(self, text: str, bare: str) -> str:
        """The written lemma of a part: "wohnungs" → Wohnung, "städte" → Stadt, "schul" → Schule, "förder" → fördern."""
        reading = self._lemmatizer.reading(text)
        if reading is not None:
            return reading
        if self._model.is_verb(bare) and (verb := self._itself(bare + "en", bare + "n")):
            return verb
        if (text[len(bare) :] in ("n", "en") or self._model.is_clipped(bare)) and (noun := self._noun(bare + "e")):
            return noun
        adjective = bare if self._model.is_adjective(bare) else None
        found = self._noun(bare) or adjective or self._noun(bare + "e") or self._lemmatizer.lemma(text.capitalize())
        return _in_new_spelling(found or self._itself(bare) or bare.capitalize(), text)

    def _head(self, word: str, text: str, bare: str) -> str:
        """The written lemma of the last part, a noun's or, in a word written small, an adjective's."""
        if word[:1].isupper():
            return _in_new_spelling(self._lemmatizer.lemma(text.capitalize()) or bare.capitalize(), text)
        if match := ADJECTIVE.fullmatch(word.lower()):
            return match["head"]
        lemma = self._lexicon.exact(text) or text
        return lemma if text.startswith(lemma) else _WEAK.sub("", text)

    def _noun(self, lower: str) -> str | None:
        return self._itself(lower.capitalize())

    def _itself(self, *words: str) -> str | None:
        """The first of the words that the lexicon has as a lemma, spelled like that."""
        return next((word for word in words if modernize(self._lexicon.exact(word) or "") == modernize(word)), None)
