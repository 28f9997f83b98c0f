"""The shapes of a search: what is asked and what is answered. No engine is known here."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from kb.model import PUBLIC, Viewer


class Sort(StrEnum):
    """The order of hits."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"


class Mode(StrEnum):
    """How many of the words must be there: as the search service judges best, all of them, or the best matches."""

    AUTO = "auto"
    ALL = "all"
    BEST = "best"


ALL_FACETS = ("topic", "municipality", "kind", "year", "regbez", "programme", "population_class")


@dataclass(frozen=True, slots=True)
class Filters:
    """Chosen facet values: OR within a facet, AND across facets. `years` is an inclusive range, None: open.

    `document` narrows to one document (the hits within it).
    """

    topic: tuple[str, ...] = ()
    municipality: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    regbez: tuple[str, ...] = ()
    programme: tuple[str, ...] = ()
    population_class: tuple[str, ...] = ()
    years: tuple[int | None, int | None] = (None, None)
    document: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A search as a person asks it. `page` counts from 1, `size` hits a page; `expand` adds thesaurus terms.

    `facets` are those whose values are counted; none makes the answer quicker.
    """

    text: str
    filters: Filters = Filters()
    viewer: Viewer = PUBLIC
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    size: int = 10
    expand: bool = True
    explain: bool = False
    mode: Mode = Mode.AUTO
    facets: tuple[str, ...] = ALL_FACETS


@dataclass(frozen=True, slots=True)
class HitPassage:
    """A passage of a hit: `highlights` are character ranges in `text`."""

    ordinal: int
    page: int
    text: str
    section: str = ""
    highlights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found: points to it, never is one. `municipalities` are AGS of owners and subjects."""

    document: str
    title: str
    kind: str
    municipalities: tuple[str, ...]
    year: int | None
    score: float
    passages: tuple[HitPassage, ...] = ()
    explanation: str = ""


class FacetCount(NamedTuple):
    """How many hits one would get with this value. `level` is the depth in the topic tree, 0 elsewhere.

    A tuple, because an answer has hundreds of them, and a dataclass takes three times as long to make.
    """

    value: str
    label: str
    count: int  # type: ignore[assignment]  # hides the method of tuples
    selected: bool = False
    level: int = 0


@dataclass(frozen=True, slots=True)
class Expansion:
    """A thesaurus term that was added to the query, and the word it was added for."""

    word: str
    term: str
    topic: str


@dataclass(frozen=True, slots=True)
class Results:
    """The answer. `notices` are German sentences for above the hits: what was not understood, which mode was used.

    `further` are the best documents with a part of the words, on the first page of keywords of which few documents have
    all; they are neither in `total` nor in the facets.
    """

    query: Query
    total: int
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    suggestion: str = ""
    expansions: tuple[Expansion, ...] = ()
    milliseconds: float = 0.0
    explanation: str = ""
    further: tuple[Hit, ...] = ()
