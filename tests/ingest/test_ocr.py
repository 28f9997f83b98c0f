"""Recognition of scanned pages with the real tesseract, and what becomes of them without it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kb.errors import Reason
from kb.ingest.extractor import Limits
from kb.ingest.extractors import ocr
from kb.ingest.extractors.pdf_fragment import Fragment, Recognition
from kb.ingest.extractors.pdf_recognition import complete
from kb.ingest.extractors.pdfium import PdfiumDocument
from kb.ingest.reading import Reader, Reading
from kb.model import Extraction, Page, Section, TextOrigin
from tests.ingest import pdfs

needs_tesseract = pytest.mark.skipif(not ocr.available(), reason=f"tesseract is missing: {ocr.INSTALL}")
TEXT = [
    "Der Lenkungskreis beschließt die Förderung",
    "leerstehender Häuser in der Innen-",
    "stadt. Für Übergänge sind größere Mittel",
    "vorgesehen, über die Gladbeck berichtet.",
]
READ = (
    "Der Lenkungskreis beschließt die Förderung leerstehender Häuser in der Innenstadt. "
    "Für Übergänge sind größere Mittel vorgesehen, über die Gladbeck berichtet."
)


def scanned(path: Path, pages: int = 1, turn: int = 0) -> Path:
    """A PDF of pictures of pages, as a scanner makes it."""
    contents = [pdfs.show(pdfs.lines(TEXT, size=16, pitch=22)) for _ in range(pages)]
    source = pdfs.document(path.with_suffix(".source.pdf"), contents)
    with PdfiumDocument(source) as document, document.page(1) as page:
        width, height, gray = page.render(200, 10_000_000)
    source.unlink()
    for _ in range(turn // 90):
        gray, width, height = b"".join(gray[column::width][::-1] for column in range(width)), height, width
    box = pdfs.A4 if height > width else pdfs.A4[::-1]
    content = b"q %d 0 0 %d 0 0 cm /I1 Do Q\n" % box
    return pdfs.document(
        path, [content] * pages, box=box, extra=b"/XObject << /I1 20 0 R >>", o20=pdfs.image(gray, width, height)
    )


def read(path: Path, limits: Limits, workers: int = 1) -> Reading:
    with Reader(limits, workers) as reader:
        (reading,) = reader.read([path])
    return reading


@needs_tesseract
def test_a_scan_is_read_and_marked(tmp_path: Path) -> None:
    reading = read(scanned(tmp_path / "scan.pdf", pages=2), Limits(), workers=2)
    assert reading.reason is None
    assert reading.extraction is not None
    assert [page.number for page in reading.extraction.pages] == [1, 2]
    for page in reading.extraction.pages:
        assert (page.text, page.origin) == (READ, TextOrigin.OCR)
        assert page.confidence is not None
        assert 0.8 < page.confidence <= 1
    assert reading.extraction.unread == ()


@needs_tesseract
@pytest.mark.parametrize("turn", [180, *(pytest.param(turn, marks=pytest.mark.slow) for turn in (90, 270))])
def test_a_scan_that_lies_wrong_is_read(tmp_path: Path, turn: int) -> None:
    reading = read(scanned(tmp_path / "scan.pdf", turn=turn), Limits())
    assert reading.extraction is not None
    assert reading.extraction.pages[0].text == READ


@needs_tesseract
def test_a_page_that_takes_too_long_is_named_and_the_rest_kept(tmp_path: Path) -> None:
    reading = read(scanned(tmp_path / "scan.pdf"), Limits(seconds=0.15))
    assert reading.reason is Reason.TOO_SLOW
    if reading.extraction is not None:  # the file itself was quick enough
        assert reading.extraction.unread == (1,)
        assert reading.extraction.warnings == ("ocr_too_slow: page 1",)


def test_without_ocr_the_file_waits(tmp_path: Path) -> None:
    reading = read(scanned(tmp_path / "scan.pdf"), Limits(ocr=False))
    assert reading.reason is Reason.WAITS_FOR_OCR
    assert reading.extraction is not None
    assert (reading.extraction.unread, reading.extraction.pages[0].text) == ((1,), "")


def test_without_tesseract_the_file_waits(tmp_path: Path) -> None:
    path = scanned(tmp_path / "scan.pdf")
    (tmp_path / "bin").mkdir()
    command = [sys.executable, "-m", "kb.cli.main", "extract", "--json", str(path)]
    done = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"PATH": str(tmp_path / "bin")}, check=False
    )
    assert done.returncode == 1
    assert '"status": "waiting", "reason": "waits_for_ocr"' in done.stdout


@needs_tesseract
@pytest.mark.slow
def test_a_huge_page_is_rendered_within_bounds(tmp_path: Path) -> None:
    content = b"q 14400 0 0 14400 0 0 cm /I1 Do Q\n"
    path = pdfs.document(
        tmp_path / "a.pdf",
        [content],
        box=(14400, 14400),
        extra=b"/XObject << /I1 20 0 R >>",
        o20=pdfs.image(b"\xff", 1, 1),
    )
    assert read(path, Limits()).reason is Reason.NO_TEXT


def test_rendering_keeps_the_number_of_pixels(tmp_path: Path) -> None:
    path = pdfs.document(tmp_path / "a.pdf", [b""], box=(14400, 7200))
    with PdfiumDocument(path) as document, document.page(1) as page:
        width, height, gray = page.render(300, 1_000_000)
    assert len(gray) == width * height <= 1_000_000
    assert abs(width / height - 2) < 0.01


def line(text: str, y: float, paragraph: int) -> Fragment:
    return Fragment(text, 70, y, 500, y + 12, y + 12, 12, False, paragraph)


def test_recognised_pages_take_their_place_with_headings_and_feet_set_apart() -> None:
    extraction = Extraction(
        pages=tuple(Page(number, "Vorwort" if number == 1 else "") for number in range(1, 5)),
        sections=(Section("Vorwort", 1, 1),),
        waiting=Reason.WAITS_FOR_OCR,
        unread=(2, 3, 4),
    )
    recognized = {
        number: Recognition(
            number,
            842,
            (
                line(f"§ {number} Zweck der Satzung", 300, 0),
                line("Sie regelt die Ge-", 330, 1),
                line("bühren.", 345, 1),
                line(f"Seite {number}", 810, 2),
            ),
            0.9,
        )
        for number in (2, 3)
    }
    found = complete(extraction, recognized, {4: Reason.TOO_SLOW})
    assert found.pages[1] == Page(
        2, "§ 2 Zweck der Satzung\n\nSie regelt die Gebühren.", TextOrigin.OCR, 0.9, ("Seite 2",)
    )
    assert [section.title for section in found.sections] == [
        "Vorwort",
        "§ 2 Zweck der Satzung",
        "§ 3 Zweck der Satzung",
    ]
    assert (found.waiting, found.unread, found.warnings) == (Reason.TOO_SLOW, (4,), ("ocr_too_slow: page 4",))


def test_an_outline_outweighs_what_looks_like_a_heading() -> None:
    outline = (Section("Zweck", 2, 1),)
    extraction = Extraction(pages=(Page(1, ""),), sections=outline, waiting=Reason.WAITS_FOR_OCR, unread=(1,))
    recognized = {1: Recognition(1, 842, (line("Satzung", 200, 0), line("§ 1 Zweck", 300, 1)), 0.9)}
    found = complete(extraction, recognized, {})
    assert found.sections == (Section("Zweck", 2, 1, len("Satzung\n\n§ 1 ")),)
