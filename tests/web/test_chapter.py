"""The outline of a document: levels without gaps, pages once, what was found in its place."""

from __future__ import annotations

from kb.index.query import HitPassage
from kb.model import Passage, Section
from kb.web.chapter import Outline

SECTIONS = (
    Section("Der Titel", 1, 1),
    Section("Anfang", 2, 1),
    Section("Tief", 5, 2),
    Section("Noch tiefer", 6, 2),
    Section("Ende", 2, 3),
)
PASSAGES = (
    Passage(0, 1, "PROTOKOLL"),
    Passage(1, 1, "Der Titel\n\nVorspann.", 0),
    Passage(2, 1, "Anfang\n\nText.", 1),
    Passage(3, 2, "Tief", 2),
    Passage(4, 2, "Noch tiefer\nText.", 3),
    Passage(5, 3, "Ende\n\nText.", 4),
    Passage(6, 4, "Mehr Text.", 4),
)


def test_no_level_is_skipped_and_the_title_is_no_heading_of_its_own() -> None:
    chapters = Outline("Der Titel", SECTIONS, PASSAGES).chapters([])
    assert [(one.title, one.level) for one in chapters] == [
        ("", 0),
        ("Der Titel", 0),
        ("Anfang", 2),
        ("Tief", 3),
        ("Noch tiefer", 4),
        ("Ende", 2),
    ]
    assert len({one.anchor for one in chapters}) == len(chapters)


def test_headings_are_not_repeated_and_every_page_begins_once() -> None:
    chapters = Outline("Der Titel", SECTIONS, PASSAGES).chapters([])
    texts = [[str(block.text) for part in one.parts for block in part.blocks] for one in chapters]
    assert texts == [["PROTOKOLL"], ["Vorspann."], ["Text."], [], ["Text."], ["Text.", "Mehr Text."]]
    pages = [page for one in chapters for page in (one.page, *(part.page for part in one.parts)) if page]
    assert pages == [1, 2, 3, 4]


def test_what_is_found_is_numbered_and_marked_in_headings_too() -> None:
    matches = [HitPassage(3, 2, "Tief", "Tief", ((0, 4),)), HitPassage(5, 3, PASSAGES[5].text, "Ende", ((6, 10),))]
    chapters = Outline("Der Titel", SECTIONS, PASSAGES).chapters(matches)
    assert chapters[3].heading == "<mark>Tief</mark>"
    assert [part.found for one in chapters for part in one.parts if part.found] == [1, 2]
    assert str(chapters[5].parts[0].blocks[0].text) == "<mark>Text</mark>."


def test_what_is_found_in_a_repeated_title_alone_stays() -> None:
    match = HitPassage(1, 1, PASSAGES[1].text, "", ((4, 9),))
    chapters = Outline("Der Titel", SECTIONS, PASSAGES).chapters([match])
    assert str(chapters[1].parts[0].blocks[0].text) == "Der <mark>Titel</mark>"


def test_a_heading_belongs_to_the_passage_that_begins_with_it() -> None:
    chapters = Outline("Der Titel", SECTIONS, PASSAGES).chapters([])
    assert [[part.begins_with_heading for part in one.parts] for one in chapters] == [
        [False],
        [False],
        [True],
        [True],
        [True],
        [True, False],
    ]


def test_a_document_without_sections_or_text() -> None:
    assert Outline("Titel", (), ()).chapters([]) == []
    (only,) = Outline("Titel", (), PASSAGES[:1]).chapters([])
    assert (only.level, only.page, len(only.parts)) == (0, 1, 1)
