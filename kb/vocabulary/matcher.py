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
from functools import lru_cache
from operator import attrgetter
from typing import Generic, NamedTuple, Protocol, TypeVar

from kb.language.folding import fold
from kb.language.memory import FormMemory
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
_FIRST = attrgetter("first")
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


class _Beside(NamedTuple, Generic[T]):
    """A strict phrase that a word may be of, whether it is the word itself, and the key of the word beside it: `step` is 1
    for the next word, -1 for the one before."""

    entry: Entry[T]
    whole: bool
    step: int
    key: str


class _Begun(NamedTuple, Generic[T]):
    """The phrases that a word may be of, each with whether it is the word itself: of one word, strict ones, and loose ones
    by the key of their second word, so that only those are looked at whose next word is there."""

    single: tuple[tuple[Entry[T], bool], ...]
    strict: tuple[_Beside[T], ...]
    loose: dict[str, list[tuple[Entry[T], bool]]]


class _Word(NamedTuple, Generic[T]):
    """What is known of a form: its text and keys, which of these stand beside the anchor of a phrase, whether it may stand in
    a gap at no cost, and the phrases it begins; None where there are none, as for most words."""

    text: str
    keys: tuple[str, ...]
    beside: tuple[str, ...]
    light: bool
    begun: _Begun[T] | None


class Match(NamedTuple, Generic[T]):
    """A phrase at tokens `first` to `last` (inclusive). `whole`: it is these words, not parts of compounds among them."""

    first: int
    last: int
    whole: bool
    entry: Entry[T]


@lru_cache(maxsize=1 << 16)
def key_of(stem: str) -> str:
    """A stem as it is compared: folded, without hyphens ("City-Management" is "Citymanagement")."""
    return fold(stem).replace("-", "")


def keys_of(form: Form) -> tuple[str, ...]:
    """The stem of the word first, then those of its parts and of runs of them."""
    return (key_of(form.stem), *map(key_of, form.part_stems), *map(key_of, form.spans))


_KEYS = FormMemory(keys_of)  # the same for all matchers


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
        self._beside: set[str] = set()
        self._memory = FormMemory(self._look_up)
        for phrase in phrases:
            entry = _entry(phrase, words, cased)
            if entry:
                self._anchors[entry.pieces[entry.anchor].key].append(entry)
                if len(entry.pieces) > 1:
                    self._beside.add(entry.pieces[entry.anchor + _step(entry)].key)

    def matches(self, text: str, tokens: Sequence[Token], forms: Sequence[str] | None = None) -> list[Match[T]]:
        """All matches, overlapping ones too, in the order of their first words. `forms`: the texts of the words' forms, where
        the caller has them at hand."""
        words = self._memory.of_all(tokens, forms)
        found: list[Match[T]] = []
        for index, word in enumerate(words):
            begun = word.begun
            if begun is None:
                continue
            for entry, whole in begun.single:
                if not entry.pieces[0].paragraph or _is_paragraph(text, tokens[index].start):
                    found.append(Match(index, index, whole, entry))
            if begun.strict or begun.loose:
                for entry, whole in _candidates(begun, words, index):
                    match = _complete(text, tokens, words, index, entry, whole)
                    if match is not None:
                        found.append(match)
        found.sort(key=_FIRST)
        return found

    def _look_up(self, form: Form) -> _Word[T]:
        """What is to be known of a form."""
        keys = _KEYS.of(form)
        beside = tuple(key for key in dict.fromkeys(keys) if key in self._beside)
        light = form.stop or form.text.isdigit() or form.text.lower() in FUNCTION_WORDS
        return _Word(form.text, keys, beside, light, self._begun(form, keys))

    def _begun(self, form: Form, keys: Sequence[str]) -> _Begun[T] | None:
        """The phrases that may be found by this word."""
        found: dict[int, tuple[Entry[T], bool]] = {}
        for position, key in enumerate(keys):
            entries = self._anchors.get(key)
            for entry in _nearest(entries, form) if entries else ():
                if entry.pieces[entry.anchor].upper in form.text:
                    found.setdefault(id(entry), (entry, position == 0))
        if not found:
            return None
        single = tuple(pair for pair in found.values() if len(pair[0].pieces) == 1)
        strict: list[_Beside[T]] = []
        loose: dict[str, list[tuple[Entry[T], bool]]] = defaultdict(list)
        for entry, whole in found.values():
            if len(entry.pieces) == 1:
                continue
            step = _step(entry)
            key = entry.pieces[entry.anchor + step].key
            if entry.strict:
                strict.append(_Beside(entry, whole, step, key))
            else:
                loose[key].append((entry, whole))
        return _Begun(single, tuple(strict), dict(loose))


def _step(entry: Entry[T]) -> int:
    """Where the word stands that is looked at next, counted from the anchor of a phrase of several words."""
    return 1 if entry.anchor + 1 < len(entry.pieces) else -1


def _candidates(begun: _Begun[T], words: Sequence[_Word[T]], index: int) -> list[tuple[Entry[T], bool]]:
    """The phrases of several words whose next word is there too."""
    found = [
        (entry, whole)
        for entry, whole, step, key in begun.strict
        if 0 <= index + step < len(words) and key in words[index + step].beside
    ]
    loose = begun.loose
    if loose:
        keys: list[str] = []
        for word in words[index + 1 : index + 2 + _GAP_STEPS]:
            for key in word.beside:
                if key in loose and key not in keys:
                    keys.append(key)
                    found += loose[key]
    return found


def _complete(
    text: str, tokens: Sequence[Token], words: Sequence[_Word[T]], index: int, entry: Entry[T], whole: bool
) -> Match[T] | None:
    found = _contiguous(words, index, entry) if entry.strict else _gapped(words, index, entry)
    if found is None:
        return None
    first, last, rest_whole = found
    if entry.pieces[0].paragraph and not _is_paragraph(text, tokens[first].start):
        return None
    if _BREAK.search(text, tokens[first].end, tokens[last].start + 1):
        return None
    return Match(first, last, whole and rest_whole, entry)


def _contiguous(words: Sequence[_Word[T]], index: int, entry: Entry[T]) -> tuple[int, int, bool] | None:
    first = index - entry.anchor
    last = first + len(entry.pieces) - 1
    if first < 0 or last >= len(words):
        return None
    whole = True
    for position, piece in enumerate(entry.pieces, first):
        fit = True if position == index else _fits(words[position], piece)
        if fit is None:
            return None
        whole = whole and fit
    return first, last, whole


def _gapped(words: Sequence[_Word[T]], index: int, entry: Entry[T]) -> tuple[int, int, bool] | None:
    last, whole = index, True
    for piece in entry.pieces[1:]:
        following = _following(words, last, piece)
        if following is None:
            return None
        last, fit = following
        whole = whole and fit
    return index, last, whole


def _following(words: Sequence[_Word[T]], last: int, piece: _Piece) -> tuple[int, bool] | None:
    """The next word that fits the piece, if it is near enough; and whether it fits as a whole."""
    foreign = 0
    for index in range(last + 1, min(len(words), last + 2 + _GAP_STEPS)):
        word = words[index]
        fit = _fits(word, piece)
        if fit is not None:
            return index, fit
        if not word.light:
            foreign += 1
            if foreign > _GAP_WORDS:
                return None
    return None


def _fits(word: _Word[T], piece: _Piece) -> bool | None:
    """True: the word is the piece; False: a part of it is; None: it is not."""
    if piece.key not in word.keys or piece.upper not in word.text:
        return None
    return piece.key == word.keys[0]


def _nearest(entries: list[Entry[T]], form: Form) -> list[Entry[T]]:
    """Of phrases that differ in spelling alone those whose first word is written most like this: Parks are not Parken."""
    spellings = {entry.pieces[0].folded for entry in entries if len(entry.pieces) == 1}
    if len(spellings) < 2:
        return entries
    held = [spelling for spelling in spellings if spelling in form.folded]
    longest = max(held, key=len, default="")
    return [entry for entry in entries if len(entry.pieces) > 1 or not held or entry.pieces[0].folded == longest]
