"""The shapes of the vocabulary: topic, programme, kind. No reading, no searching."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_REST = re.compile(r"[^a-z0-9]+")


def slug(label: str) -> str:
    """The id that a preferred label gives: "Hof- und Fassadenprogramm" → "hof-und-fassadenprogramm"."""
    return _REST.sub("-", label.lower().translate(_ASCII)).strip("-")


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic: `label` is shown, `alternatives` are other names, `hidden` misspellings (found, never shown).

    `broader` and `related` are ids. `phrases` are ways to say it without naming it, `indicators` words that occur where it
    is spoken of, `exclusions` words and phrases that contain a name and mean something else.
    """

    id: str
    label: str
    alternatives: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    definition: str = ""
    scope_note: str = ""
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All labels, the preferred one first, the hidden ones last."""
        return (self.label, *self.alternatives, *self.hidden)


@dataclass(frozen=True, slots=True)
class Programme:
    """A funding programme that admitted projects from `first_year` to `last_year` (None: still does).

    `replaced_by` are the ids of the programmes in which it went on.
    """

    id: str
    label: str
    first_year: int
    last_year: int | None = None
    alternatives: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    definition: str = ""
    scope_note: str = ""
    replaced_by: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All labels, the preferred one first, the hidden ones last."""
        return (self.label, *self.alternatives, *self.hidden)

    @property
    def years(self) -> str:
        """The years as one writes them: "2004–2016", "seit 2020"."""
        return f"{self.first_year}–{self.last_year}" if self.last_year else f"seit {self.first_year}"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document with its German names.

    `names` are what such a document calls itself, `cues` words that hardly occur in other kinds, `hints` words that are
    more frequent in this one.
    """

    id: str
    singular: str
    plural: str
    definition: str = ""
    names: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in vocabulary files, in the files' order, not yet checked."""

    topics: tuple[Topic, ...] = ()
    programmes: tuple[Programme, ...] = ()
    kinds: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a vocabulary file. `line` counts from 1, 0 where unknown; a warning keeps nobody from using it."""

    file: str
    line: int
    code: str
    message: str
    warning: bool = False

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {'warning: ' if self.warning else ''}{self.message}"
