"""PDF: pdfium reads, its siblings put in order; pages that only recognition can read are named.

The siblings: pdfium.py and pdfminer.py are the drivers, pdf_running.py takes heads and feet away, pdf_layout.py finds the
reading order, pdf_text.py joins lines, pdf_heading.py finds sections, pdf_metadata.py reads properties. Recognition
itself is ocr.py's, page by page, and is asked for by kb/ingest/reading.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from kb.errors import ExtractionError, Reason
from kb.ingest.extractor import Limits
from kb.ingest.extractors import pdf_heading, pdf_layout, pdf_metadata, pdf_repair, pdf_running, pdf_text
from kb.ingest.extractors.pdf_fragment import Fragment, OutlineEntry, Picture, Rule
from kb.ingest.extractors.pdf_heading import Style
from kb.ingest.extractors.pdf_page import compose
from kb.ingest.extractors.pdf_plausibility import is_garbled, reads_well
from kb.ingest.extractors.pdf_text import Block
from kb.ingest.extractors.pdfium import OpenPage, PdfiumDocument
from kb.ingest.extractors.title import choose_title
from kb.model import Extraction, Page, Section, TextOrigin

MAX_PAGES = 20_000
MAX_LINKS = 2_000
_ENOUGH = 30  # letters and digits: a page with fewer, mostly covered by an image, is a scan
_COVERED = 0.5  # share of the page under images
_SHORT = 500  # characters: a longer text need not be counted
_OUTLINE_STROKES = 80  # lines and curves on a page without letters: letters as shapes
_UNMAPPED = 0.3  # share of glyphs without a character
_LOOKED_AT = 20  # pages that are asked whether words run into each other
_LONGEST_MEAN_WORD = 20  # characters; German has 6
_ALNUM = re.compile(r"[^\W_]")
_PRIVATE = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]")


class ReadPage(NamedTuple):
    """What was read from one page.

    `ordered`: its own sequence is its reading order. `layer`: its text is a layer that some recognition has left.
    `need` says why only recognition can tell its text, None where there is no need. `mute`: there should be text, and
    none was found.
    """

    number: int
    height: float
    fragments: list[Fragment]
    rules: list[Rule]
    ordered: bool = False
    layer: bool = False
    need: Reason | None = None
    mute: bool = False


@dataclass(slots=True)
class _Contents:
    """What is gathered while the pages go by."""

    pages: list[ReadPage] = field(default_factory=list)
    links: dict[str, None] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    outline: list[OutlineEntry] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    extractor: str = "pdfium"


class PdfExtractor:
    """Reads PDF files."""

    version = "1"

    def extract(self, path: Path, limits: Limits) -> Extraction:
        """Read the file. Raises ExtractionError with ENCRYPTED, DAMAGED or TOO_LARGE."""
        try:
            contents = _with_pdfium(path)
        except ExtractionError as error:
            if error.reason is not Reason.DAMAGED:
                raise
            return _finish(path, _instead(path, limits, error))
        if _reads_badly(contents.pages):
            contents = _better(contents, path, limits)
        return _finish(path, contents)


def _with_pdfium(source: Path | bytes) -> _Contents:
    contents = _Contents()
    with PdfiumDocument(source) as document:
        if document.pages > MAX_PAGES:
            raise ExtractionError(Reason.TOO_LARGE, f"{document.pages} pages, the limit is {MAX_PAGES}")
        for number in range(1, document.pages + 1):
            _add_page(contents, document, number)
        contents.outline = list(document.outline())
        contents.properties = document.properties()
    return contents


def _add_page(contents: _Contents, document: PdfiumDocument, number: int) -> None:
    try:
        with document.page(number) as page:
            contents.pages.append(_read_page(page))
            if len(contents.links) < MAX_LINKS:
                contents.links.update(dict.fromkeys(page.links()))
    except ExtractionError as error:
        contents.pages.append(ReadPage(number, 0.0, [], [], mute=True))
        contents.warnings.append(f"page_damaged: {error.detail}")


def _reads_badly(pages: Sequence[ReadPage]) -> bool:
    """Whether there is nothing where something should be, or words run into each other."""
    if any(page.need for page in pages):
        return False
    text = " ".join([fragment.text for page in pages[:_LOOKED_AT] for fragment in page.fragments])
    if not text:
        return not pages or any(page.mute for page in pages)
    return len(text) > _SHORT and len(text) > _LONGEST_MEAN_WORD * (text.count(" ") + 1)


def _with_pdfminer(path: Path, limits: Limits) -> list[ReadPage]:
    from kb.ingest.extractors import pdfminer  # seldom needed, and slow to import

    mined = pdfminer.pages(path, limits.seconds / 2)
    return [ReadPage(number, page.height, page.fragments, [], ordered=True) for number, page in enumerate(mined, 1)]


def _instead(path: Path, limits: Limits, refusal: ExtractionError) -> _Contents:
    """What can be read from a file that pdfium does not open: repaired, or by pdfminer.

    Raises the refusal where that is nothing either.
    """
    repaired = pdf_repair.with_root(path.read_bytes())
    if repaired:
        with suppress(ExtractionError):
            contents = _with_pdfium(repaired)
            if any(page.fragments or page.need for page in contents.pages):
                contents.warnings.append("repaired: the end of the file is missing")
                return contents
    pages = _with_pdfminer(path, limits)
    if not any(page.fragments for page in pages):
        raise refusal
    return _Contents(pages, warnings=[f"pdfium_failed: {refusal.detail}"], extractor="pdfminer")


def _better(contents: _Contents, path: Path, limits: Limits) -> _Contents:
    """The contents with pdfminer's pages in the place of pdfium's, if they read better."""
    try:
        pages = _with_pdfminer(path, limits)
    except ExtractionError as error:
        contents.warnings.append(f"pdfminer_failed: {error.detail}")
        return contents
    nothing = not any(page.fragments for page in contents.pages)
    found = any(page.fragments for page in pages)
    if found and not _reads_badly(pages) and (nothing or len(pages) == len(contents.pages)):
        contents.pages, contents.extractor = pages, "pdfminer"
    return contents


def _finish(path: Path, contents: _Contents) -> Extraction:
    """Put in order what was read."""
    blocks, running = _arrange(contents.pages)
    pages, sections = _compose(contents.pages, blocks, running, contents.outline)
    needs = Counter(page.need for page in contents.pages if page.need)
    return Extraction(
        pages=pages,
        sections=sections,
        title=choose_title([pdf_metadata.title(contents.properties)], [section.title for section in sections], path),
        metadata=pdf_metadata.metadata(contents.properties),
        links=tuple(contents.links),
        warnings=tuple(contents.warnings),
        extractor=contents.extractor,
        waiting=needs.most_common(1)[0][0] if needs else None,
        unread=tuple(page.number for page in contents.pages if page.need),
    )


def _read_page(page: OpenPage) -> ReadPage:
    fragments = page.fragments()
    layer = page.invisible()
    rules = page.rules() if not layer and pdf_layout.may_have_table(fragments, page.height) else []
    text = "".join([fragment.text for fragment in fragments])
    letters = len(_ALNUM.findall(text)) if len(text) < _SHORT else _SHORT
    picture = page.picture() if letters < _ENOUGH else None
    need = (_missing(picture, letters) if picture else None) or _unmapped(page, text)
    mute = picture is not None and picture.speaks and not text
    return ReadPage(page.number, page.height, fragments, rules, layer, layer, need, mute)


def _missing(picture: Picture, letters: int) -> Reason | None:
    """Why a page with so few letters must be a picture of its text, None where it need not be."""
    if picture.images > _COVERED:
        return Reason.WAITS_FOR_OCR
    return Reason.OUTLINED if picture.strokes >= _OUTLINE_STROKES and letters < _ENOUGH // 2 else None


def _unmapped(page: OpenPage, text: str) -> Reason | None:
    """UNMAPPED where the characters are not those that are seen."""
    if not text or reads_well(text):
        return None
    strange = len(_PRIVATE.findall(text)) > _UNMAPPED * len(text)
    return Reason.UNMAPPED if strange or is_garbled(text, page.unmapped() > _UNMAPPED) else None


def _arrange(pages: Sequence[ReadPage]) -> tuple[list[list[Block]], list[tuple[str, ...]]]:
    parted = pdf_running.split([(page.height, _usable(page)) for page in pages])
    blocks = [
        list(pdf_text.paragraphs(fragments) if page.ordered else pdf_layout.arrange(fragments, page.rules))
        for page, (fragments, _) in zip(pages, parted, strict=True)
    ]
    return blocks, [tuple(running) for _, running in parted]


def _usable(page: ReadPage) -> list[Fragment]:
    # characters that stand for others would only spoil the index
    return [] if page.need is Reason.UNMAPPED else page.fragments


def _is_of_this_text(outline: Sequence[OutlineEntry], blocks: Sequence[Sequence[Block]]) -> bool:
    """Whether an outline speaks of the text, and not only of the files that the document was put together from."""
    some_text = False
    for entry in outline:
        page = blocks[entry.page - 1] if entry.page <= len(blocks) else ()
        text, title = (pdf_heading.normalize(each) for each in (" ".join([block.text for block in page]), entry.title))
        if text and title in text:
            return True
        some_text = some_text or bool(text)
    return not some_text


def _compose(
    read: Sequence[ReadPage],
    blocks: Sequence[Sequence[Block]],
    running: Sequence[tuple[str, ...]],
    outline: Sequence[OutlineEntry],
) -> tuple[tuple[Page, ...], tuple[Section, ...]]:
    """Pages and sections. With an outline, only its entries are sections; without one, size and weight decide."""
    outline = outline if _is_of_this_text(outline, blocks) else ()
    style = Style(0.0, ()) if outline else pdf_heading.style_of(blocks)
    pages: list[Page] = []
    sections: list[Section] = []
    entries: dict[int, list[OutlineEntry]] = {}
    for entry in outline:
        entries.setdefault(entry.page, []).append(entry)
    for page, lines, aside in zip(read, blocks, running, strict=True):
        text, found = compose(page.number, lines, style, entries.get(page.number, []))
        origin = TextOrigin.OCR if page.layer else TextOrigin.TEXT
        pages.append(Page(page.number, text, origin, running=aside))
        sections += found
    return tuple(pages), tuple(sections)
