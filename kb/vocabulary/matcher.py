"""Finds phrases in analyzed text: by stem, inside compounds along their parts, with small gaps. Used by tagging and search.

A phrase of one word fits a word whose stem, or the stem of a run of whole parts, is the phrase's stem ("Leerstandsmanagement"
fits "Wohnungsleerstandsmanagement", "Park" does not fit "Spardose"). In a phrase of several words every word fits in this
way, in order, with at most one foreign word between two of them. Which phrases mean what is the caller's business.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Generic, NamedTuple, Protocol, TypeVar

from kb.language.folding import fold
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


class _Piece(NamedTuple):
    key: str
    folded: str
    upper: str  # an abbreviation has to be written like this: ISG, BID
    paragraph: bool  # a number that has to follow "§"


class Entry(NamedTuple, Generic[T]):
    """A phrase as it is looked up: found by the piece at `anchor`, which for a loose phrase is its first."""

    text: str
    value: T
    strict: bool
    pieces: tuple[_Piece, ...]
    anchor: int


class _Begun(NamedTuple, Generic[T]):
    """The phrases that a word may be of, each with whether it is the word itself: of one word, strict ones, and loose ones
    by the key of their second word, so that only those are looked at whose second word follows."""

    single: tuple[tuple[Entry[T], bool], ...]
    strict: tuple[tuple[Entry[T], bool], ...]
    loose: dict[str, list[tuple[Entry[T], bool]]]


class Match(NamedTuple, Generic[T]):
    """A phrase at tokens `first` to `last` (inclusive). `whole`: it is these words, not parts of compounds among them."""

    first: int
    last: int
    whole: bool
    entry: Entry[T]


def key_of(stem: str) -> str:
    """A stem as it is compared: folded, without hyphens ("City-Management" is "Citymanagement")."""
    return fold(stem).replace("-", "")


def keys_of(form: Form) -> tuple[str, ...]:
    """The stem of the word first, then those of its parts and of runs of them."""
    return (key_of(form.stem), *map(key_of, form.part_stems), *map(key_of, form.spans))


def _is_paragraph(text: str, start: int) -> bool:
    return text[max(0, start - 3) : start].rstrip().endswith("§")


def _entry(phrase: Phrase[T], words: Words, cased: bool) -> Entry[T] | None:
    tokens = words.tokens(phrase.text)
    content = [token for token in tokens if token.form.text.lower() not in FUNCTION_WORDS]
    strict = phrase.strict or len(content) < min(2, len(tokens))  # "auf Zeit" without its small word would be "Zeit"
    if not strict:
        tokens = content
    pieces = tuple(_piece(phrase.text, token, cased) for token in tokens)
    if not pieces:
        return None
    anchor = max(range(len(pieces)), key=lambda index: len(pieces[index].key)) if strict else 0
    return Entry(phrase.text, phrase.value, strict, pieces, anchor)


def _piece(text: str, token: Token, cased: bool) -> _Piece:
    written = text[token.start : token.end]
    capitals = sum(map(str.isupper, written))
    abbreviation = cased and (capitals > 1 and (len(written) <= 5 or capitals == len(written)))
    paragraph = written.isdigit() and _is_paragraph(text, token.start)  # "171b" alone is clear, "177" is not
    return _Piece(key_of(token.form.stem), token.form.folded, written if abbreviation else "", paragraph)


class PhraseMatcher(Generic[T]):
    """Looks for many phrases at once; the time does not depend on their number.

    `cased`: abbreviations count only as they are written in the phrase (ISG, ÖPNV), which people who search do not heed.
    """

    def __init__(self, phrases: Iterable[Phrase[T]], words: Words, *, cased: bool = True) -> None:
        self._anchors: dict[str, list[Entry[T]]] = defaultdict(list)
        self._known: dict[str, _Begun[T]] = {}
        self._keys: dict[str, tuple[str, ...]] = {}
        self._light: dict[str, bool] = {}  # forms that may stand in a gap at no cost
        for phrase in phrases:
            entry = _entry(phrase, words, cased)
            if entry:
                self._anchors[entry.pieces[entry.anchor].key].append(entry)

    def matches(self, text: str, tokens: Sequence[Token]) -> list[Match[T]]:
        """All matches, overlapping ones too, in the order of their first words."""
        known = self._known
        found: list[Match[T]] = []
        keys: list[tuple[str, ...]] | None = None
        for index, token in enumerate(tokens):
            begun = known.get(token.form.text)
            if begun is None:
                begun = self._look_up(token.form)
            for entry, whole in begun.single:
                if not entry.pieces[0].paragraph or _is_paragraph(text, token.start):
                    found.append(Match(index, index, whole, entry))
            candidates = begun.strict
            if begun.loose:
                if keys is None:
                    keys = [self._keys_of(one.form) for one in tokens]
                candidates = (*candidates, *_followed(begun.loose, keys, index))
            for entry, whole in candidates:
                match = self._complete(text, tokens, index, entry, whole)
                if match is not None:
                    found.append(match)
        found.sort(key=lambda match: match.first)
        return found

    def _keys_of(self, form: Form) -> tuple[str, ...]:
        found = self._keys.get(form.text)
        if found is None:
            found = self._keys[form.text] = keys_of(form)
        return found

    def _look_up(self, form: Form) -> _Begun[T]:
        """The phrases that may be found by this word, remembered."""
        if len(self._known) > _REMEMBERED:
            self._known.clear()
            self._keys.clear()
            self._light.clear()
        found: dict[int, tuple[Entry[T], bool]] = {}
        for position, key in enumerate(self._keys_of(form)):
            for entry in _nearest(self._anchors.get(key, []), form):
                if entry.pieces[entry.anchor].upper in form.text:
                    found.setdefault(id(entry), (entry, position == 0))
        single = tuple(pair for pair in found.values() if len(pair[0].pieces) == 1)
        strict = tuple(pair for pair in found.values() if len(pair[0].pieces) > 1 and pair[0].strict)
        loose: dict[str, list[tuple[Entry[T], bool]]] = defaultdict(list)
        for entry, whole in found.values():
            if len(entry.pieces) > 1 and not entry.strict:
                loose[entry.pieces[1].key].append((entry, whole))
        begun = self._known[form.text] = _Begun(single, strict, dict(loose))
        return begun

    def _complete(
        self, text: str, tokens: Sequence[Token], index: int, entry: Entry[T], whole: bool
    ) -> Match[T] | None:
        found = self._contiguous(tokens, index, entry) if entry.strict else self._gapped(tokens, index, entry)
        if found is None:
            return None
        first, last, rest_whole = found
        if entry.pieces[0].paragraph and not _is_paragraph(text, tokens[first].start):
            return None
        if _BREAK.search(text, tokens[first].end, tokens[last].start + 1):
            return None
        return Match(first, last, whole and rest_whole, entry)

    def _contiguous(self, tokens: Sequence[Token], index: int, entry: Entry[T]) -> tuple[int, int, bool] | None:
        first = index - entry.anchor
        last = first + len(entry.pieces) - 1
        if first < 0 or last >= len(tokens):
            return None
        whole = True
        for position, piece in enumerate(entry.pieces, first):
            fit = True if position == index else self._fits(tokens[position].form, piece)
            if fit is None:
                return None
            whole = whole and fit
        return first, last, whole

    def _gapped(self, tokens: Sequence[Token], index: int, entry: Entry[T]) -> tuple[int, int, bool] | None:
        last, whole = index, True
        for piece in entry.pieces[1:]:
            following = self._following(tokens, last, piece)
            if following is None:
                return None
            last, fit = following
            whole = whole and fit
        return index, last, whole

    def _following(self, tokens: Sequence[Token], last: int, piece: _Piece) -> tuple[int, bool] | None:
        """The next word that fits the piece, if it is near enough; and whether it fits as a whole."""
        foreign = 0
        for index in range(last + 1, min(len(tokens), last + 2 + _GAP_STEPS)):
            form = tokens[index].form
            fit = self._fits(form, piece)
            if fit is not None:
                return index, fit
            light = self._light.get(form.text)
            if light is None:
                light = self._light[form.text] = form.stop or form.text.isdigit() or form.text.lower() in FUNCTION_WORDS
            if not light:
                foreign += 1
                if foreign > _GAP_WORDS:
                    return None
        return None

    def _fits(self, form: Form, piece: _Piece) -> bool | None:
        """True: the word is the piece; False: a part of it is; None: it is not."""
        keys = self._keys_of(form)
        if piece.key not in keys or piece.upper not in form.text:
            return None
        return piece.key == keys[0]


def _followed(
    loose: dict[str, list[tuple[Entry[T], bool]]], keys: Sequence[tuple[str, ...]], index: int
) -> Iterator[tuple[Entry[T], bool]]:
    """The phrases whose second word is among the next words."""
    seconds = {key: None for following in keys[index + 1 : index + 2 + _GAP_STEPS] for key in following if key in loose}
    return chain.from_iterable(loose[key] for key in seconds)


def _nearest(entries: list[Entry[T]], form: Form) -> list[Entry[T]]:
    """Of phrases that differ in spelling alone those whose first word is written most like this: Parks are not Parken."""
    spellings = {entry.pieces[0].folded for entry in entries if len(entry.pieces) == 1}
    if len(spellings) < 2:
        return entries
    held = [spelling for spelling in spellings if spelling in form.folded]
    longest = max(held, key=len, default="")
    return [entry for entry in entries if len(entry.pieces) > 1 or not held or entry.pieces[0].folded == longest]
