"""Every number that ranking depends on, in one place. Found by measuring with `kb eval` (docs/search.md says how)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Ranking:
    """Weights of fields are factors of BM25; shares are of the best score of the hits that are compared.

    `word`: the word just as written. `part`: stem among stems, compound parts and their runs. `root`: what verb and noun
    share. `title`, `heading`: stem in these. `split`: parts of a compound that was asked for. `expansion`: thesaurus
    terms. `near`: two neighbors of the query within `near_slop` places.

    The best `window` hits are looked at again: `gram` is the share of five-letter runs, `passage` and `lead` the shares
    of what the best and the first passage have of the question, where a word of the same root counts `related`; in a
    document of more than `lead_passages` passages the best one takes over from the first, the more the longer it is.
    `recency` is what a document of this year gains over one that is `recency_years` old, and `kinds` what a kind of
    document gains or loses.

    Up to `few_words` keywords without function words have to be there all. Where fewer than `enough` documents have
    them, the best ones for a part of the words are shown apart, below them.
    """

    word: float = 0.5
    part: float = 0.4
    root: float = 0.8
    title: float = 0.4
    heading: float = 0.2
    split: float = 0.7
    expansion: float = 0.3
    near: float = 0.8
    near_slop: int = 2
    window: int = 20
    gram: float = 0.35
    passage: float = 0.1
    lead: float = 0.4
    lead_passages: int = 10
    related: float = 0.7
    recency: float = 0.03
    recency_years: int = 10
    kinds: Mapping[str, float] = field(default_factory=dict)
    few_words: int = 4
    enough: int = 3


DEFAULT = Ranking()
