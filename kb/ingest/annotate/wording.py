"""How much the words of a text speak of each topic, however they are put: a linear model over stems and compound parts.

It finds what naming.py cannot: a subject described without its name. The model was fitted on example passages written for
it (bench/data/tagging/examples) by bench/fit_words.py, and lies in vocabulary/topic_words.tsv. What its verdict is worth
beside names is weighed in salience.py.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from kb.ingest.annotate.linear import Model, Numbers
from kb.ingest.annotate.text import PreparedPage, PreparedText
from kb.language.token import Form
from kb.vocabulary.matcher import key_of

TABLE = "topic_words.tsv"
FLOOR = -1.5  # no margin counts as less
_REMEMBERED = 300_000  # forms
# Words of a part: a long document is as much about a topic as the part of it that speaks most of it.
_PART = 150
_SHORT_SENTENCE = 5

Place = tuple[PreparedPage, int, int]  # a sentence: its page, where it starts and ends


def keys(form: Form) -> tuple[str, ...]:
    """What a word is known by: its stem and those of its parts, each once; nothing of a stop word."""
    return () if form.stop else tuple(dict.fromkeys(map(key_of, (form.stem, *form.part_stems))))


class Rows:
    """The rows that the words of a text have in a model, remembered by form."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self._words = words
        self._known: dict[str, tuple[int, ...]] = {}

    def of(self, form: Form) -> tuple[int, ...]:
        """Those of the word's keys that the model knows."""
        found = self._known.get(form.text)
        if found is None:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            found = self._known[form.text] = tuple(self._words[key] for key in keys(form) if key in self._words)
        return found


class Wording:
    """Compares texts with topics by all their words."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._places = {topic: place for place, topic in enumerate(model.values)}
        self._rows = Rows(model.words)

    @property
    def version(self) -> str:
        """A hash of the model."""
        return self._model.version

    @property
    def topics(self) -> AbstractSet[str]:
        """The topics that it was fitted for."""
        return self._places.keys()

    def of(self, text: PreparedText) -> dict[str, float]:
        """Topic → margin, of the whole text or of the part that speaks most of the topic; the greatest first."""
        title = [row for token in text.title_tokens for row in self._rows.of(token.form)]
        words = [self._rows.of(token.form) for page in text.pages for token in page.tokens]
        if not any(words) and not title:
            return {}
        margins = [self._model.margins([*title, *(row for rows in part for row in rows)]) for part in _parts(words)]
        best: Numbers = np.maximum(np.max(margins, axis=0), FLOOR)
        return {self._model.values[place]: float(best[place]) for place in np.argsort(-best, kind="stable")}

    def telling(self, text: PreparedText, topics: Sequence[str], most: int) -> dict[str, list[Place]]:
        """For each topic the sentences whose words speak most for it, in reading order.

        By the square root of their words, so that a long sentence is not best for its length.
        """
        if not topics:
            return {}
        places: list[Place] = []
        pulls: list[Numbers] = []
        columns = [self._places[topic] for topic in topics]
        for page in text.pages:
            starts = [token.start for token in page.tokens]
            for start, end in page.sentences:
                inside = page.tokens[bisect_left(starts, start) : bisect_left(starts, end)]
                rows = list({row for token in inside for row in self._rows.of(token.form)})
                if rows:
                    spoken = self._model.idf[rows] @ self._model.weights[np.ix_(rows, columns)]
                    pulls.append(spoken / math.sqrt(max(len(rows), _SHORT_SENTENCE)))
                    places.append((page, start, end))
        table = np.array(pulls).reshape(len(places), len(topics))
        return {topic: _best(table[:, column], places, most) for column, topic in enumerate(topics)}


def _best(pulls: Numbers, places: Sequence[Place], most: int) -> list[Place]:
    best = sorted(np.argsort(-pulls, kind="stable")[:most])
    return [places[number] for number in best if pulls[number] > 0]


def _parts(words: Sequence[tuple[int, ...]]) -> Iterator[Sequence[tuple[int, ...]]]:
    """The whole text, and each of its parts of about the same length."""
    yield words
    parts = round(len(words) / _PART)
    for part in range(parts if parts > 1 else 0):
        yield words[len(words) * part // parts : len(words) * (part + 1) // parts]
