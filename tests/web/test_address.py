"""Addresses of searches: understood leniently, written back exactly."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from kb.index.query import Sort
from kb.model import PUBLIC
from kb.web import address
from kb.web.address import Address


def read(query: str) -> Address:
    return address.read(QueryParams(query))


def parameters(url: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(url).query)


def test_every_parameter_is_understood() -> None:
    asked = read(
        "q=Leerstand&thema=a&thema=b&kommune=05911000&art=reader&bezirk=Köln&programm=p&groesse=mittelstadt"
        "&von=2010&bis=2015&sortierung=neueste&seite=3&erweitern=0"
    )
    query = asked.query(PUBLIC)
    assert query.text == "Leerstand"
    assert query.filters.topic == ("a", "b")
    assert (query.filters.municipality, query.filters.kind) == (("05911000",), ("reader",))
    assert (query.filters.regbez, query.filters.programme) == (("Köln",), ("p",))
    assert query.filters.population_class == ("mittelstadt",)
    assert query.filters.years == (2010, 2015)
    assert (query.sort, query.page, query.expand) == (Sort.NEWEST, 3, False)


@pytest.mark.parametrize(
    "query",
    [
        "seite=-1",
        "seite=abc",
        "seite=٣",
        "seite=99999999999999999999",
        "von=abc",
        "bis=20155",
        "von=0000",
        "von=²⁰¹⁰",
        "sortierung=x",
        "sortierung=relevanz",
        "q=%00",
        "q=%20",
        "thema=",
        "thema=%00",
        "unbekannt=1",
    ],
)
def test_nonsense_is_left_out(query: str) -> None:
    asked = read(query)
    assert asked.is_empty
    assert asked.sort == "neueste"
    assert 1 <= asked.page <= 10_000
    assert (asked.first_year, asked.last_year) == (None, None)


def test_without_words_the_newest_come_first_and_with_words_the_best() -> None:
    assert read("").query(PUBLIC).sort is Sort.NEWEST
    assert read("thema=a").query(PUBLIC).sort is Sort.NEWEST
    assert read("q=x").query(PUBLIC).sort is Sort.RELEVANCE
    assert read("q=x").with_sort("relevanz") == "/suche?q=x"
    assert read("q=x").with_sort("neueste") == "/suche?q=x&sortierung=neueste"
    assert read("").with_sort("neueste") == "/suche"


def test_years_are_put_in_order() -> None:
    asked = read("von=2015&bis=2010")
    assert (asked.first_year, asked.last_year) == (2010, 2015)


def test_what_is_too_long_or_too_much_is_cut() -> None:
    asked = read("q=" + "a" * 10_000 + "&thema=" + "b" * 5_000 + "".join(f"&kommune={number}" for number in range(500)))
    assert asked.shortened
    assert len(asked.text) == address.LONGEST
    assert len(asked.chosen("thema")[0]) == 100
    assert len(asked.chosen("kommune")) == 50
    assert not read("q=" + "a" * address.LONGEST).shortened


def test_a_document_knows_the_search_that_led_to_it() -> None:
    asked = read("q=x&thema=a&seite=3")
    assert asked.trail() == "?q=x&thema=a&seite=3"
    assert read("").trail() == ""
    assert asked.bare() == "/suche?q=x"


def test_values_toggle_and_the_page_is_forgotten() -> None:
    asked = read("q=x&thema=a&seite=4")
    assert parameters(asked.toggled("thema", "b")) == [("q", "x"), ("thema", "a"), ("thema", "b")]
    assert parameters(asked.toggled("thema", "a")) == [("q", "x")]
    assert parameters(asked.at_page(2)) == [("q", "x"), ("thema", "a"), ("seite", "2")]
    assert parameters(asked.with_years(2010, None)) == [("q", "x"), ("thema", "a"), ("von", "2010")]
    assert read(urlsplit(asked.without_expansion()).query).expand is False
    assert read(urlsplit(read("q=x&erweitern=0").with_expansion()).query).expand is True


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=20), max_size=3))
def test_an_address_survives_the_way_there_and_back(text: str, topics: list[str]) -> None:
    asked = address.read(QueryParams([("q", text), *(("thema", topic) for topic in topics)]))
    again = address.read(QueryParams(urlsplit(asked.at_page(1)).query))
    assert again.text == asked.text
    assert set(again.chosen("thema")) == set(asked.chosen("thema"))
