"""How alike a text and each topic are by all their words, however these are put: the cosine of their word weights.

It finds what naming.py cannot, a subject said in words of the vocabulary that stand apart or in another order. It does not
say where; what it is worth is weighed in salience.py.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import numpy as np

from kb.ingest.annotate.wording import keys
from kb.language.token import Form, Token
from kb.vocabulary.concept import Topic
from kb.vocabulary.matcher import Words

# What a word counts that stands in a name, in a phrase or indicator, in the definition.
_NAME, _HINT, _DEFINITION = 1.0, 0.6, 0.7
_REMEMBERED = 300_000  # forms


class Likeness:
    """Compares texts with topics. A topic's words are those of its names, phrases, indicators and definition.

    A word weighs (1 + ln n) w: n how often it occurs, w its inverse frequency ln(1 + N / n_t) among the N topics, n_t of
    which have it. Words of no topic count nothing. Compounds count with their parts.
    """

    def __init__(self, topics: Sequence[Topic], words: Words) -> None:
        self._ids = [topic.id for topic in topics]
        counts = [_word_counts(topic, words) for topic in topics]
        spread = Counter(chain.from_iterable(counts))
        self._rows = {key: row for row, key in enumerate(spread)}
        self._rarity = np.log1p(len(topics) / np.array([*spread.values()], dtype=np.float64))
        self._weights = np.zeros((len(spread), len(topics)))
        for column, counted in enumerate(counts):
            for key, count in counted.items():
                row = self._rows[key]
                self._weights[row, column] = math.log1p(count) * self._rarity[row]
        self._weights /= np.maximum(1e-9, np.sqrt((self._weights**2).sum(axis=0)))
        self._known: dict[str, tuple[int, ...]] = {}

    def of(self, tokens: Iterable[Token]) -> Mapping[str, float]:
        """How alike each topic is, from 1 for the most alike down to 0, in this order; empty where no word is shared."""
        counts = Counter(row for token in tokens for row in self._rows_of(token.form))
        rows = np.fromiter(counts, dtype=np.intp, count=len(counts))
        often = np.fromiter(counts.values(), dtype=np.float64, count=len(counts))
        shared = ((1 + np.log(often)) * self._rarity[rows]) @ self._weights[rows]
        most = shared.max(initial=0.0)
        if most <= 0:
            return {}
        return {self._ids[place]: float(shared[place] / most) for place in np.argsort(-shared, kind="stable")}

    def _rows_of(self, form: Form) -> tuple[int, ...]:
        found = self._known.get(form.text)
        if found is None:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            found = tuple(self._rows[key] for key in keys(form) if key in self._rows)
            self._known[form.text] = found
        return found


def _word_counts(topic: Topic, words: Words) -> dict[str, float]:
    counts: dict[str, float] = defaultdict(float)
    hints = (*topic.phrases, *topic.indicators)
    for texts, worth in ((topic.names, _NAME), (hints, _HINT), ((topic.definition,), _DEFINITION)):
        for text in texts:
            for key in dict.fromkeys(key for token in words.tokens(text) for key in keys(token.form)):
                counts[key] += worth
    return counts
