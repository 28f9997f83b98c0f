"""The driver of pdfium: pages as fragments of text with their place and size, outline, links, properties, pictures.

Calls the raw API, with few and large calls a page: the text as a whole and the boxes of its runs, never a call for each
character. What the fragments mean is in kb/ingest/extractors/pdf.py and its siblings. pdfium is not thread-safe; every
document is read in a process of its own.
"""

from __future__ import annotations

import ctypes
import math
import os
import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pypdfium2  # noqa: F401 - initialises the library
import pypdfium2.raw as pdfium

from kb.errors import ExtractionError, Reason
from kb.ingest.extractors.pdf_fragment import HYPHEN, Fragment, OutlineEntry, Picture, Rule
from kb.ingest.extractors.pdfium_call import handle, returning_address, returning_double, returning_integer

_LINES = re.compile(rf"[^\s{HYPHEN}][^\r\n{HYPHEN}]*({HYPHEN}?)")
_BLANK_END = f" \t\xa0{HYPHEN}"
_PASSWORD, _SECURITY = 4, 5  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
_INVISIBLE = 3  # text render mode of OCR layers
_GAP = 1.0  # of the text's size: a wider gap within a line parts columns or cells
_SAMPLES = 16  # characters that are asked whether their glyph is mapped
_NAME_SIZE = 96  # bytes of a font's name
_USUAL_STRING = 512  # bytes
_MAX_OUTLINE = 5000
_MAX_OBJECTS = 20_000
_SHORTEST_RULE, _THIN = 15.0, 3.0  # points
_TEXT, _PATH, _FORM = pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_FORM
_PICTURES = frozenset({pdfium.FPDF_PAGEOBJ_IMAGE, _FORM, pdfium.FPDF_PAGEOBJ_SHADING})

# what is asked for each line of text or each object of a page
_count_rects = returning_integer(pdfium.FPDFText_CountRects)
_get_rect = returning_integer(pdfium.FPDFText_GetRect)
_get_font_size = returning_double(pdfium.FPDFText_GetFontSize)
_get_matrix = returning_integer(pdfium.FPDFText_GetMatrix)
_get_origin = returning_integer(pdfium.FPDFText_GetCharOrigin)
_get_font = returning_integer(pdfium.FPDFText_GetFontInfo)
_get_object = returning_address(pdfium.FPDFPage_GetObject)
_get_type = returning_integer(pdfium.FPDFPageObj_GetType)
_get_bounds = returning_integer(pdfium.FPDFPageObj_GetBounds)
_count_segments = returning_integer(pdfium.FPDFPath_CountSegments)


class PdfiumDocument:
    """An open document. Raises ExtractionError with ENCRYPTED or DAMAGED on opening."""

    def __init__(self, source: Path | bytes) -> None:
        self._bytes = source if isinstance(source, bytes) else b""  # pdfium reads from them as long as it is open
        if isinstance(source, bytes):
            self._document = pdfium.FPDF_LoadMemDocument64(source, len(source), None)
        else:
            self._document = pdfium.FPDF_LoadDocument(os.fsencode(source), None)
        if not self._document:
            code = pdfium.FPDF_GetLastError()
            reason = Reason.ENCRYPTED if code in (_PASSWORD, _SECURITY) else Reason.DAMAGED
            raise ExtractionError(reason, f"pdfium: error {code}")
        self.pages: int = pdfium.FPDF_GetPageCount(self._document)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pdfium.FPDF_CloseDocument(self._document)

    def page(self, number: int) -> OpenPage:
        """A page, to be used as a context manager. `number` counts from 1. Raises ExtractionError(DAMAGED)."""
        return OpenPage(self._document, number)

    def properties(self) -> dict[str, str]:
        """The information dictionary: Title, Author, CreationDate … as they stand there; empty ones are left out."""
        names = ("Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate")
        found = {name: _string(pdfium.FPDF_GetMetaText, self._document, name.encode()) for name in names}
        return {name: value for name, value in found.items() if value}

    def outline(self) -> Iterator[OutlineEntry]:
        """The outline in reading order, without entries that lead nowhere; safe against cycles."""
        seen: set[int] = set()
        stack = [(pdfium.FPDFBookmark_GetFirstChild(self._document, None), 1)]
        while stack and len(seen) < _MAX_OUTLINE:
            mark, level = stack.pop()
            if not mark or (address := ctypes.addressof(mark.contents)) in seen:
                continue
            seen.add(address)
            stack.append((pdfium.FPDFBookmark_GetNextSibling(self._document, mark), level))
            stack.append((pdfium.FPDFBookmark_GetFirstChild(self._document, mark), level + 1))
            page = pdfium.FPDFDest_GetDestPageIndex(self._document, pdfium.FPDFBookmark_GetDest(self._document, mark))
            title = _string(pdfium.FPDFBookmark_GetTitle, mark)
            if title and page >= 0:
                yield OutlineEntry(title, level, page + 1)


class OpenPage:
    """A page while it is open: what is asked for is read from it, nothing twice."""

    def __init__(self, document: Any, number: int) -> None:
        self._document, self.number = document, number
        self._page = pdfium.FPDF_LoadPage(document, number - 1)
        if not self._page:
            raise ExtractionError(Reason.DAMAGED, f"page {number} cannot be loaded")
        self._text = pdfium.FPDFText_LoadPage(self._page)
        self._count: int = max(0, pdfium.FPDFText_CountChars(self._text)) if self._text else 0
        self._frame = _Frame(self._page)
        self.width, self.height = self._frame.width, self._frame.height

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._text:
            pdfium.FPDFText_ClosePage(self._text)
        pdfium.FPDF_ClosePage(self._page)

    def fragments(self) -> list[Fragment]:
        """The text, in the page's own sequence."""
        return _TextReader(self._text, self._count, self._frame).fragments() if self._count else []

    def invisible(self) -> bool:
        """Whether the text is not drawn but only there to be found: an OCR layer."""
        return bool(self._count) and _is_invisible(self._text, self._count)

    def unmapped(self) -> float:
        """The share (0..1) of glyphs that the file does not map to characters, from a sample."""
        return _unmapped(self._text, self._count) if self._count else 0.0

    def picture(self) -> Picture:
        """What is drawn besides text."""
        return _ObjectReader(self._page, self._frame).picture()

    def rules(self) -> list[Rule]:
        """The horizontal lines, from top to bottom."""
        return _ObjectReader(self._page, self._frame).rules()

    def links(self) -> Iterator[str]:
        """The web addresses that the page links to."""
        position, link = ctypes.c_int(0), pdfium.FPDF_LINK()
        while pdfium.FPDFLink_Enumerate(self._page, position, link):
            action = pdfium.FPDFLink_GetAction(link)
            if action and pdfium.FPDFAction_GetType(action) == pdfium.PDFACTION_URI:
                size = pdfium.FPDFAction_GetURIPath(self._document, action, None, 0)
                buffer = ctypes.create_string_buffer(size)
                pdfium.FPDFAction_GetURIPath(self._document, action, buffer, size)
                yield buffer.value.decode("utf-8", "replace")

    def render(self, dpi: float, max_pixels: int) -> tuple[int, int, bytes]:
        """The page in shades of gray: width, height, one byte a pixel. Above `max_pixels` the resolution is lowered.

        Raises ExtractionError for a page without area or one that does not fit into memory.
        """
        return _render(self._page, dpi, max_pixels)


def _string(call: Any, *arguments: Any) -> str:
    """The result of a call that fills a UTF-16 buffer and returns the size in bytes that it needs."""
    buffer = ctypes.create_string_buffer(_USUAL_STRING)
    size = call(*arguments, buffer, _USUAL_STRING)
    if size > _USUAL_STRING:
        buffer = ctypes.create_string_buffer(size)
        call(*arguments, buffer, size)
    return ctypes.string_at(buffer, max(0, size)).decode("utf-16-le", "replace").strip("\0").strip()


class _Frame:
    """The visible part of a page, and how its coordinates become ours, whatever the page's rotation."""

    def __init__(self, page: Any) -> None:
        box = pdfium.FS_RECTF()
        if not pdfium.FPDF_GetPageBoundingBox(page, box):
            box.left, box.bottom, box.right, box.top = 0.0, 0.0, 595.0, 842.0
        self.left, self.bottom, self.right, self.top = box.left, box.bottom, box.right, box.top
        self.turns = pdfium.FPDFPage_GetRotation(page) % 4
        width, height = self.right - self.left, self.top - self.bottom
        self.width, self.height = (height, width) if self.turns % 2 else (width, height)

    def height_of(self, x: float, y: float) -> float:
        """How far below the page's upper edge, as seen, a point is."""
        return self.top - y if self.turns == 0 else self.place(x, y, x, y)[1]

    def place(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        """A box of the page as x0, y0, x1, y1 from the upper left corner as seen."""
        if self.turns == 0:
            return left - self.left, self.top - top, right - self.left, self.top - bottom
        if self.turns == 1:
            return bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
        if self.turns == 2:
            return self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
        return self.top - top, self.right - right, self.top - bottom, self.right - left


class _TextReader:
    """Reads the fragments of one page; holds the buffers that the many small calls fill."""

    def __init__(self, text_page: Any, count: int, frame: _Frame) -> None:
        self._text_page, self._count, self._frame = text_page, count, frame
        self._page = ctypes.byref(text_page.contents)
        self._numbers = (ctypes.c_double * 4)()
        self._places = [ctypes.byref(self._numbers, place) for place in range(0, 32, 8)]
        self._matrix, self._name = pdfium.FS_MATRIX(), ctypes.create_string_buffer(_NAME_SIZE)
        self._matrix_place, self._name_place = ctypes.byref(self._matrix), ctypes.byref(self._name)
        self._flags_place = ctypes.byref(ctypes.c_int())
        self._shifted = False

    def fragments(self) -> list[Fragment]:
        buffer = (ctypes.c_ushort * (self._count + 1))()
        written = pdfium.FPDFText_GetText(self._text_page, 0, self._count, buffer)
        # characters that the text leaves out move all that follow
        self._shifted = written - 1 != self._count
        text = bytes(buffer)[: max(0, written - 1) * 2].decode("utf-16-le", "replace")
        found: list[Fragment] = []
        for match in _LINES.finditer(text):
            self._read_line(match[0].rstrip(_BLANK_END), match.start(), match[1], found)
        return found

    def _read_line(self, text: str, start: int, end: str, found: list[Fragment]) -> None:
        """Append the line's fragments: its runs of text, parted at wide gaps."""
        index = pdfium.FPDFText_GetCharIndexFromTextIndex(self._text_page, start) if self._shifted else start
        count = _count_rects(self._page, index, len(text))
        if count <= 0:
            return
        size, bold, base = self._style(index)
        x0, y0, x1, y1 = self._box(0)
        begin = 0
        boxes = [self._box(number) for number in range(1, count)] if count > 1 else []
        for number, (left, top, right, bottom) in enumerate(boxes, 1):
            if left - x1 > _GAP * size or right < x0:
                cut = self._start_of_box(index, len(text), number)
                bold = bold and self._is_bold(index + len(text[:cut].rstrip()) - 1)
                found.append(Fragment(text[begin:cut].strip(), x0, y0, x1, y1, base, size, bold, len(found)))
                begin, x0, y0, x1, y1 = cut, left, top, right, bottom
                size, bold, base = self._style(index + cut)
                continue
            # a page has hundreds of boxes: no calls of min and max here
            x0 = left if left < x0 else x0
            y0 = top if top < y0 else y0
            x1 = right if right > x1 else x1
            y1 = bottom if bottom > y1 else y1
        # words set bold at the beginning of a line do not make it a heading
        bold = bold and self._is_bold(index + len(text) - 1)
        rest = text[begin:].strip() if begin else text
        found.append(Fragment(rest + end, x0, y0, x1, y1, base, size, bold, len(found)))

    def _box(self, number: int) -> tuple[float, float, float, float]:
        _get_rect(self._page, number, *self._places)
        left, top, right, bottom = self._numbers
        frame = self._frame
        if frame.turns:
            return frame.place(left, top, right, bottom)
        return left - frame.left, frame.top - top, right - frame.left, frame.top - bottom

    def _start_of_box(self, index: int, length: int, number: int) -> int:
        """The offset of the character with which the box begins."""
        page = self._page
        return bisect_left(range(length), number + 1, key=lambda size: _count_rects(page, index, size + 1))

    def _style(self, index: int) -> tuple[float, bool, float]:
        """Size of a character in points as seen on the page, whether its font is bold by name, and its baseline."""
        page, numbers, matrix = self._page, self._numbers, self._matrix
        size = _get_font_size(page, index)
        if _get_matrix(page, index, self._matrix_place):
            size *= math.hypot(matrix.c, matrix.d) or 1.0
        _get_origin(page, index, self._places[0], self._places[1])
        return size, self._is_bold(index), self._frame.height_of(numbers[0], numbers[1])

    def _is_bold(self, index: int) -> bool:
        known = _get_font(self._page, index, self._name_place, _NAME_SIZE, self._flags_place)
        return known > 0 and _names_bold(self._name.value)


@cache
def _names_bold(name: bytes) -> bool:
    lower = name.lower()
    return any(word in lower for word in (b"bold", b"black", b"heavy", b"semibd"))


def _is_invisible(text_page: Any, count: int) -> bool:
    for index in {0, count // 2, count - 1}:
        item = pdfium.FPDFText_GetTextObject(text_page, index)
        if item and pdfium.FPDFTextObj_GetTextRenderMode(item) != _INVISIBLE:
            return False
    return True


def _unmapped(text_page: Any, count: int) -> float:
    asked = range(0, count, max(1, count // _SAMPLES))
    wrong: int = sum(pdfium.FPDFText_HasUnicodeMapError(text_page, index) == 1 for index in asked)
    return wrong / len(asked)


_height = attrgetter("y")


class _ObjectReader:
    """Looks at the objects of one page, those of text aside."""

    def __init__(self, page: Any, frame: _Frame) -> None:
        self._frame = frame
        self._page = ctypes.byref(page.contents)
        self._count: int = pdfium.FPDFPage_CountObjects(page)
        self._numbers = (ctypes.c_float * 4)()
        self._places = [ctypes.byref(self._numbers, place) for place in range(0, 16, 4)]

    def picture(self) -> Picture:
        frame = self._frame
        area = frame.width * frame.height or 1.0
        covered, strokes, speaks = 0.0, 0, False
        for item in self._items(self._count):
            kind = _get_type(item)
            speaks = speaks or kind in (_TEXT, _FORM)
            if kind == _PATH:
                strokes += _count_segments(item)
            elif kind in _PICTURES and (box := self._bounds(item)):
                width = min(box[2], frame.width) - max(box[0], 0.0)
                height = min(box[3], frame.height) - max(box[1], 0.0)
                covered += max(0.0, width) * max(0.0, height)
        return Picture(min(1.0, covered / area), strokes, speaks)

    def rules(self) -> list[Rule]:
        rules = []
        paths = [item for item in self._items(min(_MAX_OBJECTS, self._count)) if _get_type(item) == _PATH]
        for box in map(self._bounds, paths):
            if box and box[2] - box[0] >= _SHORTEST_RULE:
                rules.append(Rule(box[0], box[2], box[1]))
                if box[3] - box[1] >= _THIN:
                    rules.append(Rule(box[0], box[2], box[3]))
        return sorted(rules, key=_height)

    def _items(self, count: int) -> list[Any]:
        page = self._page
        return [handle(_get_object(page, index)) for index in range(count)]

    def _bounds(self, item: Any) -> tuple[float, float, float, float] | None:
        if not _get_bounds(item, *self._places):
            return None
        left, bottom, right, top = self._numbers
        return self._frame.place(left, top, right, bottom)


def _render(page: Any, dpi: float, max_pixels: int) -> tuple[int, int, bytes]:
    points_wide, points_high = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    if points_wide <= 0 or points_high <= 0:
        raise ExtractionError(Reason.DAMAGED, "page without area")
    scale = min(dpi / 72, math.sqrt(max_pixels / (points_wide * points_high)))
    width, height = max(1, int(points_wide * scale)), max(1, int(points_high * scale))
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_Gray, None, 0)
    if not bitmap:
        raise ExtractionError(Reason.TOO_MUCH_MEMORY, f"no memory for {width} x {height} pixels")
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, pdfium.FPDF_ANNOT)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        data = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    if stride == width:
        return width, height, data
    return width, height, b"".join(data[row * stride : row * stride + width] for row in range(height))
