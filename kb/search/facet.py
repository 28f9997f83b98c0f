"""Facets: OR within one, AND across; a facet's own choice is taken back for its own counts, so a count is what one gets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import TypeAlias

from kb.index.engine import Reader, Scope
from kb.index.query import FacetCount, Filters, Query
from kb.index.tree import Node
from kb.search.naming import Names

_FIELDS = ("topic", "municipality", "kind", "regbez", "programme", "population_class")

Counts: TypeAlias = dict[str, dict[str, int]]
Rows: TypeAlias = dict[str, tuple[FacetCount, ...]]

_NONE = Query("").filters  # the object that every query without a choice shares

# Written for hundreds of values a query: half the time that calling the class takes, which looks at names and defaults.
_row = partial(tuple.__new__, FacetCount)


@dataclass(slots=True)
class Counted:
    """The exact number of hits and the counts of the query's facets by value; named when first asked for."""

    total: int
    counts: Counts
    rows: Rows | None = None

    def named(self, query: Query, names: Names) -> Rows:
        """Counts with labels, for the query that was counted; a chosen value always shows.

        Topics come as the tree is read from top to bottom, years from the latest, everything else from the most frequent.
        """
        if self.rows is None:
            self.rows = {name: _rows(name, self.counts.get(name, {}), query.filters, names) for name in query.facets}
        return dict(self.rows)


def scope_of(query: Query) -> Scope:
    """Where the query looks: what its viewer sees, and the chosen values."""
    if query.filters is _NONE:
        return Scope(query.viewer.sees)
    values = {name: getattr(query.filters, name) for name in _FIELDS if getattr(query.filters, name)}
    document = query.filters.document
    return Scope(query.viewer.sees, values, query.filters.years, (document,) if document else ())


def _chosen(filters: Filters) -> set[str]:
    chosen = {name for name in _FIELDS if getattr(filters, name)}
    return chosen | ({"year"} if filters.years != (None, None) else set())


def count(reader: Reader, match: Node, query: Query) -> Counted:
    """Count afresh."""
    chosen, scope = _chosen(query.filters), scope_of(query)
    total, counts = reader.count(match, scope, [name for name in query.facets if name not in chosen])
    for name in chosen.intersection(query.facets):
        counts[name] = reader.count(match, scope.without(name), (name,))[1][name]
    return Counted(total, counts)


def _rows(name: str, counts: dict[str, int], filters: Filters, names: Names) -> tuple[FacetCount, ...]:
    """Sorted as plain tuples, labels and places looked up in mappings."""
    selected = set(getattr(filters, name, ()))
    values = counts | dict.fromkeys(selected - counts.keys(), 0) if selected else counts
    labels = names.labels(name)
    if name == "topic":
        places = names.places
        tree = sorted([(places[value], labels[value], value, number) for value, number in values.items()])
        return tuple([_row((value, label, number, value in selected, at[1])) for at, label, value, number in tree])
    rows = [(-number, labels[value], value) for value, number in values.items()]
    rows.sort(key=_value if name == "year" else None, reverse=name == "year")
    return tuple([_row((value, label, -number, value in selected, 0)) for number, label, value in rows])


_value = itemgetter(2)
