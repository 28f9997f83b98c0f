"""What is read from PDFs: text in reading order, headings, tables, metadata; and what cannot be read, by its name."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from kb.errors import ExtractionError, Reason
from kb.ingest.extraction import extract_file
from kb.ingest.extractor import Limits
from kb.ingest.extractors.pdf import PdfExtractor
from kb.model import Extraction, TextOrigin
from tests.ingest import pdfs

LAW = Path(__file__).parents[2] / "../shared/data/documents/law_annexes"
WORDS = (
    "In der Innenstadt stehen seit Jahren viele Ladenlokale leer und die Stadt sucht nach neuen Wegen der Nutzung für "
    "die betroffenen Häuser am Markt und in den Straßen ringsum"
)


def extract(path: Path) -> Extraction:
    return PdfExtractor().extract(path, Limits())


def text(path: Path) -> str:
    return extract(path).pages[0].text


def shown(tmp_path: Path, *contents: bytes) -> Extraction:
    return extract(pdfs.document(tmp_path / "shown.pdf", contents))


def prose(seed: int, count: int) -> list[str]:
    """Lines as a program would break them, each page or column with others."""
    words = WORDS.split()
    text = " ".join(words[(seed * 7 + number * 3) % len(words)] for number in range(10 * count))
    return textwrap.wrap(text, 44)[:count]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Die alte Innen-", "stadt wird umgebaut", "Die alte Innenstadt wird umgebaut"),
        ("Antrag im NRW-", "Programm gestellt", "Antrag im NRW-Programm gestellt"),
        ("Jahre 2019-", "2021 im Rückblick", "Jahre 2019-2021 im Rückblick"),
        ("Neue Wohn-", "und Geschäftshäuser", "Neue Wohn- und Geschäftshäuser"),
        ("Alle Rad-", "bzw. Fußwege sind frei", "Alle Rad- bzw. Fußwege sind frei"),
        ("Ein Haus -", "ein schönes - steht leer", "Ein Haus - ein schönes - steht leer"),
    ],
)
def test_hyphens_at_line_ends(tmp_path: Path, first: str, second: str, expected: str) -> None:
    found = shown(tmp_path, pdfs.show(pdfs.lines([first, second])))
    assert found.pages[0].text == expected


def test_umlauts_quotes_and_spaces(tmp_path: Path) -> None:
    found = shown(tmp_path, pdfs.show([(70, 700, 11, "Größe „Übermaß“ – 5\u00a0% für €\u00a03,50 • § 4")]))
    assert found.pages[0].text == "Größe „Übermaß“ – 5 % für € 3,50 • § 4"


def test_ligatures_and_decomposed_umlauts(tmp_path: Path) -> None:
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        b"1 begincodespacerange <00> <ff> endcodespacerange\n"
        b"3 beginbfchar <41> <FB01> <42> <00750308> <43> <FB00> endbfchar endcmap end end"
    )
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 21 0 R >>"
    path = pdfs.document(
        tmp_path / "a.pdf",
        [b"BT /F9 12 Tf 70 700 Td (AnanzenfBrSchiCe) Tj ET"],
        extra=b"/Font << /F9 20 0 R >>",
        o20=font,
        o21=pdfs.stream(cmap),
    )
    assert text(path) == "finanzenfürSchiffe"


def test_paragraphs_stay_apart_and_lines_join(tmp_path: Path) -> None:
    upper, lower = prose(1, 3), prose(2, 3)
    runs = pdfs.lines(upper) + pdfs.lines(lower, top=700 - 3 * 14 - 10)
    assert shown(tmp_path, pdfs.show(runs)).pages[0].text == " ".join(upper) + "\n\n" + " ".join(lower)


def test_list_items_are_lines(tmp_path: Path) -> None:
    items = ["1. Bestand erfassen", "2. Eigentümer ansprechen", "3. Zwischennutzung prüfen"]
    runs = [(70, 700 - 14 * number, 11, item.split(" ", 1)[0]) for number, item in enumerate(items)]
    runs += [(100, 700 - 14 * number, 11, item.split(" ", 1)[1]) for number, item in enumerate(items)]
    runs.sort(key=lambda run: (-run[1], run[0]))
    assert shown(tmp_path, pdfs.show(runs)).pages[0].text == "\n".join(items)


def test_running_heads_and_page_numbers_are_set_aside(tmp_path: Path) -> None:
    contents = []
    for number in range(1, 6):
        edges = [(70, 805, 9, "Leitfaden Stadtumbau"), (280, 30, 9, f"Seite {number} von 5")]
        runs = [*pdfs.lines(prose(number, 4)), *edges]
        if number == 1:
            runs.append((70, 770, 20, "Leitfaden Stadtumbau"))
        contents.append(pdfs.show(runs))
    found = shown(tmp_path, *contents)
    assert found.pages[0].text.startswith("Leitfaden Stadtumbau\n\n" + prose(1, 1)[0])
    assert found.pages[2].text == " ".join(prose(3, 4))
    assert found.pages[2].running == ("Leitfaden Stadtumbau", "Seite 3 von 5")


def test_a_line_that_does_not_repeat_is_text(tmp_path: Path) -> None:
    contents = [
        pdfs.show([(70, 805, 9, title), *pdfs.lines(prose(1, 3))]) for title in ("Altena", "Bochum", "Hamm", "Siegen")
    ]
    found = shown(tmp_path, *contents)
    assert [page.text.split()[0] for page in found.pages] == ["Altena", "Bochum", "Hamm", "Siegen"]


def columns(seeds: tuple[int, ...], count: int, width: float, *, by_row: bool) -> list[pdfs.Run]:
    runs = [
        run
        for column, seed in enumerate(seeds)
        for run in pdfs.lines(prose(seed, count), x=50 + column * width, size=7)
    ]
    return sorted(runs, key=lambda run: (-run[1], run[0])) if by_row else runs


@pytest.mark.parametrize("by_row", [False, True], ids=["one after the other", "interleaved"])
@pytest.mark.parametrize("count", [2, 3])
def test_columns_are_read_one_after_the_other(tmp_path: Path, count: int, by_row: bool) -> None:
    seeds = (1, 2, 3)[:count]
    runs = columns(seeds, 12, 500 / count, by_row=by_row)
    found = shown(tmp_path, pdfs.show(runs)).pages[0].text
    assert found.split() == [word for seed in seeds for line in prose(seed, 12) for word in line.split()]


def test_a_title_above_columns_comes_first(tmp_path: Path) -> None:
    title = "Nach dem Warenhaus: was aus den großen Häusern in der Mitte der Stadt werden kann und soll"
    runs = [*columns((1, 2), 10, 250, by_row=True), (50, 740, 11, title), (50, 500, 11, title.upper())]
    found = shown(tmp_path, pdfs.show(runs)).pages[0].text
    words = [word for seed in (1, 2) for line in prose(seed, 10) for word in line.split()]
    assert found.split() == [*title.split(), *words, *title.upper().split()]


def test_an_ocr_layer_keeps_its_own_order_and_is_marked(tmp_path: Path) -> None:
    runs = columns((1, 2), 10, 250, by_row=True)
    path = pdfs.scan(tmp_path / "layer.pdf", (2, 2, b"\xff" * 4), layer=pdfs.show(runs, mode=3))
    (page,) = extract(path).pages
    assert page.origin is TextOrigin.OCR
    assert page.text.split() == [word for run in runs for word in run[3].split()]


STYLES = getSampleStyleSheet()


def platypus(path: Path, *story: object) -> Path:
    SimpleDocTemplate(str(path), pagesize=A4).build(list(story))
    return path


@pytest.mark.parametrize("grid", [True, False], ids=["with lines", "without lines"])
def test_rows_of_a_table_keep_their_cells_together(tmp_path: Path, grid: bool) -> None:
    body = STYLES["BodyText"]
    long = "Zwischennutzung leerstehender Ladenlokale in der Fußgängerzone gemeinsam mit den Eigentümern"
    rows = [
        ["Stadt", "Maßnahme", "Kosten"],
        ["Gladbeck", Paragraph(long, body), "12.500 €"],
        ["Hamm", Paragraph("Rückbau", body), "80.000 €"],
        ["Krefeld", Paragraph("Umbau des Warenhauses zu Wohnungen und Büros", body), "1,2 Mio. €"],
    ]
    style = [("GRID", (0, 0), (-1, -1), 0.5, "black")] if grid else []
    table = Table(rows, colWidths=[90, 180, 90], style=[("VALIGN", (0, 0), (-1, -1), "TOP"), *style])
    before, after = Paragraph("Davor steht ein Satz.", body), Paragraph("Danach steht noch ein Satz.", body)
    found = text(platypus(tmp_path / "table.pdf", before, table, after)).split("\n")
    assert [line for line in found if line] == [
        "Davor steht ein Satz.",
        "Stadt | Maßnahme | Kosten",
        f"Gladbeck | {long} | 12.500 €",
        "Hamm | Rückbau | 80.000 €",
        "Krefeld | Umbau des Warenhauses zu Wohnungen und Büros | 1,2 Mio. €",
        "Danach steht noch ein Satz.",
    ]


def test_headings_by_size_and_weight(tmp_path: Path) -> None:
    body, small = STYLES["BodyText"], "<b>Zwischenstand im Jahr 2012</b>"
    filler = Paragraph(f"{WORDS}. " * 4, body)
    path = platypus(
        tmp_path / "a.pdf",
        Paragraph("Leerstand als Chance", STYLES["Title"]),
        filler,
        Paragraph("Ausgangslage", STYLES["Heading2"]),
        filler,
        Paragraph(small, body),
        filler,
    )
    found = extract(path)
    assert [(section.title, section.level) for section in found.sections] == [
        ("Leerstand als Chance", 1),
        ("Ausgangslage", 2),
        ("Zwischenstand im Jahr 2012", 3),
    ]
    assert found.title == "Leerstand als Chance"
    for section in found.sections:
        assert found.pages[0].text[section.start :].startswith(section.title)


def test_bold_words_at_the_beginning_make_no_heading(tmp_path: Path) -> None:
    bold = pdfs.show([(70, 700, 11, "Fall B.")], font="F2")
    rest = pdfs.show(
        [(115, 700, 11, "Eine Gemeinschaft von elf Erben, die sich"), (70, 686, 11, "seit Jahren nicht einig wird.")]
    )
    found = shown(tmp_path, bold + b"\n" + rest)
    assert found.pages[0].text == "Fall B. Eine Gemeinschaft von elf Erben, die sich seit Jahren nicht einig wird."
    assert found.sections == ()


def test_a_footnote_mark_does_not_part_its_line(tmp_path: Path) -> None:
    first = Paragraph(
        "Im Herbst standen 17 Läden leer, fast jedes dritte.<super>1</super> Ein großer Teil ist schmal.",
        STYLES["BodyText"],
    )
    filler = [Paragraph(f"{WORDS}.", STYLES["BodyText"]) for _ in range(4)]
    assert "dritte.1 Ein großer Teil" in text(platypus(tmp_path / "a.pdf", first, *filler))


def test_a_table_of_contents_has_a_line_an_entry(tmp_path: Path) -> None:
    entries = [("Ausgangslage", "3"), ("Maßnahmen der Stadt", "5"), ("Ergebnisse", "12")]
    runs: list[pdfs.Run] = []
    for number, (title, page) in enumerate(entries):
        y = 700 - 14 * number
        runs += [(70, y, 11, title), (200, y, 11, ". " * 40 + page)]
    assert shown(tmp_path, pdfs.show(runs)).pages[0].text.replace(" | ", " ").split("\n") == [
        f"{title} … {page}" for title, page in entries
    ]


def test_an_outline_that_only_names_files_is_no_outline(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.bookmarkPage("k")
    canvas.addOutlineEntry("IMG_787062_01", "k")
    canvas.setFont("Helvetica-Bold", 18)
    canvas.drawString(70, 750, "Ausgangslage")
    canvas.setFont("Helvetica", 11)
    for number, line in enumerate(prose(1, 6)):
        canvas.drawString(70, 700 - 14 * number, line)
    canvas.save()
    assert [section.title for section in extract(tmp_path / "a.pdf").sections] == ["Ausgangslage"]


def test_the_outline_gives_the_sections(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "outline.pdf"), pagesize=A4)
    for number, title in enumerate(("Einführung", "Maßnahmen", "Ausblick")):
        canvas.bookmarkPage(f"k{number}")
        canvas.addOutlineEntry(title, f"k{number}", level=min(number, 1))
        canvas.drawString(70, 700, f"Seite {number} beginnt mit einem Satz.")
        canvas.drawString(70, 650, title)
        canvas.drawString(70, 600, "Und es folgt noch einer.")
        canvas.showPage()
    canvas.save()
    found = extract(tmp_path / "outline.pdf")
    assert [(section.title, section.level, section.page) for section in found.sections] == [
        ("Einführung", 1, 1),
        ("Maßnahmen", 2, 2),
        ("Ausblick", 2, 3),
    ]
    for section in found.sections:
        assert found.pages[section.page - 1].text[section.start :].startswith(section.title)


def test_properties_dates_and_links(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"))
    canvas.setTitle("Förderung von Rückbau")
    canvas.setAuthor("Stadt Hamm")
    canvas.setSubject("Stadtumbau")
    canvas.drawString(70, 700, "Siehe die Seite des Ministeriums für Bauen und Verkehr.")
    canvas.linkURL("https://example.org/förderung", (60, 690, 300, 720))
    canvas.linkURL("https://example.org/förderung", (60, 590, 300, 620))
    canvas.save()
    found = extract(tmp_path / "a.pdf")
    assert (found.title, found.metadata["author"], found.metadata["subject"]) == (
        "Förderung von Rückbau",
        "Stadt Hamm",
        "Stadtumbau",
    )
    assert len(found.links) == 1
    assert found.links[0].startswith("https://example.org/f")
    assert found.metadata["created"][:2] == "20"
    assert len(found.metadata["created"]) == len("2024-01-31")
    assert found.extractor == "pdfium"


@pytest.mark.parametrize("turns", [90, 180, 270])
def test_a_turned_page_reads_as_it_is_seen(tmp_path: Path, turns: int) -> None:
    runs = pdfs.lines(prose(1, 5))
    path = pdfs.document(tmp_path / "a.pdf", [pdfs.show(runs)])
    # the text is set upright for the eye of who turns the page
    matrices = {90: b"0 1 -1 0 595 0 cm", 180: b"-1 0 0 -1 595 842 cm", 270: b"0 -1 1 0 0 842 cm"}
    content = (
        b"q " + matrices[turns] + b"\n" + pdfs.show([(x, y - 300, size, words) for x, y, size, words in runs]) + b" Q"
    )
    path = pdfs.document(tmp_path / "b.pdf", [content])
    path.write_bytes(path.read_bytes().replace(b"/Type /Page ", b"/Type/Page/Rotate %d " % turns))
    assert text(path) == " ".join(prose(1, 5))


def test_a_password_is_named(tmp_path: Path) -> None:
    for name, password in (("open.pdf", ""), ("locked.pdf", "geheim")):
        canvas = Canvas(str(tmp_path / name), encrypt=StandardEncryption(password, "besitzer"))
        canvas.drawString(70, 700, "Vertrauliches aus dem Lenkungskreis")
        canvas.save()
    assert text(tmp_path / "open.pdf") == "Vertrauliches aus dem Lenkungskreis"
    with pytest.raises(ExtractionError) as caught:
        extract(tmp_path / "locked.pdf")
    assert caught.value.reason is Reason.ENCRYPTED


@pytest.mark.parametrize("cut", [b"startxref", b"xref\n0", b"trailer"])
def test_a_file_without_its_end_is_read(tmp_path: Path, cut: bytes) -> None:
    path = pdfs.document(tmp_path / "a.pdf", [pdfs.show(pdfs.lines(prose(number, 5))) for number in range(3)])
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(cut)])
    assert [page.text for page in extract(path).pages] == [" ".join(prose(number, 5)) for number in range(3)]


def test_a_file_without_its_second_half_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pageCompression=0)
    for number in range(6):
        canvas.drawString(70, 700, f"Seite {number} handelt von Leerstand und Umbau.")
        canvas.showPage()
    canvas.save()
    data = (tmp_path / "a.pdf").read_bytes()
    (tmp_path / "a.pdf").write_bytes(data[: data.index(b"Seite 4")])
    found = extract(tmp_path / "a.pdf")
    assert [page.text for page in found.pages][:4] == [
        f"Seite {number} handelt von Leerstand und Umbau." for number in range(4)
    ]
    assert found.warnings[0].startswith("repaired")


def test_damage_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4\n" + b"\x00\xff nothing of use " * 50)
    with pytest.raises(ExtractionError) as caught:
        extract(path)
    assert caught.value.reason is Reason.DAMAGED


def test_pdfminer_reads_what_pdfium_does_not(tmp_path: Path) -> None:
    path = pdfs.document(tmp_path / "a.pdf", [pdfs.show(pdfs.lines(prose(1, 5)))])
    path.write_bytes(b"X-Saved-From: mail\n" * 100 + path.read_bytes())  # the header comes too late for pdfium
    found = extract(path)
    assert found.extractor == "pdfminer"
    assert found.pages[0].text.split() == " ".join(prose(1, 5)).split()


def test_letters_drawn_as_shapes_are_named(tmp_path: Path) -> None:
    letter = b"%d %d m %d 705 l 300 710 l 300 700 320 720 330 700 c 310 690 l h f\n"
    found = shown(tmp_path, b"".join(letter % (x, 700, x + 5) for x in range(70, 500, 6)))
    assert (found.waiting, found.unread) == (Reason.OUTLINED, (1,))


def test_a_scanned_page_among_others_is_named(tmp_path: Path) -> None:
    body = pdfs.show(pdfs.lines(prose(1, 5)))
    picture = b"q 595 0 0 842 0 0 cm /I1 Do Q"
    path = pdfs.document(
        tmp_path / "a.pdf",
        [body, picture + pdfs.show([(500, 20, 8, "Seite 2")]).join((b"\n", b"")), body],
        extra=b"/XObject << /I1 20 0 R >>",
        o20=pdfs.image(b"\x80" * 400, 20, 20),
    )
    found = extract(path)
    assert (found.waiting, found.unread) == (Reason.WAITS_FOR_OCR, (2,))
    assert found.pages[0].text == found.pages[2].text == " ".join(prose(1, 5))


def test_a_blank_page_waits_for_nothing(tmp_path: Path) -> None:
    found = shown(tmp_path, pdfs.show(pdfs.lines(prose(1, 5))), b"", b"70 700 m 500 700 l S")
    assert (found.waiting, [page.text != "" for page in found.pages]) == (None, [True, False, False])


def test_a_wrong_extension_is_noted(tmp_path: Path) -> None:
    path = pdfs.document(tmp_path / "a.docx", [pdfs.show(pdfs.lines(prose(1, 5)))])
    detected, found = extract_file(path, Limits())
    assert detected.format == "pdf"
    assert found.media_type == "application/pdf"
    assert any(warning.startswith("extension_wrong") for warning in found.warnings)


@pytest.mark.skipif(not LAW.is_dir(), reason="the annexes are not there")
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("binschuo2018anh_v-bgbl1_2018_j1398-1_0750.pdf", Reason.OUTLINED),
        ("kapausstv_2016-bgbl1_2016_j0795-1_0060.pdf", Reason.UNMAPPED),
        ("pfav-bgbl1_2016_j0842-1_0050.pdf", Reason.UNMAPPED),
        ("zvfv-bgbl1_2014_j0754-1_0020.pdf", None),  # no character map either, and reads well
        ("finav-bgbl1_2020_j1890-1_0040.pdf", Reason.WAITS_FOR_OCR),
    ],
)
def test_real_files_that_only_recognition_can_read(name: str, reason: Reason | None) -> None:
    assert extract(LAW / name).waiting is reason
