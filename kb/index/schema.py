"""The fields of the index and how a record becomes an entry: the one place that decides which term goes where.

An entry is what an engine stores: terms already analyzed and joined by spaces, values for filters and facets, sort keys,
and one opaque block of bytes for showing the hit (forward.py). `VERSION` stands beside every index together with the
analyzer's version; an index of other versions is built anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Protocol

from kb.index import forward
from kb.index.forward import MOST
from kb.index.record import IndexRecord
from kb.language.token import Form, Token

VERSION = "5"

WORD, STEM, PART, ROOT, TITLE = "word", "stem", "part", "root", "title"
HEADING, GRAM, SURFACE = "heading", "gram", "surface"
POSITIONS = (WORD, STEM)
FREQUENCIES = (PART, ROOT, TITLE, HEADING, GRAM)

TOPIC, MUNICIPALITY, KIND, YEAR, REGBEZ = "topic", "municipality", "kind", "year", "regbez"
PROGRAMME, POPULATION, VISIBILITY, MENTION, PAGE = "programme", "population_class", "visibility", "mention", "page"
FACETS = (TOPIC, MUNICIPALITY, KIND, YEAR, REGBEZ, PROGRAMME, POPULATION)
VALUES = (*FACETS, VISIBILITY, MENTION, PAGE)

GRAM_LENGTH = 5
SEPARATOR = "\x1f"
UNKNOWN_DATE = 99999999

# Stands between title, headings and text where positions count, so that no phrase reaches across.
_GAP = "\x1e \x1e \x1e"


class Analyzer(Protocol):
    """What indexing and searching need of kb.language; `version` changes whenever a text may come out differently."""

    version: str

    def tokens(self, text: str) -> list[Token]:
        """The words of a text in order, stop words included."""
        ...

    def form(self, word: str) -> Form:
        """The form of one word, as if it stood alone."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as an engine takes it.

    `texts` maps the text fields to terms joined by spaces, `values` the value fields to their values. `newest` and
    `oldest` are dates as yyyymmdd, 0 and 99999999 where unknown, so that both orders end with the undated.
    """

    id: str
    key: str
    texts: Mapping[str, str]
    values: Mapping[str, tuple[str, ...]]
    year: int
    newest: int
    oldest: int
    title_key: str
    stored: bytes


@lru_cache(maxsize=200_000)
def term(text: str) -> str:
    """A term as it stands in the index: without spaces, because spaces part the terms."""
    return text if text.isalnum() else "".join(text.split())


def part_terms(form: Form) -> tuple[str, ...]:
    """What an ordinary search may find the word by: its stem, its parts, their runs."""
    return tuple(dict.fromkeys(term(text) for text in (form.stem, *form.part_stems, *form.spans) if text))


# Endings that make nouns of verbs and adjectives of nouns; longest first, at most three are taken off.
_ENDINGS = (
    *("ierung", "ungen", "ieren", "lichkeit", "igkeit", "barkeit", "samkeit", "isch", "lich", "bar", "sam"),
    *("keit", "heit", "schaft", "ung", "ion", "end", "tum", "nis", "ig", "er", "en", "el", "e", "n", "t", "s"),
)
_ROOT = 4


@lru_cache(maxsize=200_000)
def root(stem: str) -> str:
    """What verb, noun and adjective share (dulden, Duldung): the stem without its endings, four letters at least."""
    for _ in range(3):
        ending = next((one for one in _ENDINGS if stem.endswith(one) and len(stem) - len(one) >= _ROOT), "")
        if not ending:
            break
        stem = stem.removesuffix(ending)
    return stem


def root_terms(form: Form) -> tuple[str, ...]:
    """The roots of a word, its parts and their runs."""
    return tuple(dict.fromkeys(map(root, part_terms(form))))


def rooted(root: str) -> str:
    """The name of a root in the stored block; words have it there that do not have the root itself as a part term."""
    return f"{root}{SEPARATOR}"


def grams(folded: str) -> tuple[str, ...]:
    """The runs of five letters of a folded word; a shorter word is its own run."""
    if len(folded) <= GRAM_LENGTH:
        return (folded,)
    return tuple(folded[start : start + GRAM_LENGTH] for start in range(len(folded) - GRAM_LENGTH + 1))


def _surface(text: str, folded: str) -> str:
    return f"{folded}{SEPARATOR}{text}" if len(folded) > 3 and text.replace("-", "").isalpha() else ""


@dataclass(frozen=True, slots=True)
class _Terms:
    """All that the index takes of a form, terms of one field joined by spaces. Stop words have `word` and `stem` only."""

    form: Form
    word: str
    stem: str
    parts: str = ""
    roots: str = ""
    grams: str = ""
    surface: str = ""
    checksums: tuple[int, ...] = ()


# Forms are shared objects, so they are known by their address, which is a tenth of the work of comparing them.
_known: dict[int, _Terms] = {}
_KNOWN = 60_000  # about 60 MB


def _terms(form: Form) -> _Terms:
    found = _known.get(id(form))
    if found is None or found.form is not form:
        if len(_known) >= _KNOWN:
            for old in list(_known)[: _KNOWN // 2]:
                _known.pop(old, None)
        found = _known[id(form)] = _made(form)
    return found


def _made(form: Form) -> _Terms:
    word, stem = term(form.folded), term(form.stem)
    if form.stop:
        return _Terms(form, word, stem)
    parts, roots = part_terms(form), root_terms(form)
    return _Terms(
        form,
        word,
        stem,
        parts=" ".join(parts),
        roots=" ".join(roots),
        grams=" ".join(grams(word)),
        surface=_surface(form.text, form.folded),
        checksums=tuple(map(forward.checksum, (*parts, *(rooted(one) for one in roots if one not in parts)))),
    )


def _analyzed(analyzer: Analyzer, text: str) -> list[_Terms]:
    return [_terms(token.form) for token in analyzer.tokens(text)]


def _positioned(groups: Iterable[list[str]]) -> str:
    return f" {_GAP} ".join(" ".join(group) for group in groups if group)


def _fields(title: list[_Terms], headings: list[_Terms], names: list[_Terms], body: list[_Terms]) -> dict[str, str]:
    """Title, file names and headings count as text too, so that one field decides whether a document matches."""
    groups = (title, names, body)
    telling = [one for group in groups for one in group if one.checksums]
    return {
        WORD: _positioned([one.word for one in group] for group in groups),
        STEM: _positioned([one.stem for one in group] for group in groups),
        PART: " ".join([one.parts for one in telling]),
        ROOT: " ".join([one.roots for one in telling]),
        TITLE: " ".join([one.parts for one in title if one.checksums]),
        HEADING: " ".join([one.parts for one in headings if one.checksums]),
        GRAM: " ".join([one.grams for one in telling]),
        SURFACE: " ".join(dict.fromkeys([one.surface for one in telling if one.surface])),
    }


def _values(record: IndexRecord) -> dict[str, tuple[str, ...]]:
    values: dict[str, tuple[str, ...]] = {
        TOPIC: record.topics,
        MUNICIPALITY: record.owners or record.municipalities,
        KIND: (record.kind,) if record.kind else (),
        YEAR: (str(record.year),) if record.year else (),
        REGBEZ: record.regbez,
        PROGRAMME: record.programmes,
        POPULATION: record.population_classes,
        VISIBILITY: (record.visibility.value,),
        MENTION: (*record.owners, *record.municipalities),
        PAGE: tuple(str(passage.page) for passage in record.passages),
    }
    return {field: tuple(dict.fromkeys(found)) for field, found in values.items()}


def _occurrences(passages: Iterable[tuple[list[Token], list[_Terms]]]) -> tuple[list[int], list[int]]:
    """Checksums of the terms in reading order, and for each the passage's index, its start and length in it."""
    checksums: list[int] = []
    places: list[int] = []
    for index, (tokens, body) in enumerate(islice(passages, MOST + 1)):
        for (start, end, _), one in zip(tokens, body, strict=True):
            found = one.checksums
            if found and start <= MOST:
                checksums += found
                places += (index, start, min(end - start, MOST)) * len(found)
    return checksums, places


def _date(text: str, missing: int) -> int:
    digits = text.replace("-", "")
    return int(digits.ljust(8, "0")) if digits.isdigit() else missing


def entry_of(record: IndexRecord, analyzer: Analyzer) -> Entry:
    """The record with every text analyzed."""
    title = _analyzed(analyzer, record.title)
    headings = [one for heading in record.sections for one in _analyzed(analyzer, heading)]
    names = [one for name in record.file_names for one in _analyzed(analyzer, name.replace("_", " "))]
    tokens = [analyzer.tokens(passage.text) for passage in record.passages]
    body = [[_terms(form) for _, _, form in passage] for passage in tokens]
    return Entry(
        id=record.id,
        key=record.key,
        texts=_fields(title, headings, names, [one for passage in body for one in passage]),
        values=_values(record),
        year=record.year or 0,
        newest=_date(record.date, 0),
        oldest=_date(record.date, UNKNOWN_DATE),
        title_key=" ".join(one.form.folded for one in title),
        stored=forward.encode(record, *_occurrences(zip(tokens, body, strict=True))),
    )
