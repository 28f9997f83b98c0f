"""Lemmas and stems of single words: what an ordinary search compares. Compounds are compound.py's."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from kb.language.lexicon import Lexicon
from kb.language.spelling import modernize

# endings by which an unknown form may differ from a known lemma, longest first
_ENDINGS = ("ern", "ens", "es", "en", "em", "er", "e", "n", "s")
_FEMININE = ("innen", "in")


class Stemmer:
    """Word form → stem. The lexicon's lemma where it has one; else a known lemma plus an ending; else Snowball."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    @cached_property
    def _snowball(self) -> Any:
        import Stemmer as PyStemmer

        return PyStemmer.Stemmer("german")

    def stem(self, word: str) -> str:
        """The stem: lower case, ß = ss, one spelling; umlauts stay, so that Förderung is not Forderung."""
        lemma = self._lexicon.lemma(word) or self._inflected(word)
        if lemma is not None:
            return modernize(lemma.lower())
        lower = modernize(word.lower())
        return str(self._snowball.stemWord(lower)) if lower.isalpha() else lower

    def join(self, before: str, lemma: str) -> str:
        """The stem of a compound from what stands before its last part and the last part's lemma."""
        return modernize(before.lower() + lemma.lower())

    def _inflected(self, word: str) -> str | None:
        for ending in _ENDINGS:
            base = word.removesuffix(ending)
            if base != word and len(base) > 2:
                lemma = self._lexicon.lemma(base)
                if lemma is not None and lemma.lower() == base.lower():
                    return lemma
        return None
