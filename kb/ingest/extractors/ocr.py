"""Text recognition: one page at a time, rendered by pdfium, read by tesseract, which is optional.

Which pages need it is decided in pdf.py; when each is recognised is kb/ingest/reading.py's, and what becomes of the lines
is pdf_recognition.py's. Nothing is written to disk: the picture goes through a pipe.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from kb.errors import ExtractionError, Reason
from kb.ingest.extractors.pdf_fragment import Fragment, Recognition

INSTALL = "apt-get install tesseract-ocr tesseract-ocr-deu"
LANGUAGE = "deu"
DPI = 300.0
MAX_PIXELS = 30_000_000  # an A3 page at 300 dpi has 17 million; larger ones are rendered smaller
_LINES_AND_COLUMNS = "3"  # tesseract's page segmentation mode
_WORD = "5"  # the level of a word in its table
_SPECK = 0.25  # confidence (0..1) below which a "word" is dirt or part of a drawing
_DOUBTFUL = 0.6  # mean confidence below which the page may stand on its head


class _Word(NamedTuple):
    """A recognised word: numbers of its paragraph and line, box in pixels, confidence 0..1."""

    paragraph: tuple[int, int]
    line: int
    x0: int
    y0: int
    x1: int
    y1: int
    confidence: float
    text: str


class _Raster(NamedTuple):
    width: int
    height: int
    data: bytes


@cache
def available() -> bool:
    """Whether tesseract with German is installed: asked once a process."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    try:
        listing = subprocess.run(  # noqa: S603 - found on PATH, no input of others
            [program, "--list-langs"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return LANGUAGE in (listing.stdout + listing.stderr).split()


def recognize(path: Path, number: int) -> Recognition:
    """The lines of page `number` (from 1) of a PDF.

    Raises ExtractionError with DAMAGED, TOO_MUCH_MEMORY, WAITS_FOR_OCR (not installed) or CRASHED (tesseract failed).
    Limits of time and memory are the child's.
    """
    from kb.ingest.extractors.pdfium import PdfiumDocument  # not needed by those who only ask whether OCR is available

    with PdfiumDocument(path) as document, document.page(number) as page:
        raster = _Raster(*page.render(DPI, MAX_PIXELS))
        scale = page.height / raster.height
    words = _words(raster)
    if words and _confidence(words) < _DOUBTFUL:
        # tesseract reads a page on its side by itself, one that stands on its head only when it is turned
        words = max(words, _words(_Raster(raster.width, raster.height, raster.data[::-1])), key=_confidence)
    return Recognition(number, raster.height * scale, tuple(_lines(words, scale)), _confidence(words))


def _tesseract(raster: _Raster, options: list[str]) -> str:
    program = shutil.which("tesseract")
    if program is None:
        raise ExtractionError(Reason.WAITS_FOR_OCR, f"tesseract is not installed; install it with: {INSTALL}")
    picture = b"P5 %d %d 255\n" % (raster.width, raster.height) + raster.data
    done = subprocess.run(  # noqa: S603 - found on PATH, fed with pixels only
        [program, "stdin", "stdout", "--dpi", str(int(DPI)), "-l", LANGUAGE, *options],
        input=picture,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise ExtractionError(Reason.CRASHED, f"tesseract: exit code {done.returncode} {' '.join(last)}")
    return done.stdout.decode("utf-8", "replace")


def _words(raster: _Raster) -> list[_Word]:
    words = []
    for row in _tesseract(raster, ["--psm", _LINES_AND_COLUMNS, "tsv"]).splitlines():
        level, _, block, paragraph, line, _, left, top, width, height, confidence, text = (
            *row.split("\t", 11),
            *[""] * 12,
        )[:12]
        if level == _WORD and text.strip() and float(confidence) >= 100 * _SPECK:
            x, y = int(left), int(top)
            words.append(
                _Word(
                    (int(block), int(paragraph)),
                    int(line),
                    x,
                    y,
                    x + int(width),
                    y + int(height),
                    float(confidence) / 100,
                    text.strip(),
                )
            )
    return words


def _confidence(words: list[_Word]) -> float:
    """The mean over the letters, 0 where there are none."""
    letters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / letters if letters else 0.0


def _lines(words: list[_Word], scale: float) -> Iterator[Fragment]:
    """Lines in tesseract's reading order; `order` is the number of the line's paragraph."""
    paragraphs: dict[tuple[int, int], int] = {}
    for (paragraph, _), group in groupby(words, key=lambda word: (word.paragraph, word.line)):
        line = list(group)
        text = " ".join(word.text for word in line)
        if not any(character.isalnum() for character in text):
            continue
        x0, x1 = min(word.x0 for word in line) * scale, max(word.x1 for word in line) * scale
        y0, y1 = min(word.y0 for word in line) * scale, max(word.y1 for word in line) * scale
        number = paragraphs.setdefault(paragraph, len(paragraphs))
        yield Fragment(text, x0, y0, x1, y1, y1, y1 - y0, False, number)
