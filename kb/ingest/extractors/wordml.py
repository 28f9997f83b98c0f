"""The walk over WordprocessingML in reading order: what python-docx leaves out is here.

Content controls, text boxes (once: Word stores them twice), foot- and endnotes, insertions; without comments, tracked
deletions and the code of fields. The package around it is opened in docx.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from kb.ingest.extractors.composer import ASKED, RENDERED, Composer, may_be_heading, without_marks
from kb.ingest.extractors.drawing import RELATION, references
from kb.ingest.extractors.numbering import Numbering
from kb.ingest.extractors.wordstyle import BODY_LEVEL, Style, Styles, numbered, outline_level

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"


def w(name: str) -> str:
    """A name of the main namespace as lxml writes it."""
    return f"{{{_MAIN}}}{name}"


_SKIPPED = frozenset(
    w(name)
    for name in ("del", "moveFrom", "pPr", "rPr", "tblPr", "trPr", "tcPr", "tblGrid", "sdtPr", "sdtEndPr", "instrText")
) | frozenset(w(name) for name in ("delText", "delInstrText", "annotationRef", "commentReference", "footnoteRef", "rt"))
_LAYOUT_CELL = 600  # characters: a cell with more is a column of the page rather than an entry of a table
_SYMBOL_RANGE = range(0xF000, 0xF100)  # symbol fonts put their glyphs there; they are no letters

Element = etree._Element


class Notes:
    """The foot- and endnotes of a document by their id, and the order in which the text refers to them."""

    def __init__(self, footnotes: Sequence[Element] = (), endnotes: Sequence[Element] = ()) -> None:
        self._notes = {("footnoteReference", key): note for key, note in _notes(footnotes)}
        self._notes |= {("endnoteReference", key): note for key, note in _notes(endnotes)}
        self.waiting: list[tuple[int, Element]] = []
        self._count = 0

    def refer(self, reference: Element) -> str:
        """The mark "[1]" for a reference; its note then waits for the end of the paragraph."""
        note = self._notes.get((etree.QName(reference).localname, reference.get(w("id"), "")))
        if note is None:
            return ""
        self._count += 1
        self.waiting.append((self._count, note))
        return f"[{self._count}]"


def _notes(parts: Sequence[Element]) -> Iterator[tuple[str, Element]]:
    for part in parts:
        for note in part:
            # the lines that separate notes from the text are stored as notes with a type
            if isinstance(note.tag, str) and note.get(w("type"), "normal") == "normal":
                yield note.get(w("id"), ""), note


class Walk:
    """Fills a composer from a body, header or note.

    `targets` are the external links by relationship id, `graphics` the words of SmartArt and charts.
    """

    def __init__(
        self,
        styles: Styles | None = None,
        numbering: Numbering | None = None,
        notes: Notes | None = None,
        targets: Mapping[str, str] | None = None,
        graphics: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.composer = Composer()
        self.links: list[str] = []
        self.title = ""
        self._styles = styles or Styles()
        self._numbering = numbering or Numbering()
        self._notes = notes or Notes()
        self._targets = targets or {}
        self._graphics = graphics or {}
        self._boxes: list[Element] = []
        self._drawn: list[str] = []
        self._fields: list[bool] = []  # open fields, innermost last: whether their code is still going on

    def document(self, body: Element) -> None:
        """Walk a body to its end."""
        self.blocks(body)
        self._flush_notes()
        if all(section.title == self.title for section in self.composer.sections):
            self.composer.trust_looks()  # nobody used styles: what is a heading can only be seen

    def blocks(self, parent: Element) -> None:
        """Paragraphs, tables and what wraps them."""
        for child in parent:
            if child.tag == w("p"):
                self._paragraph(child)
            elif child.tag == w("tbl"):
                self._table(child)
            elif child.tag == f"{_MC}AlternateContent":
                self.blocks(_chosen(child))
            elif child.tag not in _SKIPPED and isinstance(child.tag, str):
                self.blocks(child)

    def _paragraph(self, paragraph: Element) -> None:
        properties = paragraph.find(w("pPr"))
        style = self._styles.find(_style_id(properties))
        if properties is not None and _is_on(properties.find(w("pageBreakBefore"))) and not self.composer.empty:
            self.composer.pour(ASKED)
        text = "".join(self._inline(paragraph))
        self._fields = [False] * len(self._fields)  # no code goes beyond its paragraph, but a damaged one never ends
        level = _level(properties, style)
        label = self._label(properties, style) if without_marks(text).strip() else ""
        doubtful = level is None and not label and may_be_heading(text) and _is_all_bold(paragraph, style)
        self.composer.pour(text, 2 if doubtful else level, label, "item" if label else "", doubtful=doubtful)
        if style.is_title and not self.title:
            self.title = " ".join(without_marks(text).split())
        self._flush_boxes()
        self._flush_notes()
        if properties is not None and _ends_page(properties.find(w("sectPr"))):
            self.composer.pour(ASKED)

    def _label(self, properties: Element | None, style: Style) -> str:
        listed = numbered(properties) or style.numbered
        return self._numbering.label(*listed) if listed else ""

    def _inline(self, parent: Element) -> Iterator[str]:
        """The pieces of text below a paragraph, run or what wraps runs; text boxes are put aside."""
        for child in parent:
            tag = child.tag
            if tag == w("t"):
                if not any(self._fields):
                    yield child.text or ""
            elif tag == w("r"):
                if not _is_hidden(child):
                    yield from self._inline(child)
            elif tag in _SKIPPED or not isinstance(tag, str):
                continue
            elif tag in _SPECIAL:
                yield self._special(child)
            else:
                yield from self._wrapper(child)

    def _wrapper(self, element: Element) -> Iterator[str]:
        if element.tag == f"{_MC}AlternateContent":
            element = _chosen(element)
        if element.tag == w("hyperlink"):
            self._link(element)
        if element.tag == w("txbxContent"):
            self._boxes.append(element)
        elif element.tag == f"{_MATH}t":
            yield element.text or ""
        else:
            self._drawn += (line for key in references(element) for line in self._graphics.get(key, ()))
            yield from self._inline(element)

    def _special(self, element: Element) -> str:
        name = etree.QName(element).localname
        if name == "br":
            return ASKED if element.get(w("type")) == "page" else "\n"
        if name == "fldChar":
            self._field(element.get(w("fldCharType"), ""))
            return ""
        if name in ("footnoteReference", "endnoteReference"):
            return self._notes.refer(element)
        if name == "sym":
            return _symbol(element.get(w("char"), ""))
        return _PLAIN[name]

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append(True)
        elif kind == "separate" and self._fields:
            self._fields[-1] = False
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _link(self, element: Element) -> None:
        target = self._targets.get(element.get(f"{RELATION}id", ""))
        if target:
            self.links.append(target)

    def _flush_boxes(self) -> None:
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self.blocks(box)
        drawn, self._drawn = self._drawn, []
        for line in drawn:
            self.composer.block(line, "graphic")

    def _flush_notes(self) -> None:
        waiting, self._notes.waiting = self._notes.waiting, []
        for number, note in waiting:
            text = " ".join("".join(self._inline(p)).strip() for p in note.iter(w("p")))
            self.composer.pour(text, label=f"[{number}]", group="note")

    def _table(self, table: Element) -> None:
        for row in _rows(table):
            cells = list(_cells(row))
            if len(cells) == 1 or any(_is_layout(cell) for cell in cells):
                for cell in cells:
                    self.blocks(cell)
            else:
                self._row(cells)

    def _row(self, cells: list[Element]) -> None:
        self.composer.row([self._cell(cell) for cell in cells])
        self._flush_boxes()
        self._flush_notes()

    def _cell(self, cell: Element) -> str:
        if _continues(cell):
            return ""
        inside = (w("txbxContent"), w("tc"))  # what stands in a text box is walked on its own
        own = (p for p in cell.iter(w("p")) if next(p.iterancestors(inside)).tag == w("tc"))
        return " ".join(self._labelled(paragraph) for paragraph in own)

    def _labelled(self, paragraph: Element) -> str:
        text = "".join(self._inline(paragraph))
        properties = paragraph.find(w("pPr"))
        label = self._label(properties, self._styles.find(_style_id(properties))) if text.strip() else ""
        return f"{label} {text}" if label else text


_PLAIN = {
    "tab": "\t",
    "ptab": "\t",
    "cr": "\n",
    "noBreakHyphen": "-",
    "softHyphen": "",
    "lastRenderedPageBreak": RENDERED,
}
_SPECIAL = frozenset(w(name) for name in (*_PLAIN, "br", "fldChar", "footnoteReference", "endnoteReference", "sym"))


def _chosen(alternatives: Element) -> Element:
    """Of the same content for new and old programs the first that has text; its twin would double it."""
    for alternative in alternatives:
        if next(alternative.iter(w("t")), None) is not None:
            return alternative
    return alternatives if len(alternatives) == 0 else alternatives[0]


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == w("tr"):
            properties = child.find(w("trPr"))
            if properties is None or properties.find(w("del")) is None:
                yield child
        elif child.tag not in _SKIPPED and isinstance(child.tag, str):
            yield from _rows(child)


def _cells(row: Element) -> Iterator[Element]:
    for child in row:
        if child.tag == w("tc"):
            yield child
        elif child.tag not in _SKIPPED and isinstance(child.tag, str):
            yield from _cells(child)


def _is_layout(cell: Element) -> bool:
    if next(cell.iter(w("tbl")), None) is not None:
        return True
    return sum(len(text.text or "") for text in cell.iter(w("t"))) > _LAYOUT_CELL


def _continues(cell: Element) -> bool:
    merge = cell.find(f"{w('tcPr')}/{w('vMerge')}")
    return merge is not None and merge.get(w("val"), "continue") == "continue"


def _style_id(properties: Element | None) -> str:
    style = properties.find(w("pStyle")) if properties is not None else None
    return style.get(w("val"), "") if style is not None else ""


def _ends_page(section: Element | None) -> bool:
    if section is None:
        return False
    kind = section.find(w("type"))
    return kind is None or kind.get(w("val")) not in ("continuous", "nextColumn")


def _is_on(element: Element | None) -> bool:
    return element is not None and element.get(w("val"), "true") not in ("0", "false", "off")


def _level(properties: Element | None, style: Style) -> int | None:
    outline = outline_level(properties)
    if outline is not None:
        return outline + 1 if outline < BODY_LEVEL else None
    return 1 if style.is_title else style.level


def _is_all_bold(paragraph: Element, style: Style) -> bool:
    runs = (run for run in paragraph.iter(w("r")) if any((t.text or "").strip() for t in run.iter(w("t"))))
    return all(_is_bold(run, style.bold) for run in runs)


def _is_bold(run: Element, inherited: bool) -> bool:
    properties = run.find(w("rPr"))
    bold = properties.find(w("b")) if properties is not None else None
    return inherited if bold is None else _is_on(bold)


def _is_hidden(run: Element) -> bool:
    properties = run.find(w("rPr"))
    return properties is not None and _is_on(properties.find(w("vanish")))


def _symbol(code: str) -> str:
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    return " " if number in _SYMBOL_RANGE or not 32 <= number < 0x110000 else chr(number)
