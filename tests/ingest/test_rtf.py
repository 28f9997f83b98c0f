"""RTF: its encodings, groups that are no text, and structure that only its codes tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import ExtractionError, Reason
from kb.ingest.extraction import extract_file
from kb.ingest.extractor import Limits
from kb.model import Extraction


def read(folder: Path, content: str, head: str = r"\ansi\ansicpg1252") -> Extraction:
    (folder / "a.rtf").write_bytes(rb"{\rtf1" + f"{head} {content}}}".encode("latin-1"))
    return extract_file(folder / "a.rtf", Limits())[1]


def text(folder: Path, content: str, head: str = r"\ansi\ansicpg1252") -> str:
    return "\f".join(page.text for page in read(folder, content, head).pages)


@pytest.mark.parametrize(
    ("head", "content"),
    [
        (r"\ansi\ansicpg1252", r"Gr\'f6\'dfe \'80 \'84x\'93"),
        (r"\ansi", "Größe \x80 \x84x\x93"),  # raw bytes, as some programs write them
        (r"\ansi\uc1", r"Gr\u246?\u223?e \u8364? \u8222?x\u8220?"),
        (r"\ansi\uc2", r"Gr\u246??\u223\'3f\'3fe \u8364?? \u8222??x\u8220??"),
        (r"\ansi\uc0", r"Gr\u246 \u223 e \u8364  \u8222 x\u8220 "),
        (r"\ansi\uc1", r"Gr{\u246?}{\u223 ?}e \u-57172?\u8364?{\uc0 }\u32?\u8222?x\u8220?".replace(r"\u-57172?", "")),
        (r"\mac", r"Gr\'9a\'a7e \'db \'e3x\'d2"),
        (r"\pc\ansicpg1252", r"Gr\'f6\'dfe \'80 \'84x\'93"),
        (r"\ansi{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset238 B;}}", r"\f0 Gr\'f6\'dfe \f1\'80 \'84x\'93"),
    ],
)
def test_encodings(head: str, content: str, tmp_path: Path) -> None:
    assert text(tmp_path, content, head) == "Größe € „x“"


def test_letters_of_other_scripts_by_font(tmp_path: Path) -> None:
    fonts = r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}{\f2\fcharset2 Symbol;}}"
    assert text(tmp_path, rf"{fonts}a {{\f1\'cc\'ee\'f1}} b {{\f2\'b7}} c") == "a Мос b • c"


def test_groups_that_are_no_text(tmp_path: Path) -> None:
    content = (
        r"{\colortbl;\red0\green0\blue0;}{\*\unbekannt nie {auch nie}}{\pict\wmetafile8 0102ab}{\*\bkmkstart nie}"
        r"sichtbar{\v versteckt}{\deleted gestrichen}{\field{\*\fldinst HYPERLINK nie}{\fldrslt  Ergebnis}}"
        r"{\annotation nie}{\shp{\*\shpinst{\sp{\sn x}{\sv nie}}{\shptxt \pard im Kasten\par}}{\shprslt doppelt}}"
        r"{\object{\*\objdata 0102}{\result  Ersatz}}{\bin5 {{{{{}\v aus\v0  weiter\plain"
    )
    words = text(tmp_path, content)
    assert words.replace("\n\n", " ") in (
        "sichtbar Ergebnisim Kasten Ersatz weiter",
        "sichtbar Ergebnis im Kasten Ersatz weiter",
    )


def test_structure_by_style_and_outline_level(tmp_path: Path) -> None:
    styles = r"{\stylesheet{\s0 Standard;}{\s5\sbasedon0 heading 3;}{\s7 Title;}{\*\cs10 Zeichen;}}"
    content = r"\pard\s7 Titel\par\pard\s5 Drei\par\pard Text\par\pard\outlinelevel1 Zwei\par"
    content = rf"{styles}{content}\pard\s5\outlinelevel9 Text\par"
    extraction = read(tmp_path, content)
    assert [(section.title, section.level) for section in extraction.sections] == [
        ("Titel", 1),
        ("Drei", 3),
        ("Zwei", 2),
    ]
    assert extraction.pages[0].text == "Titel\n\nDrei\n\nText\n\nZwei\n\nText"


def test_tables_with_empty_cells_and_several_paragraphs(tmp_path: Path) -> None:
    row = r"\trowd\pard\intbl a\par b\cell\cell c\cell\row "
    assert text(tmp_path, f"davor\\par {row}{row}\\pard danach\\par") == "davor\n\na b | | c\na b | | c\n\ndanach"


def test_pages_by_breaks_sections_and_paragraphs(tmp_path: Path) -> None:
    extraction = read(tmp_path, r"eins\par\page zwei\par\sect drei\par\pard\pagebb vier\par")
    assert [page.text for page in extraction.pages] == ["eins", "zwei", "drei", "vier"]


def test_notes_headers_and_characters(tmp_path: Path) -> None:
    note = r"{\super\chftn{\footnote\pard\chftn  Note\par zwei}}"
    content = rf"{{\header Kopf\par}}{{\footerf Fuss\par}}Satz{note} Ende\line neu\~x\_y\-z\emdash\par"
    extraction = read(tmp_path, content)
    assert extraction.pages[0].text == "Satz[1] Ende\nneu x-yz—\n\n[1] Note zwei"
    assert extraction.pages[0].running == ("Kopf", "Fuss")


def test_properties(tmp_path: Path) -> None:
    dates = r"{\revtim\yr2014\mo5\dy6\hr7\min8}{\creatim\yr0}"
    info = rf"{{\info{{\title \'dcbersicht}}{{\subject x}}{{\author Unbekannt}}{{\keywords a, b}}{dates}}}"
    extraction = read(tmp_path, info + r"Text\par{\*\generator Msftedit 5.41;}")
    assert extraction.title == "Übersicht"
    assert extraction.metadata == {
        "subject": "x",
        "keywords": "a, b",
        "modified": "2014-05-06T07:08:00",
        "producer": "Msftedit 5.41;",
    }
    assert extraction.pages[0].text == "Text"


@pytest.mark.parametrize(
    "content", ["offen {und {nie zu", r"zu viel}}} danach", "am Ende \\", r"halb \'f", r"\u99999999? gross"]
)
def test_broken_files_give_what_they_have(content: str, tmp_path: Path) -> None:
    assert text(tmp_path, content).startswith(content.split()[0].strip("\\") if not content.startswith("\\") else "")


def test_a_file_without_text(tmp_path: Path) -> None:
    with pytest.raises(ExtractionError) as caught:
        read(tmp_path, r"{\fonttbl{\f0 Arial;}}\pard\par")
    assert caught.value.reason is Reason.NO_TEXT


def test_without_styles_short_lines_in_bold_are_headings(tmp_path: Path) -> None:
    long = r"\pard\plain " + "Der Ausschuss hat die Vorlage beraten. " * 6 + r"\par "
    content = (
        rf"\pard\b Ausgangslage\b0\par {long}{{\b Fett}} und mager\par {{\b Ein Satz.}}\par {{\b Ziele}}\par {long}"
    )
    extraction = read(tmp_path, content)
    assert [(section.title, section.level) for section in extraction.sections] == [("Ausgangslage", 2), ("Ziele", 2)]
