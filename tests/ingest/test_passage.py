"""Cutting pages into passages: nothing lost, nothing twice, nothing too long."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kb.ingest.passage import LONGEST, passages
from kb.model import Page, Section

WORDS = st.text(alphabet="abcdeäöüß ABC.,\n\t", max_size=4000)


@given(st.lists(WORDS, max_size=3), st.lists(st.tuples(st.integers(1, 3), st.integers(0, 5000)), max_size=4))
def test_every_character_is_in_exactly_one_passage(texts: list[str], marks: list[tuple[int, int]]) -> None:
    pages = [Page(number, text) for number, text in enumerate(texts, start=1)]
    sections = [Section("Kapitel", 1, page, start) for page, start in sorted(marks)]
    found = passages(pages, sections)
    assert [one.ordinal for one in found] == list(range(len(found)))
    for page in pages:
        mine = [one for one in found if one.page == page.number]
        assert "".join("".join(one.text.split()) for one in mine) == "".join(page.text.split())
        for one in mine:
            assert page.text[one.start : one.start + len(one.text)] == one.text
            assert one.text == one.text.strip()
            assert len(one.text) <= LONGEST
        assert all(first.start + len(first.text) <= second.start for first, second in pairwise(mine))


def test_a_section_begins_a_passage_and_goes_on_over_the_page() -> None:
    pages = [Page(1, "Vorspann.\n\nKapitel eins\n\nText."), Page(2, "Noch mehr Text.")]
    found = passages(pages, [Section("Kapitel eins", 1, 1, 11)])
    assert [(one.section, one.text) for one in found] == [
        (None, "Vorspann."),
        (0, "Kapitel eins\n\nText."),
        (0, "Noch mehr Text."),
    ]


def test_short_paragraphs_are_joined_and_long_ones_cut_at_sentences() -> None:
    short = "\n\n".join(["Ein kurzer Absatz."] * 4)
    assert len(passages([Page(1, short)])) == 1
    sentence = "Dieser Satz handelt vom Leerstand in der Innenstadt und ist nicht sehr kurz. "
    found = passages([Page(1, sentence * 40)])
    assert len(found) > 3
    assert all(one.text.endswith(".") and one.text.startswith("Dieser") for one in found)


def test_a_word_without_end_is_cut_all_the_same() -> None:
    assert sum(len(one.text) for one in passages([Page(1, "x" * 5000)])) == 5000
