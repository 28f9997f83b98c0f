"""The lexicon: which German word forms exist, and what their lemma is.

The data are the German dictionary of simplemma (1.1 million forms; MIT licence). Inflection that the dictionary does not
know is guessed in lemma.py, compounds in compound.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache
from itertools import product

# a digraph that may stand for an umlaut; after a, e, q the u of "ue" belongs to au, eu, qu
_DIGRAPH = re.compile(r"ae|oe|(?<![aeq])ue", re.IGNORECASE)
_UMLAUT = {"a": "ä", "o": "ö", "u": "ü", "A": "Ä", "O": "Ö", "U": "Ü"}
_BARE = re.compile(r"(?<![aeäöü])[aou](?![eu])", re.IGNORECASE)
_MOST_PLACES = 5
# "ss" that is not a Swiss "ß", though the form is only an inflection and a word with "ß" exists
_TRUE_SS = frozenset({"busse", "bussen", "schosse", "schossen", "risse", "rissen"})


def _variants(word: str, places: list[re.Match[str]]) -> list[str]:
    """All spellings of the word with each place written as umlaut or left, but for the word itself."""
    if len(places) > _MOST_PLACES:
        places = places[:_MOST_PLACES]
    spellings: list[str] = []
    for choice in product((True, False), repeat=len(places)):
        out, last = [], 0
        for chosen, place in zip(choice, places, strict=True):
            if chosen:
                out += [word[last : place.start()], _UMLAUT[place.group()[0]]]
                last = place.end()
        spellings.append("".join((*out, word[last:])))
    return spellings[:-1]


@lru_cache(maxsize=1)  # read-only, and the same for every analyzer of a process
def _dictionary() -> Mapping[str, str]:
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    return DefaultDictionaryFactory().get_dictionary("de")


class Lexicon:
    """Read-only; the dictionary is read on first use (about a second). `names` (lower case) are known besides it."""

    def __init__(self, names: frozenset[str] = frozenset()) -> None:
        self._names = names

    @cached_property
    def _lemmas(self) -> Mapping[str, str]:
        return _dictionary()

    def exact(self, word: str) -> str | None:
        """The lemma of this very spelling, None where unknown."""
        return self._lemmas.get(word)

    def lemma(self, word: str) -> str | None:
        """The lemma, also with the other case of the first letter; None where unknown."""
        found = self.exact(word)
        if found is None:
            other = word[:1].lower() + word[1:].lower() if word[:1].isupper() else word[:1].upper() + word[1:]
            found = self.exact(other)
        if found is None and word.isupper():
            found = self.exact(word.capitalize())
        return found

    def knows(self, word: str) -> bool:
        """Whether the form is in the dictionary."""
        return self.lemma(word) is not None

    @lru_cache(maxsize=20_000)  # noqa: B019 - one lexicon a process
    def restore(self, word: str) -> str:
        """The word as one writes it: "Foerdermittel" and "Fordermittel" become "Fördermittel", "Massnahme" "Maßnahme".

        Only where the given spelling is unknown and the restored one is known; all else is returned as it is.
        """
        if word.lower() in self._names:
            return word
        lemma = self.lemma(word)
        if "ss" in word and (sharp := self._sharp(word, lemma)):
            return sharp
        if lemma is not None:
            return word
        found = self._first_known(self.umlauts(word))
        if found is None and len(word) > 3 and not _DIGRAPH.search(word):
            found = self._first_known(self._single_umlauts(word))
        return found or word

    @staticmethod
    def umlauts(word: str) -> list[str]:
        """The spellings with ae, oe, ue read as umlauts, the most umlauts first; empty where there is nothing to read."""
        places = list(_DIGRAPH.finditer(word))
        return _variants(word, places) if places else []

    def _sharp(self, word: str, lemma: str | None) -> str | None:
        sharp = word.replace("ss", "ß", 1)
        other = self.lemma(sharp)
        if other is None or word.lower() in _TRUE_SS:
            return None
        if lemma is None or (lemma.lower() != word.lower() and other.lower() == sharp.lower()):
            return sharp
        return None

    def _first_known(self, words: list[str]) -> str | None:
        return next((word for word in words if word.lower() in self._names or self.lemma(word) is not None), None)

    @staticmethod
    def _single_umlauts(word: str) -> list[str]:
        places = list(_BARE.finditer(word))
        return [word[: p.start()] + _UMLAUT[p.group()] + word[p.end() :] for p in places]
