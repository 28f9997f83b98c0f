"""The vocabulary of the index: words as they are written, for completing and correcting what is typed.

Only words of documents within the scope are looked at, so nobody learns a word of a document that they may not see.
"""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kb.index.engine import Reader, Scope
from kb.index.schema import SEPARATOR, SURFACE

MOST = 100_000  # words of the vocabulary that corrections are looked for among, the most frequent ones


@dataclass(frozen=True, slots=True)
class Known:
    """A word of the index: as compared, as written most often, and in how many documents."""

    folded: str
    text: str
    count: int


def _known(terms: list[tuple[str, int]]) -> dict[str, Known]:
    """By folded spelling, the most frequent way to write it first come first kept; counts are of that way."""
    found: dict[str, Known] = {}
    for term, count in sorted(terms, key=lambda row: (-row[1], row[0])):
        folded, _, text = term.partition(SEPARATOR)
        found.setdefault(folded, Known(folded, text, count))
    return found


def completions(reader: Reader, prefix: str, scope: Scope, limit: int) -> list[Known]:
    """The most frequent words that begin with a folded prefix."""
    return list(_known(reader.terms(SURFACE, prefix, scope, limit * 4)).values())[:limit]


class Corrector:
    """Finds the word that was probably meant, among the words of one scope of one state of the index."""

    def __init__(self, reader: Reader, scope: Scope) -> None:
        self._words = _known(reader.terms(SURFACE, "", scope, MOST))
        self._spellings = list(self._words)

    def correct(self, folded: str) -> str:
        """A word within one letter (two for long words) of this one, the most frequent of the nearest; "" where it is known."""
        if folded in self._words or len(folded) < 4:
            return ""
        limit = 1 if len(folded) < 6 else 2
        near = process.extract(folded, self._spellings, scorer=OSA.distance, score_cutoff=limit, limit=20)
        best = min(near, key=lambda row: (row[1], -self._words[row[0]].count, row[0]), default=None)
        return self._words[best[0]].text if best else ""
