"""Finds phrases in analyzed text: by stem, inside compounds along their parts, with small gaps. Used by tagging and search.

A phrase of one word fits a word whose stem, or the stem of a run of whole parts, is the phrase's stem ("Leerstandsmanagement"
fits "Wohnungsleerstandsmanagement", "Park" does not fit "Spardose"). In a phrase of several words every word fits in this
way, in order, with at most one foreign word between two of them. Which phrases mean what is the caller's business.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

from kb.language.token import Form, Token

T = TypeVar("T")

# Words without content: they are left out of loose phrases and cost nothing in a gap.
_LISTED = """
der die das des dem den ein eine einer eines einem einen und oder von vom im in am an zum zur zu auf für mit durch nach
bei beim als aus um über unter sich ist sind war waren wird werden wurde wurden hat haben auch
"""
FUNCTION_WORDS = frozenset(_LISTED.split())
_GAP_WORDS = 1  # words with content that may stand between two words of a phrase
_GAP_STEPS = 4  # words of any sort
_REMEMBERED = 300_000  # forms, about 40 MB
_BREAK = re.compile(r"[!?;:]\s|\.\s+[^\W\d_a-zäöüß]|\n\s*\n")


class Words(Protocol):
    """What matching needs of the analyzer (kb/language/)."""

    version: str

    def tokens(self, text: str) -> Sequence[Token]:
        """The words of a text with their offsets."""
        ...


@dataclass(frozen=True, slots=True)
class Phrase(Generic[T]):
    """A phrase to look for and what it stands for. A strict phrase allows no gaps and keeps its small words."""

    text: str
    value: T
    strict: bool = False


class Match(NamedTuple):
    """A phrase at tokens `first` to `last` (inclusive). `whole`: it is these words, not parts of compounds among them."""

    first: int
    last: int
    whole: bool
    entry: Entry


class _Piece(NamedTuple):
    key: str
    folded: str
    upper: str  # an abbreviation has to be written like this: ISG, BID
    paragraph: bool  # a number that has to follow "§"


class Entry(NamedTuple):
    """A phrase as it is looked up. `value` is the phrase's own."""

    text: str
    value: object
    strict: bool
    pieces: tuple[_Piece, ...]


def key_of(stem: str) -> str:
    """A stem without its hyphens: "City-Management" is "Citymanagement"."""
    return stem.replace("-", "")


def keys_of(form: Form) -> tuple[str, ...]:
    """The stem of the word first, then those of its parts and of runs of them."""
    return (key_of(form.stem), *map(key_of, form.part_stems), *map(key_of, form.spans))


def _is_paragraph(text: str, start: int) -> bool:
    return text[max(0, start - 3) : start].rstrip().endswith("§")


def _pieces(phrase: Phrase[T], words: Words) -> tuple[_Piece, ...]:
    tokens = words.tokens(phrase.text)
    if not phrase.strict:
        tokens = [token for token in tokens if token.form.text.lower() not in FUNCTION_WORDS] or tokens
    return tuple(_piece(phrase.text, token) for token in tokens)


def _piece(text: str, token: Token) -> _Piece:
    written = text[token.start : token.end]
    abbreviation = len(written) <= 5 and sum(map(str.isupper, written)) >= 2
    paragraph = written.isdigit() and _is_paragraph(text, token.start)  # "171b" alone is clear, "177" is not
    return _Piece(key_of(token.form.stem), token.form.folded, written if abbreviation else "", paragraph)


class PhraseMatcher(Generic[T]):
    """Looks for many phrases at once; the time does not depend on their number."""

    def __init__(self, phrases: Iterable[Phrase[T]], words: Words) -> None:
        self._starts: dict[str, list[Entry]] = defaultdict(list)
        self._known: dict[str, tuple[tuple[Entry, bool], ...]] = {}
        for phrase in phrases:
            pieces = _pieces(phrase, words)
            if pieces:
                self._starts[pieces[0].key].append(Entry(phrase.text, phrase.value, phrase.strict, pieces))

    def matches(self, text: str, tokens: Sequence[Token]) -> list[Match]:
        """All matches, overlapping ones too, ordered by their first word."""
        known = self._known
        found: list[Match] = []
        for index, token in enumerate(tokens):
            entries = known.get(token.form.text)
            if entries is None:
                entries = self._look_up(token.form)
            for entry, whole in entries:
                match = self._complete(text, tokens, index, entry, whole)
                if match is not None:
                    found.append(match)
        return found

    def _look_up(self, form: Form) -> tuple[tuple[Entry, bool], ...]:
        """The phrases that may begin with this word, remembered."""
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        found: dict[int, tuple[Entry, bool]] = {}
        for position, key in enumerate(keys_of(form)):
            for entry in _nearest(self._starts.get(key, []), form):
                if entry.pieces[0].upper in form.text:
                    found.setdefault(id(entry), (entry, position == 0))
        entries = tuple(found.values())
        self._known[form.text] = entries
        return entries

    def _complete(self, text: str, tokens: Sequence[Token], index: int, entry: Entry, whole: bool) -> Match | None:
        if entry.pieces[0].paragraph and not _is_paragraph(text, tokens[index].start):
            return None
        if len(entry.pieces) == 1:
            return Match(index, index, whole, entry)
        last = index
        for piece in entry.pieces[1:]:
            following = _following(tokens, last, piece, entry.strict)
            if following is None:
                return None
            last, fits_whole = following
            whole = whole and fits_whole
        if _BREAK.search(text, tokens[index].end, tokens[last].start + 1):
            return None
        return Match(index, last, whole, entry)


def _nearest(entries: list[Entry], form: Form) -> list[Entry]:
    """Of phrases that differ in spelling alone those whose first word is written most like this: Parks are not Parken."""
    spellings = {entry.pieces[0].folded for entry in entries if len(entry.pieces) == 1}
    if len(spellings) < 2:
        return entries
    held = [spelling for spelling in spellings if spelling in form.folded]
    longest = max(held, key=len, default="")
    return [entry for entry in entries if len(entry.pieces) > 1 or not held or entry.pieces[0].folded == longest]


def _following(tokens: Sequence[Token], last: int, piece: _Piece, strict: bool) -> tuple[int, bool] | None:
    """The next word that fits the piece, if it is near enough; and whether it fits as a whole."""
    foreign = 0
    for index in range(last + 1, min(len(tokens), last + (2 if strict else 2 + _GAP_STEPS))):
        form = tokens[index].form
        keys = keys_of(form)
        if piece.key in keys and piece.upper in form.text:
            return index, piece.key == keys[0]
        foreign += not (form.stop or form.text.isdigit() or form.text.lower() in FUNCTION_WORDS)
        if foreign > _GAP_WORDS:
            return None
    return None
