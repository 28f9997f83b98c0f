"""The driver of pdfminer.six: the second opinion on PDFs that pdfium cannot open, finds nothing in, or reads without blanks.

It is some thirty times slower, so pdf.py asks it only then. What the fragments mean is decided there and by its siblings.
"""

from __future__ import annotations

import struct
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTChar, LTTextLine
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException

from kb.errors import ExtractionError, Reason
from kb.ingest.extractors.pdf_fragment import Fragment

# Its own errors, and what a parser without checks runs into on a damaged file.
_DAMAGE: tuple[type[Exception], ...] = (
    PDFException,
    PSException,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


class MinedPage(NamedTuple):
    """A page's height in points and its lines of text, in pdfminer's reading order."""

    height: float
    fragments: list[Fragment]


def pages(path: Path, seconds: float) -> list[MinedPage]:
    """The pages that can be read within `seconds`; the rest are left out.

    Raises ExtractionError with ENCRYPTED, or DAMAGED when not even the first page can be read.
    """
    end = time.monotonic() + seconds
    found: list[MinedPage] = []
    try:
        for layout in extract_pages(path, laparams=LAParams()):
            found.append(MinedPage(layout.height, list(_fragments(layout))))
            if time.monotonic() > end:
                break
    except PDFPasswordIncorrect as error:
        raise ExtractionError(Reason.ENCRYPTED, "pdfminer: password needed") from error
    except _DAMAGE as error:
        if not found:
            raise ExtractionError(Reason.DAMAGED, f"pdfminer: {type(error).__name__}: {error}") from error
    return found


def _fragments(layout: Any) -> Iterator[Fragment]:
    for order, line in enumerate(_lines(layout)):
        text = line.get_text().strip()
        character = next((each for each in line if isinstance(each, LTChar)), None)
        if text and character is not None:
            upper, lower = layout.height - line.y1, layout.height - line.y0
            size, bold = character.size, "bold" in character.fontname.lower()
            yield Fragment(text, line.x0, upper, line.x1, lower, lower - 0.2 * size, size, bold, order)


def _lines(item: Any) -> Iterator[Any]:
    if isinstance(item, LTTextLine):
        yield item
    elif hasattr(item, "__iter__"):
        for child in item:
            yield from _lines(child)
