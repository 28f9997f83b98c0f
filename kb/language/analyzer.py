"""The analyzer: text → tokens with offsets, each with the form of its word. Used by indexing, querying, tagging, highlighting.

What a single word means is built in former.py; this module finds the words, looks their forms up, and resolves what needs
the neighbours (elliptic compounds). It knows nothing of documents or of the index.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from kb import resource
from kb.language.cache import FormCache
from kb.language.ellipsis import resolve
from kb.language.folding import fold
from kb.language.former import Former
from kb.language.part import Part
from kb.language.token import Form, Token
from kb.language.word import ELLIPSIS, WORD

__all__ = ["Analyzer", "Part", "fold", "german"]

_LIMIT = 250_000  # forms kept in memory and in the file: about 120 MB and 25 MB
_PIECE = re.compile(r"[^\W\d_]{4,}(?![.\w])")
_NO_NAMES = frozenset(("schloß", "sankt", "neuen", "westf", "rheinland", "westfalica", "sauerland", "westfalen"))
_new_token = tuple.__new__

# A stretch without spaces that may be part of a longer word, and what has to follow: "z. B.", "§ 171 a", "171a - d".
_OPEN = re.compile(r"§|(?<![^\W_])[a-zäöü]\.$|\d[a-z][-–]?$")
_GOING_ON = re.compile(r" (?:[^\W\d_]\.|[-–]|(?:\d+[a-z]?[ \u00a0\u202f])?[a-z](?![^\W_]))")
_HYPHENS = ("-", "‐", "‑")
_STRETCHES, _LONGEST = 100_000, 60  # stretches kept, and the letters of those


class _Stretches(dict[str, "tuple[Token, ...] | None"]):
    """The words of what stands between two spaces, offsets counted from there; None for a stretch that may go on behind."""

    def __init__(self, forms: FormCache) -> None:
        super().__init__()
        self._forms = forms

    def __missing__(self, text: str) -> tuple[Token, ...] | None:
        found = None if _OPEN.search(text) else tuple(_words(f" {text}", self._forms, 1))
        if len(text) <= _LONGEST:
            if len(self) >= _STRETCHES:
                self.clear()
            self[text] = found
        return found


def _words(text: str, forms: FormCache, start: int = 0) -> list[Token]:
    return [Token(match.start() - start, match.end() - start, forms[match[0]]) for match in WORD.finditer(text, start)]


class Analyzer:
    """`protected` are words that are never split (place names); `cache` is the file that keeps forms across runs.

    `version` changes when any result may change: it is made of the rules' version, the packages', and the lists' content.
    """

    def __init__(self, *, protected: Iterable[str] = (), cache: Path | None = None, limit: int = _LIMIT) -> None:
        self._former = Former(protected)
        self.version = self._former.version
        self._forms = FormCache(self._former.build, self.version, cache, limit)
        self._stretches = _Stretches(self._forms)

    def form(self, word: str) -> Form:
        """The form of one word, as if it stood alone."""
        return self._forms[word.encode("utf-8", "replace").decode("utf-8")]  # half a surrogate pair is no letter

    def split(self, word: str) -> tuple[Part, ...]:
        """Where a compound falls into parts, with offsets; empty for a word left whole. Not cached: for highlighting."""
        return self._former.split(word)

    def tokens(self, text: str) -> list[Token]:
        """The words of the text in order, stop words included; the index in the list is the position."""
        tokens = self._joined(text)
        if tokens is None:
            tokens = _words(text, self._forms)
        if ELLIPSIS.search(text):
            resolve(text, tokens, self._forms)
        return tokens

    def _joined(self, text: str) -> list[Token] | None:
        """The words of the stretches between spaces, which are known from other texts; None where a word may hold a space."""
        if text.startswith(_HYPHENS):  # only behind a space is it part of a word
            return None
        stretches, at = self._stretches, 0
        tokens: list[Token] = []
        found: Sequence[Token] | None
        for stretch in text.replace("\n", " ").split(" "):
            found = stretches[stretch]
            if found is None:
                if _GOING_ON.match(text, at + len(stretch)):
                    return None
                found = _words(f" {stretch}", self._forms, 1)
            # the inner loop of everything: a million words a second, which Token(…) would halve
            for start, end, form in found:
                tokens.append(_new_token(Token, (at + start, at + end, form)))
            at += len(stretch) + 1
        return tokens

    def save(self) -> None:
        """Keeps the forms for the next run, where a cache was given. A disk that is full is logged: nothing is lost."""
        self._forms.save()


def municipality_names() -> list[str]:
    """The names of the vocabulary's municipalities and of their parts: "Halle (Westf.)" has Halle, "Horn-Bad Meinberg" Horn."""
    path = resource.folder("vocabulary") / "municipalities.csv"
    with path.open(encoding="utf-8", newline="") as file:
        names = [row["gen"] for row in csv.DictReader(file)]
    pieces = {piece for name in names for piece in _PIECE.findall(name) if piece.lower() not in _NO_NAMES}
    return sorted({*names, *pieces})


def german(cache: Path | None = None) -> Analyzer:
    """The usual analyzer: stop words of stopwords/, the municipalities' names protected."""
    return Analyzer(protected=municipality_names(), cache=cache)
