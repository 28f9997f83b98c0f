"""Recognised lines put into the place of the pages that had none: the second half of reading a scan.

Recognition itself is kb/ingest/extractors/ocr.py's. No driver is needed here, so the parent process may do it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from kb.errors import Reason
from kb.ingest.extractors import pdf_running
from kb.ingest.extractors.composer import clean
from kb.ingest.extractors.pdf_fragment import Fragment, Recognition
from kb.ingest.extractors.pdf_page import locate
from kb.ingest.extractors.pdf_text import join
from kb.model import Extraction, Page, Section, TextOrigin

# the headings of statutes and numbered reports; sizes of recognised letters are too rough to tell
_HEADING = re.compile(
    r"(?:§+ ?\d{1,3}[a-z]?|(?:[IVX]{1,5}|\d{1,2})(?:\.\d{1,2}){0,3}\.?|Anlage \d*|Artikel \d+)\s+[A-ZÄÖÜ][^\n]{2,90}"
)
_SENTENCE_END = re.compile(r"[.;:,!?]$")


def complete(
    extraction: Extraction, recognized: Mapping[int, Recognition], failures: Mapping[int, Reason]
) -> Extraction:
    """The extraction with its unread pages recognised as far as they could be. What failed is named in the warnings."""
    order = sorted(recognized)
    parted = pdf_running.split([(recognized[number].height, recognized[number].lines) for number in order])
    pages = {page.number: page for page in extraction.pages}
    sections = [section for section in extraction.sections if section.page not in recognized]
    for number, (lines, running) in zip(order, parted, strict=True):
        if lines or running:
            outline = [section for section in extraction.sections if section.page == number]
            pages[number], found = _page(recognized[number], lines, tuple(running), outline)
            sections += found
    failed = tuple(f"ocr_{reason}: page {number}" for number, reason in sorted(failures.items()))
    return replace(
        extraction,
        pages=tuple(pages[page.number] for page in extraction.pages),
        sections=tuple(sorted(sections, key=lambda section: (section.page, section.start))),
        warnings=(*extraction.warnings, *failed),
        waiting=next(iter(failures.values()), None),
        unread=tuple(sorted(failures)),
    )


def _page(
    recognition: Recognition, lines: Sequence[Fragment], running: tuple[str, ...], outline: Sequence[Section]
) -> tuple[Page, list[Section]]:
    """The page and its sections: those of the outline, or else what looks like a numbered heading."""
    parts: list[str] = []
    sections: list[Section] = []
    length = 0
    for text in _paragraphs(lines):
        if _HEADING.fullmatch(text) and not _SENTENCE_END.search(text):
            sections.append(Section(text, 1, recognition.number, length))
        parts.append(text)
        length += len(text) + 2
    text = "\n\n".join(parts)
    page = Page(recognition.number, text, TextOrigin.OCR, round(recognition.confidence, 3), running)
    return page, [locate(section, text) for section in outline] or sections


def _paragraphs(lines: Sequence[Fragment]) -> list[str]:
    """The texts of the paragraphs; one that was cut in the middle of a sentence is put together again."""
    found: list[list[str]] = []
    for _, group in groupby(lines, key=lambda line: line.order):
        texts = [line.text for line in group]
        if found and texts[0][:1].islower() and not _SENTENCE_END.search(found[-1][-1]):
            found[-1] += texts
        else:
            found.append(texts)
    return [clean(join(texts)) for texts in found]
