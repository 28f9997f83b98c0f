"""Lemmas and stems of single words: what an ordinary search compares. Compounds are compound.py's."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from kb.language.lexicon import Lexicon
from kb.language.morpheme import Morpheme, MorphemeModel
from kb.language.spelling import modernize
from kb.language.wordlist import words

# endings by which an unknown form may differ from a known lemma, longest first
_ENDINGS = ("ern", "ens", "es", "en", "em", "er", "e", "n", "s")
_PARTICIPLE = ("t", "n")  # how a participle that is its own lemma ends
_ADJECTIVE_ENDINGS = ("e", "en", "em", "er", "es")
# how adjectives end, and those without such an ending that begin names and sentences
_ADJECTIVES = ("lich", "isch", "ig", "al", "ell", "iv", "är", "ös", "bar", "sam", "los", "haft", "ant", "ent", "end")
_PLAIN_ADJECTIVES = words("alt frei früh ganz groß grün gut klein kurz lang leicht neu offen schnell spät stark")
# participles that are adjectives for good
_ADJECTIVES_FOR_GOOD = frozenset(("bekannt", "erwachsen", "gewohnt", "verwandt", "gelegen", "bereit"))
# where the dictionary chooses the rarer reading
_READINGS = {
    "beamten": "Beamter",
    "daten": "Daten",
    "güter": "Güter",
    "gütern": "Güter",
    "plane": "Plane",
    "stadien": "Stadium",
    "wünschen": "Wunsch",
}


class Lemmatizer:
    """Word form → stem. The lexicon's lemma where it has one; else a known lemma plus an ending; else Snowball."""

    def __init__(self, lexicon: Lexicon, model: MorphemeModel, names: frozenset[str]) -> None:
        self._lexicon, self._model, self._names = lexicon, model, names

    @cached_property
    def _snowball(self) -> Any:
        import Stemmer as PyStemmer

        return PyStemmer.Stemmer("german")

    def stem(self, word: str) -> str:
        """The stem: lower case, ß = ss, one spelling; umlauts stay, so that Förderung is not Forderung."""
        lower = word.lower()
        name = self.name(lower)
        if name is not None:
            return name
        lemma = self.lemma(word)
        return modernize(lemma.lower() if lemma is not None else self._guess(lower))

    def lemma(self, word: str) -> str | None:
        """The lemma as one writes it; None where neither the dictionary nor the rules know one."""
        return _READINGS.get(word.lower()) or self._lemma(word)

    def reading(self, lower: str) -> str | None:
        """The lemma of a word for which the dictionary chooses a rarer reading."""
        return _READINGS.get(lower)

    def join(self, before: str, lemma: str) -> str:
        """The stem of a compound from what stands before its last part and the last part's lemma."""
        return modernize(before.lower() + (self.stem(lemma) if lemma[:1].isupper() else lemma))

    def _guess(self, lower: str) -> str:
        stem = str(self._snowball.stemWord(lower)) if lower.isalpha() else lower
        return lower if stem in self._names else stem

    def name(self, lower: str) -> str | None:
        """The stem of a protected name: itself, without the genitive's s; None for any other word."""
        for form in (lower, lower.removesuffix("s"), lower.removesuffix("'")):
            if form in self._names:
                return form.replace("ß", "ss")
        return None

    def _lemma(self, word: str) -> str | None:
        lemma = self._lexicon.lemma(word)
        if lemma is None:
            return self._inflected(word) or self._infinitive(word)
        if word[:1].islower():
            return self._base_verb(word, lemma)
        return self._masculine(lemma) or self._adjectival(word, lemma) or self._base_noun(word, lemma)

    def _base_noun(self, word: str, lemma: str) -> str:
        """The noun itself where the dictionary thinks of a plural or a verb: Halle is no Hall, Becher does not becher(n)."""
        lower = word.lower()
        if lemma == word or not self._model.is_noun(lower):
            return lemma
        feminine = lemma + "e" == word and self._model.noun_score(lower) > self._model.noun_score(lemma.lower())
        return word if feminine or lemma[:1].islower() else lemma

    def _base_verb(self, word: str, lemma: str) -> str:
        """The infinitive behind a participle that inflects as an adjective: geförderte → gefördert → fördern."""
        if lemma in _ADJECTIVES_FOR_GOOD:
            return lemma
        if lemma != word:
            further = self._lexicon.exact(lemma)
            if further is not None and further != lemma and further[:1].islower():
                return further
        if lemma.endswith(_PARTICIPLE):
            return self._infinitive(lemma) or lemma
        return lemma

    def _infinitive(self, word: str) -> str | None:
        if not word[:1].islower():
            return None
        cut = self._model.cut(word)
        if cut is None or not any(morpheme.tag == "SUF_PP" for morpheme in cut[0]):
            return None
        return self._verb(word, cut[0])

    def _verb(self, word: str, morphemes: list[Morpheme]) -> str | None:
        stem = "".join(
            self._model.base(word[m.start : m.end], m.tag)
            for m in morphemes
            if not m.tag.startswith(("SUF", "PREF_PP", "PTKZU"))
        )
        return next((verb for verb in (stem + "en", stem + "n") if self._lexicon.exact(verb) == verb), None)

    def _masculine(self, lemma: str) -> str | None:
        """Bürgerin → Bürger, Ärztin → Arzt: a search for one means the other."""
        if not lemma.endswith("in"):
            return None
        cut = self._model.cut(lemma)
        if cut is None or len(cut[0]) < 2 or cut[0][-1].tag != "SUF_FEM":
            return None
        head = cut[0][-2]
        base = (lemma[: head.start] + self._model.base(lemma[head.start : head.end].lower(), head.tag)).capitalize()
        return base if self._lexicon.exact(base) == base else None

    def _adjectival(self, word: str, lemma: str) -> str | None:
        """An adjective that is written large, in a name or as a noun: "Soziale Stadt" has sozial, Jugendliche jugendlich.

        A participle that is a noun keeps one lemma for all its cases: Beteiligter, Beteiligten → Beteiligte.
        """
        lower = word.lower()
        base = self._lexicon.exact(lower) or ""
        if not base or lemma.lower() not in (base, base + "e", base + "er", base + "es"):
            return self._participle(lemma)
        if lower.removeprefix(base) not in _ADJECTIVE_ENDINGS or lower == base:
            return None
        if base.endswith(_ADJECTIVES) and len(base) > 5:
            return base
        return base if base in _PLAIN_ADJECTIVES and lower != "alter" else self._participle(lemma)

    def _participle(self, lemma: str) -> str | None:
        bare = lemma.removesuffix("r")
        if bare.endswith("end"):
            return bare + "e"
        if len(bare) < 7 or not bare.endswith(("te", "ne")) or self._lexicon.exact(lemma.lower()) is None:
            return None
        return bare if lemma.endswith("er") and self._lexicon.exact(bare) is not None else None

    def _inflected(self, word: str) -> str | None:
        for ending in _ENDINGS:
            base = word.removesuffix(ending)
            if base == word or len(base) < 3 or (ending != "s" and base.lower() in self._names):
                continue
            lemma = self._lexicon.lemma(base)
            if lemma is not None and lemma.lower() == base.lower():
                return self._base_verb(base, lemma) if base[:1].islower() else lemma
        return None
