"""The walk over OpenDocument text in reading order, shared by ODT, ODP and ODS.

Headings, lists, tables, notes, text frames and page ends; without tracked deletions and comments. The container, its
properties and its styles are kb/ingest/extractors/odfpackage.py's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lxml import etree

from kb.ingest.extractors.composer import ASKED, RENDERED, Composer, may_be_heading, without_marks
from kb.ingest.extractors.numbering import BULLET
from kb.ingest.extractors.odfpackage import DRAW, OFFICE, TABLE, TEXT, XLINK, Package, Style

Element = etree._Element

_SKIPPED = frozenset(
    [
        f"{TEXT}{name}"
        for name in ("tracked-changes", "note", "script", "ruby-text", "note-citation", "index-title-template")
    ]
    + [f"{TEXT}{name}" for name in ("sequence-decls", "variable-decls", "user-field-decls", "number", "list-style")]
    + [f"{OFFICE}{name}" for name in ("annotation", "annotation-end", "forms", "event-listeners", "binary-data")]
    + [f"{DRAW}{name}" for name in ("object", "object-ole", "image", "enhanced-geometry", "glue-point")]
    + ["{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}" + name for name in ("title", "desc")]
)
_FIXED = {
    f"{TEXT}tab": "\t",
    f"{TEXT}line-break": "\n",
    f"{TEXT}soft-page-break": RENDERED,
}
_LAYOUT_CELL = 600  # characters: a cell with more is a column of the page rather than an entry of a table
_MAX_REPEAT = 50  # a cell or row that is repeated more often is formatting to the edge of the sheet


class Walk:
    """Fills a composer from a text, a text box, a slide or a cell."""

    def __init__(self, package: Package) -> None:
        self.composer = Composer()
        self.links: list[str] = []
        self.title = ""
        self._package = package
        self._frames: list[Element] = []
        self._notes: list[tuple[int, Element]] = []
        self._note_count = 0

    def blocks(self, parent: Iterable[Element], label: str = "") -> None:
        """Paragraphs, headings, lists, tables and what wraps them; `label` stands before the first paragraph."""
        for child in parent:
            tag = child.tag
            if tag in (f"{TEXT}p", f"{TEXT}h"):
                self._paragraph(child, label)
                label = ""
            elif tag == f"{TEXT}list":
                self._list(child)
            elif tag == f"{TABLE}table":
                self.table(child)
            elif tag == f"{TEXT}soft-page-break":
                self.composer.pour(RENDERED)
            elif tag not in _SKIPPED and isinstance(tag, str):
                self.blocks(child)

    def table(self, table: Element) -> None:
        """The rows of a table; a cell that holds a column of the page is walked as such."""
        for row in rows(table):
            cells = list(_cells(row))
            if row.tag == f"{TEXT}soft-page-break":
                self.composer.pour(RENDERED)
            elif len(cells) == 1 or any(map(_is_layout, cells)):
                for cell in cells:
                    self.blocks(cell)
            else:
                self.composer.row(self.cells(cells))
                self._flush()

    def cells(self, cells: Sequence[Element]) -> list[str]:
        """The texts of the cells of a row, empty ones at its end left out."""
        texts: list[str] = []
        for cell in cells:
            repeated = cell.get(f"{TABLE}number-columns-repeated", "1")
            text = self._cell(cell)
            times = int(repeated) if repeated.isdigit() and len(repeated) < 6 else 1
            texts += [text] * (times if times <= _MAX_REPEAT else 1)
        while texts and not texts[-1].strip():
            texts.pop()
        return texts

    def inline(self, element: Element) -> str:
        """The text of a paragraph with its marks; frames and notes are put aside for `_flush`."""
        return "".join(self._pieces(element))

    def _paragraph(self, paragraph: Element, label: str) -> None:
        style = self._package.style(paragraph.get(f"{TEXT}style-name", ""))
        if style.breaks_before and not self.composer.empty:
            self.composer.pour(ASKED)
        text = self.inline(paragraph)
        level = _level(paragraph) if paragraph.tag == f"{TEXT}h" else style.level
        if style.is_title and not self.title:
            self.title, level = " ".join(without_marks(text).split()), 1
        doubtful = level is None and not label and may_be_heading(text) and self._is_all_bold(paragraph, style)
        self.composer.pour(text, 2 if doubtful else level, label, "item" if label else "", doubtful=doubtful)
        self._flush()
        if style.breaks_after:
            self.composer.pour(ASKED)

    def _is_all_bold(self, paragraph: Element, style: Style) -> bool:
        pieces = [(paragraph.text, style.bold)]
        for child in paragraph:
            own = self._package.style(child.get(f"{TEXT}style-name", "")) if child.tag == f"{TEXT}span" else style
            pieces += [("".join(map(str, child.itertext())), own.bold), (child.tail, style.bold)]
        return all(bold for text, bold in pieces if text and text.strip())

    def _list(self, items: Element, level: int = 1, name: str = "") -> None:
        name = items.get(f"{TEXT}style-name", name)
        count = self._package.list_start(name, level)
        for item in items:
            if item.tag not in (f"{TEXT}list-item", f"{TEXT}list-header"):
                continue
            label = self._package.list_label(name, level, count) if item.tag == f"{TEXT}list-item" else ""
            if _has_own_text(item):
                count += 1
            self._item(item, label, level, name)

    def _item(self, item: Element, label: str, level: int, name: str) -> None:
        for child in item:
            if child.tag == f"{TEXT}list":
                self._list(child, level + 1, name)
            elif child.tag == f"{TEXT}h":
                self._paragraph(child, label if label != BULLET else "")
                label = ""
            elif child.tag == f"{TEXT}p":
                self._paragraph(child, label)
                label = ""
            elif child.tag == f"{TEXT}soft-page-break":
                self.composer.pour(RENDERED)

    def _cell(self, cell: Element) -> str:
        paragraphs = (p for p in cell.iter(f"{TEXT}p", f"{TEXT}h") if _belongs_to(p, cell))
        return " ".join(text for text in map(self.inline, paragraphs) if text)

    def _pieces(self, element: Element) -> Iterator[str]:
        if element.text:
            yield element.text
        for child in element:
            yield from self._piece(child)
            if child.tail:
                yield child.tail

    def _piece(self, child: Element) -> Iterator[str]:
        tag = child.tag
        if tag in _FIXED:
            yield _FIXED[tag]
        elif tag == f"{TEXT}s":
            yield " "
        elif tag == f"{TEXT}note":
            self._note_count += 1
            self._notes.append((self._note_count, child))
            yield f"[{self._note_count}]"
        elif tag in _SKIPPED or not isinstance(tag, str):
            return
        elif tag.startswith(DRAW) and tag != f"{DRAW}a":
            self._frames.append(child)
        else:
            if tag == f"{TEXT}a":
                self._link(child)
            yield from self._pieces(child)

    def _link(self, element: Element) -> None:
        target = element.get(f"{XLINK}href", "")
        if target and not target.startswith("#"):
            self.links.append(target)

    def _flush(self) -> None:
        frames, self._frames = self._frames, []
        for frame in frames:
            self.blocks(frame)
        notes, self._notes = self._notes, []
        for number, note in notes:
            body = note.find(f"{TEXT}note-body")
            paragraphs = body.iter(f"{TEXT}p", f"{TEXT}h") if body is not None else ()
            self.composer.pour(" ".join(map(self.inline, paragraphs)), label=f"[{number}]", group="note")


def rows(table: Element) -> Iterator[Element]:
    """The rows of a table, those of its header and groups included, and the page ends between them."""
    for child in table:
        if child.tag in (f"{TABLE}table-row", f"{TEXT}soft-page-break"):
            yield child
        elif child.tag in (f"{TABLE}table-header-rows", f"{TABLE}table-rows", f"{TABLE}table-row-group"):
            yield from rows(child)


def _cells(row: Element) -> Iterator[Element]:
    return row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell")


def _is_layout(cell: Element) -> bool:
    if next(cell.iter(f"{TABLE}table", f"{TEXT}h"), None) is not None:
        return True
    return sum(len(piece) for piece in cell.itertext()) > _LAYOUT_CELL


def _belongs_to(paragraph: Element, cell: Element) -> bool:
    outer = (
        f"{TEXT}note",
        f"{DRAW}text-box",
        f"{OFFICE}annotation",
        f"{TABLE}table-cell",
        f"{TABLE}covered-table-cell",
    )
    return next(paragraph.iterancestors(outer), None) is cell


def _has_own_text(item: Element) -> bool:
    return next(item.iterchildren(f"{TEXT}p", f"{TEXT}h"), None) is not None


def _level(heading: Element) -> int:
    level = heading.get(f"{TEXT}outline-level", "1")
    return min(max(int(level), 1), 10) if level.isdigit() and len(level) < 3 else 1
