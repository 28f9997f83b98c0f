"""How alike a text and each topic are by all their words, however these are put: the cosine of their word weights.

It finds what naming.py cannot, a subject said in words of the vocabulary that stand apart or in another order. It does not
say where; what it is worth is weighed in salience.py.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

from kb.ingest.annotate.linear import Model, Weights
from kb.ingest.annotate.wording import keys, memory, places
from kb.language.token import Token
from kb.vocabulary.concept import Topic
from kb.vocabulary.matcher import Words

# What a word counts that stands in a name, in a phrase or indicator, in the definition.
_NAME, _HINT, _DEFINITION = 1.0, 0.6, 0.7


class Likeness:
    """Compares texts with topics. A topic's words are those of its names, phrases, indicators and definition.

    A word weighs (1 + ln n) w: n how often it occurs, w its inverse frequency ln(1 + N / n_t) among the N topics, n_t of
    which have it. Words of no topic count nothing. Compounds count with their parts.
    """

    def __init__(self, topics: Sequence[Topic], words: Words) -> None:
        counts = [_word_counts(topic, words) for topic in topics]
        spread = Counter(chain.from_iterable(counts))
        rows = {key: row for row, key in enumerate(spread)}
        rarity = np.log1p(len(topics) / np.array([*spread.values()], dtype=np.float64))
        weights = np.zeros((len(spread), len(topics)))
        for column, counted in enumerate(counts):
            for key, count in counted.items():
                weights[rows[key], column] = math.log1p(count) * rarity[rows[key]]
        weights /= np.maximum(1e-9, np.sqrt((weights**2).sum(axis=0)))
        self._model = Model(
            tuple(topic.id for topic in topics), rows, rarity, Weights.of(weights), np.zeros(len(topics))
        )
        self._memory = memory(rows)

    def of(self, tokens: Sequence[Token], forms: Sequence[str] | None = None) -> Mapping[str, float]:
        """How alike each topic is, from 1 for the most alike down to 0, in this order; empty where no word is shared."""
        shared = self._model.margins_of([places(self._memory.of_all(tokens, forms))])[0]
        most = shared.max(initial=0.0)
        if most <= 0:
            return {}
        order = np.argsort(-shared, kind="stable")
        return dict(zip([self._model.values[place] for place in order], (shared[order] / most).tolist(), strict=True))


def _word_counts(topic: Topic, words: Words) -> dict[str, float]:
    counts: dict[str, float] = defaultdict(float)
    hints = (*topic.phrases, *topic.indicators)
    for texts, worth in ((topic.names, _NAME), (hints, _HINT), ((topic.definition,), _DEFINITION)):
        for text in texts:
            for key in dict.fromkeys(key for token in words.tokens(text) for key in keys(token.form)):
                counts[key] += worth
    return counts
