"""What stands around a name: the words before and after it, and the word lists that the rules of sense.py look them up in.

The lists are data, vocabulary/place_context.toml; what each one is for stands beside it there.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, fields
from functools import cached_property

from kb import resource
from kb.gazetteer import NameForm

_REACH = 80  # characters looked at on either side
_TOKEN = re.compile(r"\n[ \t]*\n|\w+(?:[-’']\w+)*|[^\w\s]")
_COMPOUND_BEFORE = re.compile(r"([^\W_][\w-]*)-$")
_COMPOUND_AFTER = re.compile(r"-([^\W_][\w-]{0,60})")


@dataclass(frozen=True, slots=True)
class WordLists:
    """The lists of vocabulary/place_context.toml as sets of lower-case words, and the first names as written."""

    trigger: frozenset[str]
    trigger_plural: frozenset[str]
    municipal_noun: frozenset[str]
    county: frozenset[str]
    county_plural: frozenset[str]
    institution: frozenset[str]
    club: frozenset[str]
    district: frozenset[str]
    person: frozenset[str]
    office: frozenset[str]
    house: frozenset[str]
    street: frozenset[str]
    compound_end: frozenset[str]
    quarter: frozenset[str]
    prefix: frozenset[str]
    determiner: frozenset[str]
    place_adjective: frozenset[str]
    foreign_adjective: frozenset[str]
    foreign_place: frozenset[str]
    own_place: frozenset[str]
    preposition: frozenset[str]
    weak_preposition: frozenset[str]
    town_verb: frozenset[str]
    singular: frozenset[str]
    not_verb: frozenset[str]
    after_verb: frozenset[str]
    neighbour_of_noun: frozenset[str]
    town_verb_before: frozenset[str]
    behind: frozenset[str]
    organization: frozenset[str]
    link: frozenset[str]
    meeting_field: frozenset[str]
    comparison: frozenset[str]
    visitor: frozenset[str]
    passing: frozenset[str]
    station: frozenset[str]
    reporting: frozenset[str]
    first_name: frozenset[str]
    version: str

    @classmethod
    def load(cls) -> WordLists:
        """The lists as they are shipped."""
        folder = resource.folder("vocabulary")
        lists, names = (folder / "place_context.toml").read_bytes(), (folder / "first_names.txt").read_bytes()
        tables = {name: frozenset(words.split()) for name, words in tomllib.loads(lists.decode()).items()}
        first = (line.split() for line in names.decode().splitlines() if not line.startswith("#"))
        version = hashlib.sha256(lists + names).hexdigest()[:12]
        return cls(**tables, first_name=frozenset(name for line in first for name in line), version=version)


assert [field.name for field in fields(WordLists)][-2:] == ["first_name", "version"]  # noqa: S101 - what load() adds


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch of text that looks like a municipality's name. `homograph`: what else it may be (gazetteer)."""

    form: NameForm
    start: int
    end: int
    homograph: str | None


class Context:
    """The surroundings of a candidate. `before` and `after` are words and signs up to the next empty line, the nearest first,
    as written."""

    def __init__(self, text: str, candidate: Candidate) -> None:
        self.text = text
        self.candidate = candidate
        start, end = candidate.start, candidate.end
        self.before = _up_to_paragraph(_TOKEN.findall(text, max(0, start - _REACH), start)[::-1])
        self.after = _up_to_paragraph(_TOKEN.findall(text, end, end + _REACH))

    def left(self, place: int = 0) -> str:
        """The word `place` words before, lower case; "" where the paragraph begins."""
        return self.before[place].lower() if place < len(self.before) else ""

    def right(self, place: int = 0) -> str:
        """The word `place` words behind, lower case; "" where the paragraph ends."""
        return self.after[place].lower() if place < len(self.after) else ""

    @cached_property
    def compound_before(self) -> str:
        """What is joined to the front by a hyphen ("Velbert" in Velbert-Langenberg), "" for nothing."""
        start = self.candidate.start
        if self.text[max(0, start - 1) : start] != "-":
            return ""
        match = _COMPOUND_BEFORE.search(self.text, max(0, start - 40), start)
        return match.group(1) if match else ""

    @cached_property
    def compound_after(self) -> str:
        """What is joined to the end by a hyphen ("Hörde" in Dortmund-Hörde), "" for nothing."""
        match = _COMPOUND_AFTER.match(self.text, self.candidate.end)
        return match.group(1) if match else ""

    @cached_property
    def opens_line(self) -> bool:
        """Whether nothing but signs stands before it in its line."""
        before = self.text[max(0, self.candidate.start - _REACH) : self.candidate.start]
        return not any(map(str.isalnum, before.rpartition("\n")[2]))

    @cached_property
    def ends_line(self) -> bool:
        """Whether nothing but signs stands behind it in its line."""
        return not any(map(str.isalnum, self.text[self.candidate.end : self.candidate.end + _REACH].partition("\n")[0]))

    @cached_property
    def opens_sentence(self) -> bool:
        """Whether it may have its capital letter from the beginning of a sentence."""
        first = self.before[0] if self.before else ""
        if not first or first in '.!?:;•·▪–„“"»*':
            return not (first == "." and len(self.before) > 1 and len(self.before[1]) <= 2)
        if first == ")" and self.before[1:2] != [] and self.before[1].isdigit():  # "(7) Wenden ist verboten"
            return True
        return self.opens_line and not first[0].islower() and first not in ",(/"


def _up_to_paragraph(tokens: list[str]) -> list[str]:
    """The words and signs up to the next empty line."""
    for place, token in enumerate(tokens):
        if token[0] == "\n":
            return tokens[:place]
    return tokens
