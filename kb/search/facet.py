"""Facets: OR within one, AND across; a facet's own choice is taken back for its own counts, so a count is what one gets."""

from __future__ import annotations

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
    """Written for hundreds of values a query: labels are looked up in a mapping, and only topics have a level."""
    selected = set(getattr(query.filters, name, ()))
    values = counts | dict.fromkeys(selected - counts.keys(), 0) if selected else counts
    labels = names.labels(name)
    if name != "topic":
        rows = [FacetCount(value, labels[value], number, value in selected) for value, number in values.items()]
    else:
        rows = [
            FacetCount(value, labels[value], number, value in selected, names.level(name, value))
            for value, number in values.items()
        ]
    return _sorted(name, rows, names)


def _sorted(name: str, rows: list[FacetCount], names: Names) -> list[FacetCount]:
    if name == "topic":
        return sorted(rows, key=lambda row: (names.place(row.value), row.label))
    return sorted(rows, key=lambda row: row.value, reverse=True) if name == "year" else sorted(rows, key=_order)


def _order(row: FacetCount) -> tuple[int, str]:
    return -row.count, row.label
