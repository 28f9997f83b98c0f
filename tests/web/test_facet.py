"""Facets as the page shows them: the tree, the bars, what is open."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.datastructures import QueryParams

from kb.index.query import FacetCount, Query, Results
from kb.web import address, facet


def results(**facets: tuple[FacetCount, ...]) -> Results:
    return Results(Query(""), 1, (), dict(facets))


def years(*counts: tuple[int, int]) -> Results:
    return results(year=tuple(FacetCount(str(year), str(year), count) for year, count in counts))


def read(query: str) -> address.Address:
    return address.read(QueryParams(query))


TREE = (
    FacetCount("wohnen", "Wohnen", 9),
    FacetCount("rueckbau", "Rückbau", 2, level=1),
    FacetCount("teilrueckbau", "Teilrückbau", 1, level=2),
    FacetCount("leerstand", "Leerstand", 5, level=1),
    FacetCount("umwelt", "Umwelt", 3),
)


def test_the_tree_is_cut_at_its_roots_and_the_frequent_branches_come_first() -> None:
    (view,) = facet.views(results(topic=TREE), read(""))
    assert [group.value.label for group in view.groups] == ["Wohnen", "Umwelt"]
    assert [one.label for one in view.groups[0].below] == ["Leerstand", "Rückbau", "Teilrückbau"]
    assert not any(group.is_open for group in view.groups)


def test_a_group_is_open_where_something_in_it_is_chosen() -> None:
    chosen = tuple(FacetCount(one.value, one.label, one.count, one.value == "rueckbau", one.level) for one in TREE)
    (view,) = facet.views(results(topic=chosen), read("thema=rueckbau"))
    assert [group.is_open for group in view.groups] == [True, False]
    assert [one.selected for one in view.groups[0].below] == [False, True, False]


def test_the_chosen_values_come_first_and_few_values_are_hidden() -> None:
    kinds = tuple(FacetCount(f"a{number}", f"Art {number}", 100 - number, number == 50) for number in range(100))
    (view,) = facet.views(results(kind=kinds), read("art=a50"))
    assert view.first[0].selected
    assert (len(view.first), len(view.more), view.left) == (facet.SHOWN, facet.MORE, 100 - facet.SHOWN - facet.MORE)
    (short,) = facet.views(results(kind=kinds[: facet.SHOWN + 1]), read(""))
    assert (len(short.first), len(short.more)) == (facet.SHOWN + 1, 0)


def test_facets_that_are_not_common_stay_shut_until_chosen() -> None:
    given = results(kind=(FacetCount("a", "A", 1),), regbez=(FacetCount("Köln", "Köln", 1, True),))
    assert [(one.parameter, one.is_open) for one in facet.views(given, read(""))] == [("art", True), ("bezirk", False)]
    assert [one.is_open for one in facet.views(given, read("bezirk=K%C3%B6ln"))] == [True, True]


def test_years_are_bars_from_the_first_to_the_last() -> None:
    bars = facet.bars(years((2012, 4), (2010, 2)), read(""))
    assert [(one.label, one.count, one.height) for one in bars] == [
        ("2010", 2, 50.0),
        ("2011", 0, 0.0),
        ("2012", 4, 100.0),
    ]
    assert parse_qsl(urlsplit(bars[0].address).query) == [("von", "2010"), ("bis", "2010")]
    assert facet.bars(years(), read("")) == []


@pytest.mark.parametrize("last", [2010, 2011, 2021, 2025, 2060, 2400, 9999])
def test_there_are_never_more_bars_than_fit(last: int) -> None:
    bars = facet.bars(years((2006, 1), (last, 1)), read(""))
    assert 1 < len(bars) <= 12
    assert sum(one.count for one in bars) == 2


def test_chosen_years_are_looked_at_closely() -> None:
    found = years(*((year, 1) for year in range(1990, 2020)))
    assert [one.label for one in facet.bars(found, read("von=2010&bis=2012"))] == ["2010", "2011", "2012"]
    single = facet.bars(found, read("von=2010&bis=2010"))
    assert len(single) > 3
    assert not any(one.selected for one in single)
