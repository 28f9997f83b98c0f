"""OpenDocument: text, presentations, spreadsheets, and what stands around their text."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import ExtractionError, Reason
from kb.ingest.extraction import extract_file
from kb.ingest.extractor import Limits
from kb.model import Extraction
from tests.ingest.samples import odf_note, odf_package, odf_table, zipped


def read(path: Path) -> Extraction:
    return extract_file(path, Limits())[1]


def pages(folder: Path, body: str, kind: str = "text") -> list[str]:
    return [page.text for page in read(odf_package(folder / f"a.{kind}", kind, body)).pages]


def text(folder: Path, body: str) -> str:
    return "\f".join(pages(folder, body))


def p(content: str, style: str = "Standard") -> str:
    return f'<text:p text:style-name="{style}">{content}</text:p>'


def row(*cells: str) -> str:
    inner = "".join(f"<table:table-cell>{cell}</table:table-cell>" for cell in cells)
    return f"<table:table-row>{inner}</table:table-row>"


def test_inline_elements(tmp_path: Path) -> None:
    spans = "<text:span>Zeile <text:span>tief</text:span></text:span>"
    body = p(f"Zwei<text:s text:c='3'/>Worte<text:tab/>und<text:line-break/>eine {spans}.")
    assert text(tmp_path, body) == "Zwei Worte und\neine Zeile tief."


def test_sections_lists_of_contents_and_indexes(tmp_path: Path) -> None:
    body = (
        f"<text:section>{p('im Bereich')}</text:section><text:table-of-content><text:table-of-content-source>"
        f"<text:index-title-template>nie</text:index-title-template></text:table-of-content-source><text:index-body>"
        f"{p('Kapitel 1 … 3')}</text:index-body></text:table-of-content>"
    )
    assert text(tmp_path, body) == "im Bereich\n\nKapitel 1 … 3"


def test_tracked_deletions_comments_and_notes(tmp_path: Path) -> None:
    region = f"<text:changed-region><text:deletion>{p('weg')}</text:deletion></text:changed-region>"
    comment = f"<office:annotation>{p('intern')}</office:annotation>"
    body = p(f"Satz{comment}{odf_note('Fuß')} weiter{odf_note('noch einer')}") + p("danach")
    assert text(tmp_path, f"<text:tracked-changes>{region}</text:tracked-changes>{body}") == (
        "Satz[1] weiter[2]\n\n[1] Fuß\n[2] noch einer\n\ndanach"
    )


def test_nested_lists_and_numbers(tmp_path: Path) -> None:
    def item(words: str, inner: str = "") -> str:
        return f"<text:list-item>{p(words)}{inner}</text:list-item>"

    inner = f"<text:list>{item('a')}{item('b')}</text:list>"
    body = f'<text:list text:style-name="L2">{item("eins", inner)}{item("zwei", inner)}</text:list>'
    body += f'<text:list text:style-name="L1">{item("Punkt")}</text:list>'
    assert text(tmp_path, body) == "1. eins\na) a\nb) b\n2. zwei\na) a\nb) b\n• Punkt"


def test_text_frames_follow_their_paragraph_once(tmp_path: Path) -> None:
    frame = f"<draw:frame><draw:text-box>{p('Kasten')}</draw:text-box><svg:title>Bild</svg:title></draw:frame>"
    shape = f"<draw:custom-shape>{p('Form')}<draw:enhanced-geometry/></draw:custom-shape>"
    assert text(tmp_path, p(f"vor {frame}nach{shape}") + frame) == "vor nach\n\nKasten\n\nForm\n\nKasten"


def test_page_breaks_soft_and_hard(tmp_path: Path) -> None:
    soft = "<text:soft-page-break/>"
    body = p("eins") + soft + p(f"zwei {soft}drei") + p("vier", "Seite")
    assert pages(tmp_path, body) == ["eins", "zwei", "drei", "vier"]


def test_a_page_that_ends_inside_a_table(tmp_path: Path) -> None:
    body = odf_table((("a", "b"), ("c", "d"))).replace(
        "</table:table-row><", "</table:table-row><text:soft-page-break/><", 1
    )
    assert pages(tmp_path, body) == ["a | b", "c | d"]


def test_headings_by_outline_and_by_style(tmp_path: Path) -> None:
    body = f'<text:h text:outline-level="3">Drei</text:h>{p("Zwei", "Heading_20_2")}{p("Text")}<text:h>Eins</text:h>'
    extraction = read(odf_package(tmp_path / "a.odt", "text", body))
    assert [(section.title, section.level) for section in extraction.sections] == [
        ("Drei", 3),
        ("Zwei", 2),
        ("Eins", 1),
    ]


def test_tables_with_headers_spans_and_columns_of_the_page(tmp_path: Path) -> None:
    header = f"<table:table-header-rows>{row(p('Stadt'), p('Zahl'))}</table:table-header-rows>"
    spanned = row(p("Hamm") + p("Mitte")).replace("</table:table-row>", "<table:covered-table-cell/></table:table-row>")
    layout = f"<table:table>{row(p('Rand'), '<text:h>Kapitel</text:h><text:p>X</text:p>')}</table:table>"
    assert text(tmp_path, f"<table:table>{header}{spanned}</table:table>{p('')}{layout}") == (
        "Stadt | Zahl\nHamm Mitte\n\nRand\n\nKapitel\n\nX"
    )


def test_footers_of_the_page_are_kept_beside_the_text(tmp_path: Path) -> None:
    assert read(odf_package(tmp_path / "a.odt", "text", p("Text"))).pages[0].running == ("Stadt Hamm",)


def test_links_lead_outside(tmp_path: Path) -> None:
    link = '<text:a xlink:href="{}">dort</text:a>'
    extraction = read(
        odf_package(tmp_path / "a.odt", "text", p(link.format("https://example.org/") + link.format("#Anker")))
    )
    assert extraction.links == ("https://example.org/",)
    assert extraction.pages[0].text == "dortdort"


def test_properties(tmp_path: Path) -> None:
    meta = (
        "<dc:title>Titel der Präsentation</dc:title><meta:initial-creator>Ä. B.</meta:initial-creator>"
        "<dc:creator>C. D.</dc:creator><meta:creation-date>2014-05-06T07:08:09</meta:creation-date>"
        "<meta:keyword>Leerstand</meta:keyword><meta:keyword>Öl</meta:keyword>"
    )
    extraction = read(odf_package(tmp_path / "a.odt", "text", p("Wovon es handelt", "Title") + p("Text"), meta))
    assert extraction.title == "Wovon es handelt"
    assert extraction.metadata == {"author": "Ä. B.", "created": "2014-05-06T07:08:09", "keywords": "Leerstand, Öl"}


def test_slides_have_their_title_first_and_their_notes_last(tmp_path: Path) -> None:
    def frame(words: str, kind: str = "") -> str:
        return f'<draw:frame presentation:class="{kind}"><draw:text-box>{p(words)}</draw:text-box></draw:frame>'

    notes = f"<presentation:notes>{frame('Notiz', 'notes')}{frame('7', 'page-number')}</presentation:notes>"
    group = f"<draw:g>{frame('in der Gruppe')}</draw:g>"
    first = f"{frame('Inhalt')}{group}{frame('Titel', 'title')}{frame('Fuß', 'footer')}{notes}"
    body = f"<draw:page>{first}</draw:page><draw:page/><draw:page>{frame('allein')}</draw:page>"
    assert pages(tmp_path, body, "presentation") == ["Titel\n\nInhalt\n\nin der Gruppe\n\nNotiz", "", "allein"]


def test_sheets_keep_empty_cells_between_full_ones(tmp_path: Path) -> None:
    empty = '<table:table-cell table:number-columns-repeated="2"/>'
    cells = f"<table:table-cell>{p('a')}</table:table-cell>{empty}<table:table-cell>{p('b')}</table:table-cell>{empty}"
    row = f"<table:table-row>{cells}</table:table-row>"
    assert pages(tmp_path, f'<table:table table:name="Flächen">{row}</table:table>', "spreadsheet") == [
        "Flächen\n\na | | | b"
    ]


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"mimetype": "application/vnd.oasis.opendocument.text", "meta.xml": "<x/>"}, Reason.DAMAGED),
        ({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x>"}, Reason.DAMAGED),
        ({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}, Reason.DAMAGED),
        ({"mimetype": "application/vnd.oasis.opendocument.graphics", "content.xml": "<x/>"}, Reason.UNSUPPORTED),
    ],
)
def test_packages_that_are_no_text(members: dict[str, str], reason: Reason, tmp_path: Path) -> None:
    with pytest.raises(ExtractionError) as caught:
        read(zipped(tmp_path / "a.odt", members))
    assert caught.value.reason is reason


@pytest.mark.parametrize("kind", ["text", "presentation", "spreadsheet"])
def test_a_file_without_text(kind: str, tmp_path: Path) -> None:
    with pytest.raises(ExtractionError) as caught:
        read(odf_package(tmp_path / "a.odt", kind, ""))
    assert caught.value.reason is Reason.NO_TEXT


def test_without_styles_short_lines_in_bold_are_headings(tmp_path: Path) -> None:
    long = p("Der Ausschuss hat die Vorlage beraten und einstimmig beschlossen. " * 3)
    span = '<text:span text:style-name="Fett">{}</text:span>'
    body = (
        p("Ausgangslage", "FetterAbsatz")
        + long
        + p(span.format("Fett") + " und mager")
        + p(span.format("Ziele"))
        + long
    )
    extraction = read(odf_package(tmp_path / "a.odt", "text", body))
    assert [(section.title, section.level) for section in extraction.sections] == [("Ausgangslage", 2), ("Ziele", 2)]
    body += "<text:h>Kapitel</text:h>"
    assert [section.title for section in read(odf_package(tmp_path / "a.odt", "text", body)).sections] == ["Kapitel"]
