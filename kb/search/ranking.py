"""Every number that ranking depends on, in one place. Found by measuring with `kb eval` (docs/search.md says how)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Ranking:
    """Weights of fields are factors of BM25; shares are of the best score of the hits that are compared.

    `word`: the word just as written. `stem`: its lemma's stem. `part`: stem among stems, compound parts and their runs.
    `title`, `heading`: stem in these. `split`: parts of a compound that was asked for. `expansion`: thesaurus terms,
    as a factor of all of these. `near`: two neighbors of the query within `near_slop` places.

    The best `window` hits are scored again: `gram` is the share of five-letter runs, `passage` the share of the best
    passage's coverage of the question, `recency` what a document of this year gains over one `recency_years` old, and
    `kinds` what a kind of document gains or loses.
    """

    word: float = 0.3
    stem: float = 0.3
    part: float = 1.0
    title: float = 0.4
    heading: float = 0.2
    split: float = 0.5
    expansion: float = 0.3
    near: float = 0.0
    near_slop: int = 2
    window: int = 50
    gram: float = 0.35
    passage: float = 0.1
    recency: float = 0.0
    recency_years: int = 10
    kinds: Mapping[str, float] = field(default_factory=dict)
    few_words: int = 3


DEFAULT = Ranking()
