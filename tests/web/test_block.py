"""Paragraphs, lists and tables out of plain text."""

from __future__ import annotations

from kb.web.block import Block, blocks


def shape(found: tuple[Block, ...]) -> list[tuple[str, list[list[str]]]]:
    return [(block.kind, [list(map(str, row)) for row in block.rows]) for block in found]


def test_paragraphs_end_at_empty_lines_and_short_lines_stay_lines() -> None:
    long = "Diese Zeile ist nur umbrochen, weil das Blatt zu Ende war,"
    assert shape(blocks(f"{long}\nund geht weiter.\n\nReader\n14. März 2016")) == [
        ("text", [[long], ["und geht weiter."]]),
        ("lines", [["Reader"], ["14. März 2016"]]),
    ]


def test_bullets_make_a_list_and_indented_lines_go_on() -> None:
    assert shape(blocks("Drei Typen:\n• leer\n  und verfallen\n– bewohnt\nDanach.")) == [
        ("text", [["Drei Typen:"]]),
        ("list", [["leer und verfallen"], ["bewohnt"]]),
        ("text", [["Danach."]]),
    ]


def test_lines_of_cells_make_a_table_with_marks_in_the_right_cell() -> None:
    text = "Jahr | Läden leer\n2011 | 98"
    assert shape(blocks(text, [(7, 12), (18, 22)])) == [
        ("table", [["Jahr", "<mark>Läden</mark> leer"], ["<mark>2011</mark>", "98"]])
    ]


def test_a_beginning_can_be_left_out_and_marks_run_over_line_breaks() -> None:
    assert shape(blocks("Titel\n\nein\nWort", [(7, 15)], 7)) == [
        ("lines", [["<mark>ein</mark>"], ["<mark>Wort</mark>"]])
    ]
    assert blocks("Titel", (), 5) == ()
