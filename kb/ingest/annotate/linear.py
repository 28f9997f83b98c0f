"""Linear models that ship with kb as tables of words, which a person can read: the file, and the arithmetic.

Which words of a text a model looks at is the caller's business (wording.py, style.py), as is what a margin is worth.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from kb import resource
from kb.errors import VocabularyError

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]
T = TypeVar("T")

_BATCH = 8  # texts that are worked out at once
_SHORT_SENTENCE = 5  # words; no sentence counts as shorter


@dataclass(frozen=True, slots=True)
class Weights:
    """A table of numbers of which most are 0: the others row by row, those of row r from starts[r] to starts[r + 1]."""

    starts: Places
    columns: Places
    values: Numbers

    @classmethod
    def of(cls, table: Numbers) -> Weights:
        """The table, given in full."""
        rows, columns = np.nonzero(table)
        return cls(np.searchsorted(rows, np.arange(len(table) + 1)), columns, table[rows, columns])

    def entries(self, rows: Places) -> tuple[Places, Places, Numbers]:
        """The numbers of some rows that are not 0: of which of these rows (0, 1, …), in which column, and the number."""
        first = self.starts[rows]
        lengths = self.starts[rows + 1] - first
        which = np.repeat(np.arange(len(rows)), lengths)
        places = np.arange(len(which)) + np.repeat(first - np.cumsum(lengths) + lengths, lengths)
        return which, self.columns[places], self.values[places]


@dataclass(frozen=True, slots=True)
class Model:
    """Margins m = b + sum x w, where x are the weights (1 + ln n) idf of what is counted in a text, of unit length.

    `weights` has a row for each of `words` and a column for each of `values`; a greater margin speaks more for the value.
    """

    values: tuple[str, ...]
    words: Mapping[str, int]
    idf: Numbers
    weights: Weights
    bias: Numbers
    version: str = ""

    def margins(self, rows: Iterable[int]) -> Numbers:
        """The margin of every value for a text with these words, given by row, each as often as it occurs."""
        margins: Numbers = self.margins_of([np.fromiter(rows, dtype=np.intp)])[0]
        return margins

    def margins_of(self, texts: Sequence[Places]) -> Numbers:
        """The margins of several texts, a row for each."""
        batches = range(0, len(texts), _BATCH)
        return np.concatenate([self._margins_of(texts[first : first + _BATCH]) for first in batches])

    def _margins_of(self, texts: Sequence[Places]) -> Numbers:
        """Those of a few texts: words that they share are looked up once."""
        words, inverse = np.unique(np.concatenate(texts), return_inverse=True)
        inverse += np.repeat(np.arange(len(texts)) * len(words), [len(text) for text in texts])
        often = np.bincount(inverse, minlength=len(texts) * len(words)).reshape(len(texts), len(words))
        weights = (1 + np.log(np.maximum(often, 1))) * (often > 0) * self.idf[words]
        lengths = np.sqrt((weights * weights).sum(axis=1, keepdims=True))
        weights /= np.where(lengths > 0, lengths, 1)
        which, columns, values = self.weights.entries(words)
        return np.array([self._sum(columns, text[which] * values) for text in weights]) + self.bias

    def _sum(self, columns: Places, values: Numbers) -> Numbers:
        return np.bincount(columns, values, minlength=len(self.values)).astype(np.float64, copy=False)

    def pulls(self, rows: Places, sentences: Places, lengths: Places) -> Numbers:
        """How much each sentence, a row of the result, speaks for each value: the sum of its words' weights.

        `sentences` says in which one each of the words stands, `lengths` how many words count in each. By the square root of
        these, so that a long sentence is not best for its length.
        """
        which, columns, values = self.weights.entries(rows)
        cells = sentences[which] * len(self.values) + columns
        spoken = np.bincount(cells, self.idf[rows][which] * values, minlength=len(lengths) * len(self.values))
        told: Numbers = spoken.reshape(len(lengths), -1) / np.sqrt(np.maximum(lengths, _SHORT_SENTENCE))[:, None]
        return told


def telling(pulls: Numbers, sentences: Sequence[T], most: int) -> list[T]:
    """Those of the sentences that pull most, in their order; none that pulls the other way."""
    chosen = sorted(np.argsort(-pulls, kind="stable")[:most])
    return [sentences[number] for number in chosen if pulls[number] > 0]


def load(name: str) -> Model:
    """Read one of the tables in vocabulary/. Raises VocabularyError for one that is damaged or missing."""
    return read(resource.folder("vocabulary") / name)


def read(path: Path) -> Model:
    """Read a table. Raises VocabularyError for a file that is damaged or missing.

    Tab-separated: a line "values", a line "bias" with a number for each, then for every word its inverse document frequency
    and "column:weight" for the values that it speaks for or against; # begins a comment.
    """
    try:
        text = path.read_text(encoding="utf-8")
        lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
        (first, *values), (second, *bias), *rows = lines
        if (first, second) != ("values", "bias"):
            raise ValueError("its first lines are not those of values and bias")
        weights = np.zeros((len(rows), len(values)), dtype=np.float64)
        for row, (_, _, cells) in enumerate(rows):
            for cell in cells.split():
                column, weight = cell.split(":")
                if not column.isdecimal():
                    raise ValueError(f"{cell!r} has no column")
                weights[row, int(column)] = float(weight)
        words = {word: row for row, (word, _, _) in enumerate(rows)}
        idf = np.array([float(rarity) for _, rarity, _ in rows])
        biases = np.array([float(one) for one in bias])
    except (OSError, ValueError, IndexError) as error:
        raise VocabularyError(f"{path} is no table of words; install kb again ({error})") from error
    if biases.shape != (len(values),) or not all(np.isfinite(one).all() for one in (weights, idf, biases)):
        raise VocabularyError(f"{path} is no table of words; install kb again (not a number for each value)")
    return Model(tuple(values), words, idf, Weights.of(weights), biases, hashlib.sha256(text.encode()).hexdigest()[:12])
