"""Compounds: where a German word falls into parts, and what the parts are called.

Two ways, both of which must rebuild the whole word: the cut into morphemes (morpheme.py), and where that knows none,
dynamic programming over the lexicon's nouns. Proper names and the words of whole.txt are never split; the caller sees
to hyphens. How parts are used in a search is the index's business.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from kb.language.lemma import Lemmatizer
from kb.language.lexicon import Lexicon
from kb.language.morpheme import Morpheme, MorphemeModel
from kb.language.spelling import modernize

_SHORTEST = 6
_LINKS = ("s", "es", "n", "en", "er", "e", "")
_SUFFIXES = ("SUF", "FUGE", "PRESPART", "ADJ_COMP", "ADJ_SUP")
_PREFIXES = ("PTK", "PREF", "APPR", "PROAV")
_SPLITTABLE = ("NN", "ADJ", "NE")
_BOUND_STEM = 4  # a part that the lexicon alone vouches for has at least this many letters

# stems that HanTa takes for nouns, though in a compound they are prefixes or suffixes
_NO_NOUNS = frozenset(
    ("schaft", "über", "ober", "unter", "selbst", "miss", "wider", "fort", "zurück", "voraus", "nicht", "hoch", "links")
) | {"verb", "ration", "nation", "haben", "habe", "sein", "chen"}


class Part(NamedTuple):
    """A part: `start` and `end` in the word, linking element included, `bare` without it, and its lemma as one writes it."""

    start: int
    end: int
    bare: int
    lemma: str


def read_words(path: Path) -> frozenset[str]:
    """The words of a list, lower case; `#` begins a comment."""
    lines = (line.partition("#")[0].strip().lower() for line in path.read_text(encoding="utf-8").splitlines())
    return frozenset(line for line in lines if line)


class Splitter:
    """Splits words. `names` (any case) are never split, nor is a part that is one of them."""

    def __init__(
        self, lexicon: Lexicon, model: MorphemeModel, lemmatizer: Lemmatizer, names: Iterable[str] = ()
    ) -> None:
        self._lexicon, self._model, self._lemmatizer = lexicon, model, lemmatizer
        self._names = frozenset(name.lower() for name in names)

    @cached_property
    def whole(self) -> frozenset[str]:
        """The words that are never split, lower case."""
        return read_words(Path(__file__).with_name("whole.txt"))

    def split(self, word: str) -> tuple[Part, ...]:
        """The parts in order, covering the word without gap; empty where it stays whole."""
        lower = word.lower()
        if len(lower) < _SHORTEST or not lower.isalpha() or len(lower) != len(word) or self._stays_whole(lower):
            return ()
        cut = self._model.cut(word)
        if cut is not None:
            if not cut[1].startswith(_SPLITTABLE):
                return ()
            spans = self._merge(lower, self._group(self._refine(lower, cut[0])))
        else:
            spans = self._program(lower) if word[:1].isupper() else []
        if len(spans) < 2:
            return ()
        return tuple(
            Part(start, end, bare, self._lemma(lower[start:end], lower[start:bare], end == len(lower)))
            for start, end, bare in spans
        )

    def _stays_whole(self, lower: str) -> bool:
        return any(form in self.whole or form in self._names for form in (lower, lower.removesuffix("s"))) or (
            (self._lexicon.lemma(lower.capitalize()) or "").lower() in self.whole
        )

    def _refine(self, lower: str, morphemes: list[Morpheme]) -> list[Morpheme]:
        """Cuts nouns that the model has as one stem, though they are compounds of nouns (Stadt|park), once more."""
        refined: list[Morpheme] = []
        for morpheme in morphemes:
            text = lower[morpheme.start : morpheme.end]
            pieces = self._model.recut(text) if morpheme.tag == "NN" and self._may_refine(text) else []
            if self._are_nouns(text, pieces):
                refined += [Morpheme(morpheme.start + p.start, morpheme.start + p.end, p.tag) for p in pieces]
            else:
                refined.append(morpheme)
        return refined

    def _may_refine(self, text: str) -> bool:
        return len(text) >= 2 * _BOUND_STEM and text not in self.whole and text not in self._names

    @staticmethod
    def _are_nouns(text: str, pieces: list[Morpheme]) -> bool:
        stems = [text[p.start : p.end] for p in pieces if p.tag.startswith("NN")]
        return len(stems) > 1 and all(len(stem) >= _BOUND_STEM and stem not in _NO_NOUNS for stem in stems)

    @staticmethod
    def _group(morphemes: list[Morpheme]) -> list[tuple[int, int, int]]:
        """Spans (start, end, end of the bare stem): prefixes go with the stem that follows, endings with the one before."""
        spans: list[tuple[int, int, int]] = []
        start, has_stem = 0, False
        for morpheme in morphemes:
            if morpheme.tag.startswith(_SUFFIXES) and spans:
                spans[-1] = (spans[-1][0], morpheme.end, spans[-1][2])
            elif morpheme.tag.startswith(_PREFIXES):
                if has_stem:
                    start, has_stem = morpheme.start, False
            else:
                begin = start if not has_stem else morpheme.start
                spans.append((begin, morpheme.end, morpheme.end))
                has_stem = True
        return spans

    def _merge(self, lower: str, spans: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
        """Joins neighbours that whole.txt or the names know as one word ("denk|mal"), and scraps with their neighbour."""
        merged: list[tuple[int, int, int]] = []
        for span in spans:
            if merged and self._is_unit(lower[merged[-1][0] : span[2]], lower[merged[-1][0] : span[1]]):
                merged[-1] = (merged[-1][0], span[1], span[2])
            else:
                merged.append(span)
        if any(bare - start < 2 for start, _, bare in merged):
            return []
        return merged

    def _is_unit(self, bare: str, full: str) -> bool:
        return any(form in self.whole or form in self._names for form in (bare, full))

    def _program(self, lower: str) -> list[tuple[int, int, int]]:
        """The cheapest cover of the word by nouns of the lexicon with linking elements; empty where there is none."""
        best: list[tuple[float, list[tuple[int, int, int]]] | None] = [(0.0, [])] + [None] * len(lower)
        for start in range(len(lower)):
            before = best[start]
            if before is None:
                continue
            for end in range(start + 3, len(lower) + 1):
                found = self._price(lower, start, end)
                if found is None:
                    continue
                total = before[0] + found[0]
                current = best[end]
                if current is None or total < current[0]:
                    best[end] = (total, [*before[1], (start, end, found[1])])
        last = best[-1]
        return last[1] if last is not None and len(last[1]) > 1 else []

    def _price(self, lower: str, start: int, end: int) -> tuple[float, int] | None:
        """What a part costs, and where its bare stem ends; None where it is no part."""
        text = lower[start:end]
        if start == 0 and end == len(lower):
            return None
        if end == len(lower):
            return (10.0, end) if len(text) >= _BOUND_STEM and self._is_noun(text, inflected=True) else None
        for link in _LINKS:
            bare = text.removesuffix(link)
            if (link and bare == text) or len(bare) < _BOUND_STEM:
                continue
            if self._is_noun(bare, inflected=False):
                return (10.0 + (0.5 if link else 0.0), start + len(bare))
        if len(text) >= _BOUND_STEM and self._is_noun(text + "e", inflected=False):
            return (11.5, end)
        return None

    def _is_noun(self, lower: str, *, inflected: bool) -> bool:
        written = lower.capitalize()
        lemma = self._lexicon.exact(written)
        return lemma is not None and lemma[:1].isupper() and (inflected or modernize(lemma) == modernize(written))

    def _lemma(self, text: str, bare: str, last: bool) -> str:
        """The written lemma of a part: "wohnungs" → Wohnung, "städte" → Stadt, "schul" → Schule, "förder" → fördern."""
        if last:
            return self._lemmatizer.lemma(text.capitalize()) or bare.capitalize()
        for candidate in (bare, text):
            lemma = self._lexicon.exact(candidate.capitalize())
            if lemma is not None and (candidate == text or lemma.lower() == candidate):
                return lemma
        for candidate in (bare + "e", bare + "en", bare, bare + "n"):
            for written in (candidate.capitalize(), candidate):
                lemma = self._lexicon.exact(written)
                if lemma is not None and lemma.lower() == candidate:
                    return lemma
        return bare.capitalize()
