"""Morphemes: the most likely way to cut a German word into stems, linking elements and endings.

A Viterbi search over the trigram tables of the German model that the package HanTa ships (Wartena 2019, "A probabilistic
morphology model for German lemmatization", KONVENS). HanTa's own `analyze` reads the same tables at about a thousand words
a second; this one only ever looks at segments that are morphemes, which makes it some ten times quicker, and says None
where HanTa would guess an unknown morpheme. What a cut means for a compound is decided in compound.py.
"""

from __future__ import annotations

import math
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

_BEAM = 12.0  # natural logarithm: hypotheses this much worse than the best at the same place are dropped
_LONGEST = 80
# tags that never stand inside a word we want to cut
_USELESS = ("$", "XY", "URL", "SYMB", "TRUNC", "ORD", "FM", "ITJ", "HYPHEN", "NE_VAR", "NN_IRR", "PDS", "PREL", "PPER")


class Morpheme(NamedTuple):
    """A morpheme of a lower-case word: where it stands, and HanTa's tag for it ("NN", "FUGE", "SUF_NN" …)."""

    start: int
    end: int
    tag: str


State = tuple[int, int]
Hypothesis = tuple[float, int, State]  # score, where the previous morpheme begins, the state before it


@lru_cache(maxsize=1)  # read-only, and the same for every analyzer of a process
def _tagger() -> Any:
    from HanTa import HanoverTagger

    return HanoverTagger.HanoverTagger("morphmodel_ger.pgz")


@lru_cache(maxsize=1)
def _segments() -> dict[str, list[tuple[int, float]]]:
    tagger = _tagger()
    segments: dict[str, list[tuple[int, float]]] = {}
    for tag, morphemes in tagger.LP_m_t.items():
        if tag <= 0 or tagger.int2tag[tag].startswith(_USELESS):
            continue
        for morpheme, score in morphemes.items():
            segments.setdefault(morpheme, []).append((tag, score))
    return segments


class MorphemeModel:
    """HanTa's tables, turned around: from a segment to the tags it can have. Read on first use (a third of a second)."""

    @cached_property
    def _tagger(self) -> Any:
        return _tagger()

    @cached_property
    def _segments(self) -> dict[str, list[tuple[int, float]]]:
        return _segments()

    def is_noun(self, lower: str) -> bool:
        """Whether the whole word is a noun's stem, not a cut or inflected form."""
        return any(tag == self._noun for tag, _ in self._segments.get(lower, ()))

    def noun_score(self, lower: str) -> float:
        """The logarithm of how likely a noun is this stem; minus infinity where it is none."""
        return max((score for tag, score in self._segments.get(lower, ()) if tag == self._noun), default=-math.inf)

    def is_verb(self, lower: str) -> bool:
        """Whether the word is a verb's stem and no noun's ("wohn")."""
        tags = self._tags(lower)
        return any(tag.startswith("VV") for tag in tags) and not any(tag.startswith("NN") for tag in tags)

    def is_adjective(self, lower: str) -> bool:
        """Whether the word is an adjective's stem and no noun's ("schnell")."""
        tags = self._tags(lower)
        return "ADJ" in tags and not any(tag.startswith("NN") for tag in tags)

    def _tags(self, lower: str) -> set[str]:
        return {self._tagger.int2tag[tag] for tag, _ in self._segments.get(lower, ())}

    def is_clipped(self, lower: str) -> bool:
        """Whether the word is a noun's stem that has lost its e ("schul")."""
        return "NN_VAR_EL" in self._tags(lower)

    def is_stem(self, lower: str) -> bool:
        """Whether the word is a stem of any kind."""
        return lower in self._segments

    def base(self, morpheme: str, tag: str) -> str:
        """The stem that a morpheme is a variant of: häus → haus, riss → reiß."""
        stems = self._tagger.stemdict.get(self._tagger.tag2int[tag], {})
        return str(stems.get(morpheme, morpheme))

    @lru_cache(maxsize=20_000)  # noqa: B019 - one model a process
    def recut(self, lower: str) -> list[Morpheme]:
        """A noun's stem cut once more where it is itself a compound of nouns ("stadtpark"); empty where it is none."""
        cut = self.cut(lower.capitalize(), whole=False)
        if cut is None or not all(morpheme.tag.startswith(("NN", "FUGE", "VV")) for morpheme in cut[0]):
            return []
        return cut[0]

    @cached_property
    def _endings(self) -> frozenset[int]:
        """Tags of inflection, behind which no further stem can stand ("neuer|richtung" is no cut)."""
        names = ("SUF_ADJ", "SUF_NN", "SUF_FIN", "SUF_NE", "SUF_PIS")
        return frozenset(tag for name, tag in self._tagger.tag2int.items() if name in names)

    @cached_property
    def _noun(self) -> int:
        return int(self._tagger.tag2int["NN"])

    def cut(self, word: str, *, whole: bool = True) -> tuple[list[Morpheme], str] | None:
        """The best cut of the whole word and its part of speech ("NN", "ADJ(A)" …); None if it has none.

        Unless `whole`, the word must fall into two morphemes at least.
        """
        lower = word.lower()
        if len(lower) != len(word) or len(lower) > _LONGEST:
            return None
        table = self._fill(lower, whole)
        found = self._best_end(table[-1], word[:1].isupper())
        return None if found is None else (self._trace(table, found[0]), found[1])

    def _fill(self, word: str, whole: bool) -> list[dict[State, Hypothesis]]:
        table: list[dict[State, Hypothesis]] = [{} for _ in range(len(word) + 1)]
        table[0][(0, 1)] = (0.0, -1, (0, 0))
        for start, row in enumerate(table[:-1]):
            if row:
                self._extend(word, start, len(word) if whole or start else len(word) - 1, table)
        return table

    def _extend(self, word: str, start: int, stop: int, table: list[dict[State, Hypothesis]]) -> None:
        row = table[start]
        floor = max(hypothesis[0] for hypothesis in row.values()) - _BEAM
        segments, transitions = self._segments, self._tagger.LP_trans
        live = [
            (state, h[0], transitions.get(state, {}), state[1] in self._endings)
            for state, h in row.items()
            if h[0] >= floor
        ]
        for end in range(start + 1, stop + 1):
            tags = segments.get(word[start:end])
            if tags is None:
                continue
            target = table[end]
            for state, score, following, closed in live:
                for tag, own in tags:
                    step = following.get(tag)
                    if step is None or (closed and tag not in self._endings):
                        continue
                    total, new = score + step + own, (state[1], tag)
                    if new not in target or total > target[new][0]:
                        target[new] = (total, start, state)

    def _best_end(self, row: dict[State, Hypothesis], upper: bool) -> tuple[State, str] | None:
        best: tuple[float, State, int] | None = None
        for state, (score, _, _) in row.items():
            for tag, step in self._tagger.LP_trans.get(state, {}).items():
                if tag >= 0:
                    continue
                total = score + step + self._tagger.LP_case_t[-tag][upper]
                if best is None or total > best[0]:
                    best = (total, state, -tag)
        return None if best is None else (best[1], self._tagger.int2tag[best[2]])

    def _trace(self, table: list[dict[State, Hypothesis]], state: State) -> list[Morpheme]:
        morphemes: list[Morpheme] = []
        end = len(table) - 1
        while end > 0:
            _, start, before = table[end][state]
            morphemes.append(Morpheme(start, end, self._tagger.int2tag[state[1]]))
            end, state = start, before
        return morphemes[::-1]
