"""Values of facets as markup: whatever is in a label, a value or a query stays text, and every link leads where it says."""

from __future__ import annotations

import string
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode
from starlette.datastructures import QueryParams

from kb.index.query import FacetCount
from kb.web import address
from kb.web.choice import Choices

HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "' onmouseover='x",
    "a & b &lt; c",
    "%3Cb%3E",
]
# What a facet's value or a query may be after it was read; the letters are those that could break markup or an address.
WORDS = st.text(alphabet=string.printable + "äß„“–", min_size=1, max_size=40).map(address.clean).filter(bool)


def choices(parameter: str, *pairs: tuple[str, str]) -> Choices:
    return Choices(address.read(QueryParams(urlencode(pairs))), parameter)


def items(markup: str) -> list[LexborNode]:
    return LexborHTMLParser(f"<ul>{markup}</ul>").css("ul > li")


def link(item: LexborNode) -> str:
    return str(item.css_first("a").attributes["href"])


def elements(item: LexborNode) -> set[str | None]:
    return {node.tag for node in item.css("*")}


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_labels_values_and_queries_stays_text(text: str) -> None:
    written = choices("art", ("q", text), ("thema", text)).lines([FacetCount(text, text, 1), FacetCount("a", "b", 2)])
    first, second = items(written)
    assert first.css("span")[1].text() == text
    assert elements(first) == elements(second) == {"li", "a", "span"}
    assert set(first.css_first("a").attributes) == {"href", "rel"}


@given(WORDS, WORDS, WORDS)
def test_a_link_leads_to_the_search_with_the_value_and_the_whole_markup_is_text(
    query: str, value: str, label: str
) -> None:
    (item,) = items(choices("art", ("q", query)).lines([FacetCount(value, label, 1)]))
    assert parse_qsl(urlsplit(link(item)).query, keep_blank_values=True) == [("q", query), ("art", value)]
    assert item.css("span")[1].text() == label.replace("\r\n", "\n").replace("\r", "\n")
    assert elements(item) == {"li", "a", "span"}


def test_a_chosen_value_is_taken_back_by_its_link() -> None:
    chosen = choices("art", ("q", "x"), ("art", "<a>"))
    (item,) = items(chosen.lines([FacetCount("<a>", "A", 1_234, selected=True)]))
    assert link(item) == "/suche?q=x"
    assert item.css_first("a").attributes["aria-current"] == "true"
    assert "abwählen" in item.text()
    assert "1.234" in item.css_first(".n").text()


def test_a_value_with_others_below_it_says_that_it_means_all() -> None:
    (item,) = items(choices("thema").whole(FacetCount("wohnen", "Wohnen & <Bauen>", 3, level=1)))
    assert "Alles zu „Wohnen & <Bauen>“" in item.text()
    assert link(item) == "/suche?thema=wohnen"
    assert item.attributes["class"] == "level-1"
