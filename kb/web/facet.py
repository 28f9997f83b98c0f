"""The facets as the result page shows them: values, the tree of topics, the years as bars, and what is chosen as chips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb.gazetteer import PopulationClass
from kb.index.query import FacetCount, Results
from kb.web.address import FACETS, Address
from kb.web.choice import Choices
from kb.web.site import Site

# Values of a facet that are shown at once; of the rest, the most frequent are one click away.
SHOWN = 8
MORE = 60
OPEN = ("thema", "kommune", "art")
# Bars that fit beside the hits, each wide enough to be hit by a finger; a bar stands for so many years.
_BARS = 11
_WIDTHS = (1, 2, 5, 10, 20, 50, 100, 1000)


@dataclass(frozen=True, slots=True)
class Group:
    """A value with all that is below it in the tree. It stands open where something in it is chosen."""

    value: FacetCount
    below: tuple[FacetCount, ...]

    @property
    def is_open(self) -> bool:
        """Whether a value of the group is chosen."""
        return self.value.selected or any(one.selected for one in self.below)


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet: a tree of `groups`, or its `first` values and `more`; `left` counts those that are not listed at all.

    `choices` writes them.
    """

    parameter: str
    title: str
    is_open: bool
    choices: Choices
    groups: tuple[Group, ...] = ()
    first: tuple[FacetCount, ...] = ()
    more: tuple[FacetCount, ...] = ()
    left: int = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """Some years: `height` is 0..100, relative to the highest bar."""

    label: str
    count: int
    height: float
    selected: bool
    address: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A choice that can be taken back: what it is, and the address without it."""

    title: str
    label: str
    address: str


def views(results: Results, asked: Address) -> list[FacetView]:
    """The facets that have a value, in the order of the page."""
    found = [_view(parameter, results, asked) for parameter in FACETS]
    return [one for one in found if one.groups or one.first]


def _view(parameter: str, results: Results, asked: Address) -> FacetView:
    name, title = FACETS[parameter]
    counts = results.facets.get(name, ())
    is_open = parameter in OPEN or bool(asked.chosen(parameter))
    choices = Choices(asked, parameter)
    if parameter == "thema":
        return FacetView(parameter, title, is_open, choices, groups=_groups(counts))
    ordered = (*(one for one in counts if one.selected), *(one for one in counts if not one.selected))
    shown = max(SHOWN, sum(one.selected for one in counts))
    shown = len(ordered) if len(ordered) == shown + 1 else shown  # "1 weitere" would take as much room as the value
    end = shown + MORE
    return FacetView(
        parameter, title, is_open, choices, first=ordered[:shown], more=ordered[shown:end], left=len(ordered[end:])
    )


def _groups(values: Sequence[FacetCount]) -> tuple[Group, ...]:
    """The tree, which comes as it is read from top to bottom, cut at its roots."""
    starts = [index for index, one in enumerate(values) if one.level == 0 or index == 0]
    ends = [*starts[1:], len(values)]
    pairs = zip(starts, ends, strict=False)
    return tuple(Group(values[start], _by_count(values[start + 1 : end])) for start, end in pairs)


def _by_count(values: Sequence[FacetCount]) -> tuple[FacetCount, ...]:
    """The values below a root, the most frequent first, each followed by what is below it."""
    branches: list[list[FacetCount]] = []
    for one in values:
        if one.level <= 1 or not branches:
            branches.append([])
        branches[-1].append(one)
    return tuple(one for branch in sorted(branches, key=lambda branch: -branch[0].count) for one in branch)


def bars(results: Results, asked: Address) -> list[Bar]:
    """Hits by year from the first to the last, several years a bar where there are many; within the years chosen, if any."""
    counts = {int(one.value): one.count for one in results.facets.get("year", ()) if one.value.isdigit()}
    years = [year for year, count in counts.items() if count]
    if not years:
        return []
    first, last = _domain(min(years), max(years), asked)
    width = next(one for one in _WIDTHS if (last - first) // one < _BARS)
    start = first - first % width if width > 1 else first
    spans = [(year, year + width - 1) for year in range(start, last + 1, width)]
    sums = [sum(counts.get(year, 0) for year in range(low, high + 1)) for low, high in spans]
    return [_bar(span, count, max(sums), asked) for span, count in zip(spans, sums, strict=True)]


def _domain(first: int, last: int, asked: Address) -> tuple[int, int]:
    low, high = max(first, asked.first_year or first), min(last, asked.last_year or last)
    return (low, high) if low < high else (first, last)


def _bar(span: tuple[int, int], count: int, highest: int, asked: Address) -> Bar:
    low, high = span
    chosen = asked.first_year or asked.last_year
    selected = bool(chosen) and (asked.first_year or low) <= low and high <= (asked.last_year or high)
    return Bar(
        label=str(low) if low == high else f"{low}–{high}",
        count=count,
        height=round(100 * count / highest, 1) if highest else 0.0,
        selected=selected,
        address=asked.with_years(low, high),
    )


def chips(site: Site, asked: Address) -> list[Chip]:
    """What is chosen."""
    found = [
        Chip(FACETS[parameter][1], _label(site, parameter, value), asked.toggled(parameter, value))
        for parameter, values in asked.values
        for value in values
    ]
    if asked.first_year or asked.last_year:
        found.append(Chip("Zeitraum", _span(asked.first_year, asked.last_year), asked.with_years(None, None)))
    return found


def _label(site: Site, parameter: str, value: str) -> str:
    if parameter == "kommune":
        return site.town(value)
    if parameter == "groesse":
        return PopulationClass(value).label if value in list(PopulationClass) else value
    return site.label(value)


def _span(first: int | None, last: int | None) -> str:
    if first == last:
        return str(first)
    if first and last:
        return f"{first} bis {last}"
    return f"ab {first}" if first else f"bis {last}"
