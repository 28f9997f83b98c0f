"""How much the words of a text speak of each topic, however they are put: a linear model over stems and compound parts.

It finds what naming.py cannot: a subject described without its name. The model was fitted on example passages written for
it (bench/data/tagging/examples) by bench/fit_words.py, and lies in vocabulary/topic_words.tsv. What its verdict is worth
beside names is weighed in salience.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain

import numpy as np

from kb.ingest.annotate.linear import Model, Numbers, Places, telling
from kb.ingest.annotate.text import PreparedPage, PreparedText
from kb.language.memory import FormMemory
from kb.language.token import Form
from kb.vocabulary.matcher import key_of

TABLE = "topic_words.tsv"
FLOOR = -1.5  # no margin counts as less
# Words of a part: a long document is as much about a topic as the part of it that speaks most of it.
_PART = 150

Place = tuple[PreparedPage, int, int]  # a sentence: its page, where it starts and ends


def keys(form: Form) -> tuple[str, ...]:
    """What a word is known by: its stem and those of its parts, each once; nothing of a stop word."""
    return () if form.stop else tuple(dict.fromkeys(map(key_of, (form.stem, *form.part_stems))))


def memory(rows: Mapping[str, int]) -> FormMemory[tuple[int, ...]]:
    """Remembers which of the rows each form has."""
    return FormMemory(lambda form: tuple(rows[key] for key in keys(form) if key in rows))


class Wording:
    """Compares texts with topics by all their words."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._places = {topic: place for place, topic in enumerate(model.values)}
        self._memory = memory(model.words)

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
        title = self._memory.of_all(text.title_tokens)
        words = [rows for page in text.pages for rows in self._memory.of_all(page.tokens, page.forms)]
        if not any(words) and not any(title):
            return {}
        margins = self._model.margins_of([places(chain(title, part)) for part in _parts(words)])
        best = np.maximum(margins.max(axis=0), FLOOR)
        order = np.argsort(-best, kind="stable")
        return dict(zip([self._model.values[place] for place in order], best[order].tolist(), strict=True))

    def telling(self, text: PreparedText, topics: Sequence[str], most: int) -> dict[str, list[Place]]:
        """For each topic the sentences whose words, each counted once, speak most for it, in reading order."""
        if not topics:
            return {}
        pulls = [self._pulls(page) for page in text.pages if page.sentences]
        table = np.concatenate([np.zeros((0, len(self._places))), *pulls])
        sentences = [(page, *sentence) for page in text.pages for sentence in page.sentences]
        return {topic: telling(table[:, self._places[topic]], sentences, most) for topic in topics}

    def _pulls(self, page: PreparedPage) -> Numbers:
        rows = self._memory.of_all(page.tokens, page.forms)
        pairs = np.repeat(page.sentence_numbers(), [len(one) for one in rows]) * len(self._model.words) + places(rows)
        sentences, row = np.divmod(np.unique(pairs), len(self._model.words))
        return self._model.pulls(row, sentences, np.bincount(sentences, minlength=len(page.sentences)))


def places(words: Iterable[tuple[int, ...]]) -> Places:
    """The rows of some words one after the other."""
    return np.fromiter(chain.from_iterable(words), dtype=np.intp)


def _parts(words: Sequence[tuple[int, ...]]) -> Iterator[Sequence[tuple[int, ...]]]:
    """The whole text, and each of its parts of about the same length."""
    yield words
    parts = round(len(words) / _PART)
    for part in range(parts if parts > 1 else 0):
        yield words[len(words) * part // parts : len(words) * (part + 1) // parts]
