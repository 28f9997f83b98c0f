"""Excerpts: marks stay on their words, whatever is cut, shortened or left out around them."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.web.excerpt import after_headings, excerpt, is_contents, marked

TEXT = (
    "Der Leerstand wächst. " * 40
    + "Hier steht ein Leerstandskataster und ein Leerstandsmanager. "
    + "Und so fort. " * 40
)


def ranges_of(text: str, *words: str) -> list[tuple[int, int]]:
    found = [match.span() for word in words for match in re.finditer(re.escape(word), text)]
    return sorted(found)


def marks(markup: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r"<mark>(.*?)</mark>", markup, re.DOTALL)]


def plain(markup: str) -> str:
    return html.unescape(re.sub(r"</?mark>", "", markup))


def test_text_is_escaped_inside_and_outside_of_marks() -> None:
    assert marked("a <b> & <c>", [(2, 5)]) == "a <mark>&lt;b&gt;</mark> &amp; &lt;c&gt;"
    assert excerpt("<script>alert('x')</script>", [], (), 300) == "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;"


def test_a_part_of_a_text_keeps_the_marks_that_lie_in_it() -> None:
    assert marked("eins zwei drei", [(0, 4), (5, 9), (10, 14)], 5, 12) == "<mark>zwei</mark> <mark>dr</mark>"


@pytest.mark.parametrize("dots", [". . . . . . . .", "..........", "………", "_______", "· · · · ·"])
def test_rows_of_dots_are_shortened(dots: str) -> None:
    assert marked(f"Worum es geht {dots} 3") == "Worum es geht … 3"


@pytest.mark.parametrize("text", ["z. B. u. a.", "Na ja...", "3.1.2.4 Teil", "§ 171 b Abs. 2 Nr. 1"])
def test_other_dots_stay(text: str) -> None:
    assert marked(text) == text


def test_a_table_of_contents_is_known_by_its_dots() -> None:
    assert is_contents("Inhalt\nEins . . . . . 3\nZwei ........ 5\nDrei ........ 7")
    assert not is_contents("Warten ..... und dann ging es weiter ..... mit dem Leerstand.")


def test_repeated_headings_are_left_out() -> None:
    text = "Leerstand in\nInnenstädten\n\nWorum es geht: Ein leeres Ladenlokal."
    assert text[after_headings(text, ("Leerstand in Innenstädten", "Worum es geht")) :] == "Ein leeres Ladenlokal."
    assert after_headings("Leerstandskataster hilft", ("Leerstand",)) == 0
    assert after_headings("Text", ("", " ")) == 0


def test_a_heading_stays_where_it_is_all_that_is_marked_or_said() -> None:
    text = "Leerstand\nEin anderes Wort."
    assert marks(excerpt(text, [(0, 9)], ("Leerstand",), 300)) == ["Leerstand"]
    assert plain(excerpt(text, [], ("Leerstand",), 300)) == "Ein anderes Wort."
    assert plain(excerpt("Leerstand", [], ("Leerstand",), 300)) == "Leerstand"


def test_an_excerpt_is_short_and_shows_the_place_with_most_different_words() -> None:
    found = excerpt(TEXT, ranges_of(TEXT, "Leerstandskataster", "Leerstandsmanager", "Leerstand "), (), 200)
    assert {"Leerstandskataster", "Leerstandsmanager"} <= set(marks(found))
    assert len(plain(found)) < 330
    assert plain(found).startswith("… ")
    assert plain(found).endswith(" …")


def test_paragraphs_are_told_apart_and_line_breaks_are_not() -> None:
    assert plain(excerpt("Titel\n\nUntertitel\nwie er\nweitergeht.\n\nSatz.", [], (), 300)) == (
        "Titel · Untertitel wie er weitergeht. Satz."
    )


@given(st.text(alphabet="ab .…·_\n<&", max_size=400), st.lists(st.integers(0, 399), max_size=8), st.integers(20, 200))
def test_every_mark_comes_from_the_text_and_no_letter_is_invented(text: str, places: list[int], length: int) -> None:
    ordered = sorted({place for place in places if place < len(text)})
    ranges = [(start, end) for start, end in zip(ordered[::2], ordered[1::2], strict=False)]
    letters = re.compile(r"[^ab<&]")
    shown = letters.sub("", plain(excerpt(text, ranges, (), length)))
    assert shown in letters.sub("", text)
    assert all(letters.sub("", mark) in letters.sub("", text) for mark in marks(excerpt(text, ranges, (), length)))
    assert letters.sub("", plain(marked(text, ranges))) == letters.sub("", text)
