"""Facets: OR within one, AND across; a facet's own choice is taken back for its own counts, so a count is what one gets."""

from __future__ import annotations

from operator import itemgetter

from kb.index.engine import Reader, Scope
from kb.index.query import FacetCount, Filters, Query
from kb.index.tree import Node
from kb.search.naming import Names

_FIELDS = ("topic", "municipality", "kind", "regbez", "programme", "population_class")

Counts = dict[str, dict[str, int]]


def scope_of(query: Query) -> Scope:
    """Where the query looks: what its viewer sees, and the chosen values."""
    values = {name: getattr(query.filters, name) for name in _FIELDS if getattr(query.filters, name)}
    document = query.filters.document
    return Scope(query.viewer.sees, values, query.filters.years, (document,) if document else ())


def _chosen(filters: Filters) -> set[str]:
    chosen = {name for name in _FIELDS if getattr(filters, name)}
    return chosen | ({"year"} if filters.years != (None, None) else set())


def count(reader: Reader, match: Node, query: Query, scope: Scope) -> tuple[int, Counts]:
    """The exact number of hits, and the counts of every facet of the query."""
    chosen = _chosen(query.filters)
    total, counts = reader.count(match, scope, [name for name in query.facets if name not in chosen])
    for name in chosen.intersection(query.facets):
        counts[name] = reader.count(match, scope.without(name), (name,))[1][name]
    return total, counts


def named(counts: Counts, query: Query, names: Names) -> dict[str, tuple[FacetCount, ...]]:
    """Counts with labels; a chosen value always shows.

    Topics come as the tree is read from top to bottom, years from the latest, everything else from the most frequent.
    """
    return {name: tuple(_rows(name, counts.get(name, {}), query, names)) for name in query.facets}


def _rows(name: str, counts: dict[str, int], query: Query, names: Names) -> list[FacetCount]:
    """Written for hundreds of values a query: sorted as plain tuples, labels and places looked up in mappings."""
    selected = set(getattr(query.filters, name, ()))
    values = counts | dict.fromkeys(selected - counts.keys(), 0) if selected else counts
    labels = names.labels(name)
    if name == "topic":
        places = names.places
        tree = sorted([(*places[value], labels[value], value, number) for value, number in values.items()])
        return [FacetCount(value, label, number, value in selected, level) for _, level, label, value, number in tree]
    rows = [(-number, labels[value], value) for value, number in values.items()]
    rows.sort(key=_value if name == "year" else None, reverse=name == "year")
    return [FacetCount(value, label, -number, value in selected) for number, label, value in rows]


_value = itemgetter(2)
