"""Presentations: slides whose text python-pptx does not list, and what stands on every slide."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from kb.errors import ExtractionError, Reason
from kb.ingest.extraction import extract_file
from kb.ingest.extractor import Limits
from kb.model import Extraction
from tests.ingest.samples import zipped

SHAPE = (
    '<p:sp><p:nvSpPr><p:cNvPr id="9" name="x"/><p:cNvSpPr/><p:nvPr>{holder}</p:nvPr></p:nvSpPr><p:spPr/>'
    "<p:txBody><a:bodyPr/><a:p>{runs}</a:p></p:txBody></p:sp>"
)


def read(path: Path) -> Extraction:
    return extract_file(path, Limits())[1]


def with_shapes(folder: Path, shapes: str) -> Extraction:
    """An empty slide with these shapes written into its XML."""
    deck = Presentation()
    deck.slides.add_slide(deck.slide_layouts[6])
    deck.save(str(folder / "leer.pptx"))
    with zipfile.ZipFile(folder / "leer.pptx") as container:
        members = {name: container.read(name) for name in container.namelist()}
    slide = "ppt/slides/slide1.xml"
    mc = b'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    members[slide] = (
        members[slide]
        .replace(b"</p:spTree>", shapes.encode() + b"</p:spTree>")
        .replace(b"<p:sld ", b"<p:sld " + mc + b" ")
    )
    return read(zipped(folder / "a.pptx", members))


def shape(words: str, kind: str = "") -> str:
    holder = f'<p:ph type="{kind}"/>' if kind else ""
    return SHAPE.format(holder=holder, runs=f"<a:r><a:t>{words}</a:t></a:r>")


def test_shapes_stored_twice_are_read_once(tmp_path: Path) -> None:
    twice = "<mc:AlternateContent><mc:Choice Requires='p14'>{0}</mc:Choice><mc:Fallback>{0}</mc:Fallback></mc:AlternateContent>"
    only_old = "<mc:AlternateContent><mc:Choice Requires='p14'/><mc:Fallback>{}</mc:Fallback></mc:AlternateContent>"
    extraction = with_shapes(tmp_path, twice.format(shape("einmal")) + only_old.format(shape("alt")))
    assert extraction.pages[0].text == "einmal\n\nalt"


def test_numbers_dates_and_footers_of_slides_are_left_out(tmp_path: Path) -> None:
    field = SHAPE.format(holder="", runs='<a:fld id="{1}" type="slidenum"><a:t>7</a:t></a:fld>')
    shapes = shape("Inhalt") + shape("7", "sldNum") + shape("2014", "dt") + shape("Stadt Hamm", "ftr") + field
    assert with_shapes(tmp_path, shapes).pages[0].text == "Inhalt"


def test_runs_breaks_and_fields_make_one_line(tmp_path: Path) -> None:
    runs = "<a:r><a:t>Größe </a:t></a:r><a:r><a:t>der</a:t></a:r><a:br/><a:r><a:t>Fläche</a:t></a:r>"
    runs += '<a:fld id="{1}" type="datetime"><a:t> 2014</a:t></a:fld>'
    assert with_shapes(tmp_path, SHAPE.format(holder="", runs=runs)).pages[0].text == "Größe der Fläche 2014"


def test_the_title_comes_first_wherever_it_is_stored(tmp_path: Path) -> None:
    extraction = with_shapes(tmp_path, shape("Inhalt") + shape("Oben", "ctrTitle"))
    assert extraction.pages[0].text == "Oben\n\nInhalt"
    assert [(section.title, section.page, section.start) for section in extraction.sections] == [("Oben", 1, 0)]


def test_charts_keep_their_words(tmp_path: Path) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Leerstand"
    data = CategoryChartData()
    data.categories = ["Gladbeck", "Hamm"]
    data.add_series("Läden", (3, 7))
    slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, 0, 0, Inches(4), Inches(3), data)
    deck.save(str(tmp_path / "a.pptx"))
    assert set(read(tmp_path / "a.pptx").pages[0].text.split()) == {"Leerstand", "Läden", "Gladbeck", "Hamm"}


def test_slides_without_text_still_count(tmp_path: Path) -> None:
    deck = Presentation()
    for words in ("eins", "", "drei"):
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = words
    deck.save(str(tmp_path / "a.pptx"))
    assert [page.text for page in read(tmp_path / "a.pptx").pages] == ["eins", "", "drei"]


def test_slide_shows_and_templates_are_read_as_well(tmp_path: Path) -> None:
    deck = Presentation()
    deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = "Titel der Folie eins"
    deck.save(str(tmp_path / "b.pptx"))
    with zipfile.ZipFile(tmp_path / "b.pptx") as container:
        members = {name: container.read(name) for name in container.namelist()}
    types = members["[Content_Types].xml"]
    for kind in (b"slideshow", b"template"):
        members["[Content_Types].xml"] = types.replace(b"presentation.main", kind + b".main")
        assert read(zipped(tmp_path / "a.ppsx", members)).pages[0].text == "Titel der Folie eins"


@pytest.mark.parametrize("lost", ["ppt/presentation.xml", "ppt/slides/slide1.xml", "_rels/.rels"])
def test_packages_with_a_part_missing(lost: str, tmp_path: Path) -> None:
    deck = Presentation()
    deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = "x"
    deck.save(str(tmp_path / "b.pptx"))
    with zipfile.ZipFile(tmp_path / "b.pptx") as container:
        members = {name: container.read(name) for name in container.namelist() if name != lost}
    with pytest.raises(ExtractionError) as caught:
        read(zipped(tmp_path / "a.pptx", members))
    assert caught.value.reason is Reason.DAMAGED


def test_footers_drawn_by_hand_are_kept_beside_the_text(tmp_path: Path) -> None:
    deck = Presentation()
    for number in range(1, 6):
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = f"Folie {number} von allen"
        slide.shapes.add_textbox(0, 0, 9, 9).text_frame.text = f"Stadt Hamm · {number}"
        slide.shapes.add_textbox(0, 0, 9, 9).text_frame.text = f"Schritt {number + 10}"
    deck.save(str(tmp_path / "a.pptx"))
    pages = read(tmp_path / "a.pptx").pages
    assert [page.running for page in pages] == [(f"Stadt Hamm · {number}",) for number in range(1, 6)]
    assert [page.text for page in pages] == [
        f"Folie {number} von allen\n\nSchritt {number + 10}" for number in range(1, 6)
    ]


def test_what_stands_on_every_slide_of_two_is_content(tmp_path: Path) -> None:
    deck = Presentation()
    for _ in range(2):
        deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_textbox(
            0, 0, 9, 9
        ).text_frame.text = "Inhalt\nzweite Zeile"
    deck.save(str(tmp_path / "a.pptx"))
    assert [page.text for page in read(tmp_path / "a.pptx").pages] == ["Inhalt\nzweite Zeile"] * 2
