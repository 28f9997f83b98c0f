"""Word documents: everything that python-docx leaves out, in reading order, and nothing that was struck out."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.enum.text import WD_BREAK

from kb.errors import ExtractionError, Reason
from kb.ingest.extraction import extract_file
from kb.ingest.extractor import Limits
from kb.model import Extraction
from tests.ingest.samples import (
    GERMAN_STYLES,
    NUMBERING,
    word_package,
    word_paragraph,
    word_table,
    zipped,
)

P = word_paragraph


def read(path: Path) -> Extraction:
    return extract_file(path, Limits())[1]


def pages(folder: Path, body: str, parts: dict[str, str] | None = None) -> list[str]:
    return [page.text for page in read(word_package(folder / "a.docx", body, parts)).pages]


def text(folder: Path, body: str, parts: dict[str, str] | None = None) -> str:
    return "\f".join(pages(folder, body, parts))


def run(content: str) -> str:
    return f"<w:r><w:t>{content}</w:t></w:r>"


def cell(words: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{P(words)}</w:tc>"


def anchored(content: str) -> str:
    return f"<w:p>{run('Anker')}<w:r>{content}</w:r></w:p>"


def test_content_controls_around_blocks_cells_and_runs(tmp_path: Path) -> None:
    control = "<w:sdt><w:sdtPr><w:alias w:val='nie'/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    row = f"<w:tr>{cell('links')}{control.format(cell('rechts'))}</w:tr>"
    body = (
        P("davor")
        + control.format(P("im Steuerelement") + control.format(P("darin noch eins")))
        + f"<w:p>{run('in der ')}{control.format(run('Zeile'))}{run(' weiter')}</w:p>"
        + f"<w:tbl>{row}{control.format(row)}</w:tbl>"
    )
    assert text(tmp_path, body) == (
        "davor\n\nim Steuerelement\n\ndarin noch eins\n\nin der Zeile weiter\n\nlinks | rechts\nlinks | rechts"
    )


BOX = (
    "<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:inline><a:graphic><a:graphicData><wps:wsp><wps:txbx>"
    "<w:txbxContent>{0}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>"
    "<mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>"
    "</mc:AlternateContent>"
)


def test_text_boxes_come_once_and_after_their_paragraph(tmp_path: Path) -> None:
    body = f"<w:p>{run('Anker ')}<w:r>{BOX.format(P('Kasten'))}</w:r>{run('weiter')}</w:p>" + P("danach")
    assert text(tmp_path, body) == "Anker weiter\n\nKasten\n\ndanach"


def test_old_text_boxes_and_boxes_in_cells(tmp_path: Path) -> None:
    old = f"<w:pict><v:shape><v:textbox><w:txbxContent>{P('alt')}</w:txbxContent></v:textbox></v:shape></w:pict>"
    row = f"<w:tr><w:tc>{anchored(BOX.format(P('Kasten')))}</w:tc>{cell('b')}</w:tr>"
    assert text(tmp_path, anchored(old) + f"<w:tbl>{row}</w:tbl>") == "Anker\n\nalt\n\nAnker | b\n\nKasten"


def test_tables_in_text_boxes_and_headings_in_controls(tmp_path: Path) -> None:
    body = anchored(BOX.format(word_table()))
    body += f"<w:sdt><w:sdtContent>{P('Titel', 'berschrift1')}</w:sdtContent></w:sdt>"
    extraction = read(word_package(tmp_path / "a.docx", body, {"styles": GERMAN_STYLES}))
    assert extraction.pages[0].text.startswith("Anker\n\nStadt | Läden | Quote\nGladbeck | zwölf | 8 %")
    assert [section.title for section in extraction.sections] == ["Titel"]


def test_tracked_changes_are_taken_as_accepted(tmp_path: Path) -> None:
    inserted = f"<w:ins>{run('neue ')}</w:ins>"
    deleted = "<w:del><w:r><w:delText>alte </w:delText></w:r></w:del>"
    moved = f"<w:moveFrom>{run('hier ')}</w:moveFrom><w:moveTo>{run('dort ')}</w:moveTo>"
    row = "<w:tr>{}<w:tc>" + P("Zeile {}") + "</w:tc><w:tc>" + P("x") + "</w:tc></w:tr>"
    table = row.format("", "bleibt") + row.format("<w:trPr><w:del/></w:trPr>", "gestrichen")
    body = f"<w:p>{run('Die ')}{inserted}{deleted}{moved}{run('Fassung')}</w:p><w:tbl>{table}</w:tbl>"
    assert text(tmp_path, body) == "Die neue dort Fassung\n\nZeile bleibt | x"


def test_comments_are_left_out(tmp_path: Path) -> None:
    body = f"<w:p><w:commentRangeStart w:id='1'/>{run('Satz')}<w:commentRangeEnd w:id='1'/>"
    body += "<w:r><w:commentReference w:id='1'/></w:r></w:p>"
    assert text(tmp_path, body, {"comments": f"<w:comment w:id='1'>{P('nur intern')}</w:comment>"}) == "Satz"


def test_notes_of_both_kinds_below_their_paragraph(tmp_path: Path) -> None:
    foot, end = "<w:r><w:footnoteReference w:id='{}'/></w:r>", "<w:r><w:endnoteReference w:id='7'/></w:r>"
    body = f"<w:p>{run('eins')}{foot.format(7)}{run(' zwei')}{end}</w:p>{P('danach')}"
    body += f"<w:tbl><w:tr><w:tc><w:p>{run('Zelle')}{foot.format(8)}</w:p></w:tc>{cell('b')}</w:tr></w:tbl>"
    first = f"<w:footnote w:id='7'>{P('Fuß')}{P('zweiter Absatz')}</w:footnote>"
    parts = {
        "footnotes": f"{first}<w:footnote w:id='8'>{P('drei')}</w:footnote>",
        "endnotes": f"<w:endnote w:id='7'>{P('Ende')}</w:endnote>",
    }
    assert text(tmp_path, body, parts) == (
        "eins[1] zwei[2]\n\n[1] Fuß zweiter Absatz\n[2] Ende\n\ndanach\n\nZelle[3] | b\n\n[3] drei"
    )


def test_a_reference_to_a_note_that_is_missing_leaves_no_mark(tmp_path: Path) -> None:
    assert text(tmp_path, f"<w:p>{run('eins')}<w:r><w:footnoteReference w:id='7'/></w:r></w:p>") == "eins"


def test_headers_and_footers_are_kept_beside_the_text(tmp_path: Path) -> None:
    parts = {"header1": P("Stadt Gladbeck"), "footer1": P("Stadt Gladbeck") + P("Seite 1")}
    extraction = read(word_package(tmp_path / "a.docx", P("Text"), parts))
    assert extraction.pages[0].text == "Text"
    assert extraction.pages[0].running == ("Stadt Gladbeck", "Seite 1")


@pytest.mark.parametrize(
    ("properties", "style", "level"),
    [
        ("", "berschrift1", 1),
        ("", "berschrift2", 2),
        ("", "Kapitel", 1),  # based on a heading
        ("<w:outlineLvl w:val='2'/>", "Standard", 3),
        ("<w:outlineLvl w:val='9'/>", "berschrift1", None),
        ("", "Standard", None),
        ("", "Heading4", 4),  # a style that the document does not define
    ],
)
def test_levels_of_headings(properties: str, style: str, level: int | None, tmp_path: Path) -> None:
    extraction = read(word_package(tmp_path / "a.docx", P("Kapitel", style, properties), {"styles": GERMAN_STYLES}))
    assert [section.level for section in extraction.sections] == ([] if level is None else [level])


def test_styles_based_on_each_other_in_a_circle(tmp_path: Path) -> None:
    circle = "".join(
        f"<w:style w:type='paragraph' w:styleId='{a}'><w:name w:val='{a}'/><w:basedOn w:val='{b}'/></w:style>"
        for a, b in ("XY", "YX")
    )
    assert text(tmp_path, P("Text", "X"), {"styles": circle}) == "Text"


def test_lists_show_their_bullets_and_numbers(tmp_path: Path) -> None:
    def item(words: str, number: int, level: int = 0) -> str:
        return P(words, properties=f"<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{number}'/></w:numPr>")

    body = item("Punkt", 1) + item("eins", 2) + item("a", 2, 1) + item("b", 2, 1) + item("zwei", 2) + item("a", 2, 1)
    assert text(tmp_path, body, {"numbering": NUMBERING}) == "• Punkt\n1. eins\n1a) a\n1b) b\n2. zwei\n2a) a"


def test_numbered_headings_carry_their_number(tmp_path: Path) -> None:
    numbered = P("Ziele", "berschrift1", "<w:numPr><w:ilvl w:val='0'/><w:numId w:val='2'/></w:numPr>")
    extraction = read(word_package(tmp_path / "a.docx", numbered, {"styles": GERMAN_STYLES, "numbering": NUMBERING}))
    assert [section.title for section in extraction.sections] == ["1. Ziele"]


def test_code_of_fields_is_no_text_but_their_result_is(tmp_path: Path) -> None:
    def char(kind: str) -> str:
        return f"<w:r><w:fldChar w:fldCharType='{kind}'/></w:r>"

    code = f"{char('begin')}<w:r><w:instrText>DATE</w:instrText></w:r>{run('versteckt')}"
    code += f"{char('separate')}{run('6. Mai')}{char('end')}"
    simple = f"<w:fldSimple w:instr='PAGE'>{run('3')}</w:fldSimple>"
    broken = f"<w:p>{run('offen ')}{char('begin')}{run('nie')}</w:p>"
    body = f"<w:p>{run('am ')}{code}{run(' S. ')}{simple}</w:p>{broken}{P('danach')}"
    assert text(tmp_path, body) == "am 6. Mai S. 3\n\noffen\n\ndanach"


def test_special_characters_of_runs(tmp_path: Path) -> None:
    inner = "<w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d\u00ade\u00a0f</w:t>"
    symbols = "<w:sym w:char='00E4'/><w:sym w:char='F0E0'/>"
    assert text(tmp_path, f"<w:p><w:r>{inner}{symbols}</w:r></w:p>") == "a b\nc-de fä"


def test_letters_are_composed(tmp_path: Path) -> None:
    assert text(tmp_path, P("Gro\u0308ße")) == "Größe"


def test_formulas_keep_their_letters(tmp_path: Path) -> None:
    assert text(tmp_path, f"<w:p>{run('mit ')}<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath></w:p>") == "mit x=1"


def test_links_keep_text_and_target(tmp_path: Path) -> None:
    body = f"<w:p>{run('siehe ')}<w:hyperlink r:id='l1'>{run('dort')}</w:hyperlink></w:p>"
    extraction = read(word_package(tmp_path / "a.docx", body, links={"l1": "https://example.org/?a=1&b=2"}))
    assert extraction.pages[0].text == "siehe dort"
    assert extraction.links == ("https://example.org/?a=1&b=2",)


RENDERED = "<w:r><w:lastRenderedPageBreak/></w:r>"
ASKED = "<w:r><w:br w:type='page'/></w:r>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (P("eins") + f"<w:p>{RENDERED}{run('zwei')}</w:p>", ["eins", "zwei"]),
        (f"<w:p>{run('vorn ')}{RENDERED}{run('hinten')}</w:p>", ["vorn", "hinten"]),
        (P("eins") + f"<w:p>{ASKED}</w:p>" + P("zwei"), ["eins", "zwei"]),
        # Word marks a break that a person asked for once more when it lays out the page
        (P("eins") + f"<w:p>{ASKED}</w:p><w:p>{RENDERED}{run('zwei')}</w:p>", ["eins", "zwei"]),
        (P("eins") + f"<w:p>{ASKED}</w:p><w:p>{ASKED}</w:p>" + P("drei"), ["eins", "", "drei"]),
        (P("eins") + P("zwei", properties="<w:pageBreakBefore/>"), ["eins", "zwei"]),
        (P("eins") + P("zwei", properties="<w:pageBreakBefore w:val='0'/>"), ["eins\n\nzwei"]),
        (P("eins", properties="<w:sectPr/>") + P("zwei"), ["eins", "zwei"]),
        (P("eins", properties="<w:sectPr><w:type w:val='continuous'/></w:sectPr>") + P("zwei"), ["eins\n\nzwei"]),
        (P("eins") + f"<w:p>{ASKED}</w:p>", ["eins"]),
    ],
)
def test_page_breaks(body: str, expected: list[str], tmp_path: Path) -> None:
    assert pages(tmp_path, body) == expected


def test_a_heading_after_a_page_break_in_its_own_paragraph(tmp_path: Path) -> None:
    body = P("eins") + f"<w:p><w:pPr><w:pStyle w:val='berschrift1'/></w:pPr>{RENDERED}{run('Kapitel')}</w:p>"
    extraction = read(word_package(tmp_path / "a.docx", body, {"styles": GERMAN_STYLES}))
    assert [(section.title, section.page, section.start) for section in extraction.sections] == [("Kapitel", 2, 0)]


def test_a_page_that_ends_inside_a_row(tmp_path: Path) -> None:
    broken = f"<w:tc><w:p>{RENDERED}{run('c')}</w:p></w:tc>"
    rows = f"<w:tr><w:tc>{P('a')}</w:tc><w:tc>{P('b')}</w:tc></w:tr><w:tr>{broken}<w:tc>{P('d')}</w:tc></w:tr>"
    assert pages(tmp_path, f"<w:tbl>{rows}</w:tbl>") == ["a | b", "c | d"]


def test_merged_cells_and_cells_of_several_paragraphs(tmp_path: Path) -> None:
    start, more = "<w:vMerge w:val='restart'/>", "<w:vMerge/>"
    first = f"<w:tr>{cell('Hamm', start)}<w:tc>{P('eins')}{P('zwei')}</w:tc></w:tr>"
    rows = f"{first}<w:tr>{cell('Hamm', more)}{cell('drei')}</w:tr>"
    assert text(tmp_path, f"<w:tbl>{rows}</w:tbl>") == "Hamm | eins zwei\n| drei"


def test_tables_that_only_lay_out_the_page_are_walked_as_text(tmp_path: Path) -> None:
    column = P("Kapitel", "berschrift1") + P("Ein langer Absatz. " * 40) + word_table()
    rows = f"<w:tr><w:tc>{P('Rand')}</w:tc><w:tc>{column}</w:tc></w:tr>"
    extraction = read(word_package(tmp_path / "a.docx", f"<w:tbl>{rows}</w:tbl>", {"styles": GERMAN_STYLES}))
    assert [section.title for section in extraction.sections] == ["Kapitel"]
    assert "Hamm | sieben | 11 %" in extraction.pages[0].text.splitlines()


def test_macro_documents_and_templates_are_read_as_well(tmp_path: Path) -> None:
    for kind in ("ms-word.document.macroEnabled.main", "openxmlformats-officedocument.wordprocessingml.template.main"):
        path = word_package(tmp_path / "a.docm", P("Text"), document_type=f"application/vnd.{kind}+xml")
        assert read(path).pages[0].text == "Text"


def test_documents_of_python_docx(tmp_path: Path) -> None:
    document = Document()
    document.add_heading("Überschrift", 1)
    document.add_paragraph("Größe").add_run().add_break(WD_BREAK.PAGE)
    document.add_heading("Zweite", 2)
    document.save(str(tmp_path / "a.docx"))
    extraction = read(tmp_path / "a.docx")
    assert [(section.title, section.level, section.page) for section in extraction.sections] == [
        ("Überschrift", 1, 1),
        ("Zweite", 2, 2),
    ]
    assert extraction.title == "Überschrift"
    assert "author" not in extraction.metadata and "created" not in extraction.metadata


def test_the_title_style_beats_other_headings(tmp_path: Path) -> None:
    body = P("Vorbemerkung zum Verfahren", "berschrift1") + P("Leerstand in Siegen", "Titel")
    assert read(word_package(tmp_path / "a.docx", body, {"styles": GERMAN_STYLES})).title == "Leerstand in Siegen"


def test_a_document_without_text(tmp_path: Path) -> None:
    with pytest.raises(ExtractionError) as caught:
        read(word_package(tmp_path / "a.docx", "<w:p/>"))
    assert caught.value.reason is Reason.NO_TEXT


@pytest.mark.parametrize("part", ["word/document.xml", "[Content_Types].xml", "_rels/.rels"])
def test_a_package_whose_main_part_is_no_xml(part: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(word_package(tmp_path / "b.docx", P("x"))) as container:
        members = {name: container.read(name) for name in container.namelist()} | {part: b"kein XML"}
    with pytest.raises(ExtractionError) as caught:
        read(zipped(tmp_path / "a.docx", members))
    assert caught.value.reason is Reason.DAMAGED


BOLD = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{}</w:t></w:r></w:p>"
LONG = P("Der Ausschuss hat die Vorlage beraten und einstimmig beschlossen. " * 3)


def test_without_styles_short_lines_in_bold_are_headings(tmp_path: Path) -> None:
    mixed = f"<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Fett</w:t></w:r>{run(' und mager')}</w:p>"
    off = "<w:p><w:r><w:rPr><w:b w:val='0'/></w:rPr><w:t>mager</w:t></w:r></w:p>"
    body = (
        BOLD.format("Ausgangslage")
        + LONG
        + mixed
        + off
        + BOLD.format("Ein ganzer Satz in Fett.")
        + BOLD.format("Ziele")
        + LONG
    )
    extraction = read(word_package(tmp_path / "a.docx", body))
    assert [(section.title, section.level) for section in extraction.sections] == [("Ausgangslage", 2), ("Ziele", 2)]
    for section in extraction.sections:
        assert extraction.pages[0].text.startswith(section.title, section.start)


def test_with_styles_bold_is_only_emphasis(tmp_path: Path) -> None:
    body = P("Kapitel", "berschrift1") + BOLD.format("Wichtig") + LONG
    extraction = read(word_package(tmp_path / "a.docx", body, {"styles": GERMAN_STYLES}))
    assert [section.title for section in extraction.sections] == ["Kapitel"]


def test_a_document_all_in_bold_has_no_headings(tmp_path: Path) -> None:
    body = "".join(BOLD.format(f"Zeile {number}") for number in range(20))
    assert read(word_package(tmp_path / "a.docx", body)).sections == ()


def test_hidden_text_is_left_out(tmp_path: Path) -> None:
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>nie</w:t></w:r>"
    assert text(tmp_path, f"<w:p>{run('sicht')}{hidden}{run('bar')}</w:p>") == "sichtbar"


def test_words_of_smart_art_and_charts(tmp_path: Path) -> None:
    drawn = "<w:drawing><wp:inline><a:graphic><a:graphicData>{}</a:graphicData></a:graphic></wp:inline></w:drawing>"
    body = anchored(drawn.format("<a:relIds r:dm='pdiagram1' r:lo='x'/>")) + anchored(
        drawn.format("<a:chart r:id='pchart1'/>")
    )
    chart = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    parts = {
        "diagram1": "<a:p><a:r><a:t>Schritt eins</a:t></a:r></a:p><a:p><a:r><a:t>Schritt zwei</a:t></a:r></a:p>",
        "chart1": f"<c:v xmlns:c='{chart}'>Gladbeck</c:v><c:v xmlns:c='{chart}'>12.5</c:v>",
    }
    assert text(tmp_path, body, parts) == "Anker\n\nSchritt eins\nSchritt zwei\n\nAnker\n\nGladbeck"


def test_relationships_without_a_type_or_a_target(tmp_path: Path) -> None:
    path = word_package(tmp_path / "b.docx", P("Text"), {"styles": GERMAN_STYLES}, links={"l1": "https://example.org/"})
    with zipfile.ZipFile(path) as container:
        members = {name: container.read(name) for name in container.namelist()}
    part = "word/_rels/document.xml.rels"
    members[part] = members[part].replace(b"Type=", b"Typ=").replace(b'Target="https', b'Ziel="https')
    try:
        extraction = read(zipped(tmp_path / "a.docx", members))
    except ExtractionError as error:
        assert error.reason is Reason.DAMAGED
    else:
        assert extraction.pages[0].text == "Text"
