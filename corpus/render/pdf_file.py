"""Writes PDF: one or two columns, running head and page numbers, tables, boxes, charts, bookmarks, contents."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import scan
from package import noon
from pdf_style import LABELS, Style, style_for, symbols
from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    KeepTogether,
    NextPageTemplate,
    PageTemplate,
    Spacer,
    TableStyle,
)
from reportlab.platypus import PageBreak as NewPage
from reportlab.platypus import Paragraph as Text
from reportlab.platypus import Table as Grid
from reportlab.platypus.tableofcontents import TableOfContents
from source import (
    Block,
    Box,
    Chart,
    Heading,
    Inline,
    Listing,
    PageBreak,
    Paragraph,
    Source,
    Table,
    german_date,
    number,
    plain,
    read,
    shares,
    spans_of,
)

WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP, BOTTOM, GUTTER = 24 * mm, 22 * mm, 26 * mm, 24 * mm, 7 * mm
MEASURE = WIDTH - LEFT - RIGHT


class Chapter(Text):
    """A heading that enters bookmarks and contents."""

    level = 1


class Bars(Flowable):
    """A bar chart, as wide as the column."""

    def __init__(self, chart: Chart, style: Style) -> None:
        super().__init__()
        self.chart, self.style, self.row = chart, style, 16.0

    def wrap(self, width: float, height: float) -> tuple[float, float]:  # noqa: ARG002 - reportlab's signature
        """Width and height that the drawing takes, in points."""
        self.width, self.height = width, self.row * len(self.chart.bars) + 8
        return self.width, self.height

    def draw(self) -> None:
        """Draw label, bar and value, line by line."""
        canvas, size, labels = self.canv, self.style.size * 0.87, self.width * 0.36
        greatest = max(value for _, value in self.chart.bars) or 1
        for index, (label, value) in enumerate(self.chart.bars):
            base = self.height - (index + 1) * self.row
            length = (self.width - labels - 52) * value / greatest
            canvas.setFont(self.style.head, size)
            canvas.setFillColor(HexColor("#222222"))
            canvas.drawRightString(labels - 6, base + 3, label)
            canvas.drawString(labels + length + 5, base + 3, number(value))
            canvas.setFillColor(self.style.accent)
            canvas.rect(labels, base, length, self.row - 5, stroke=0, fill=1)


class Layout(BaseDocTemplate):
    """The document: its page templates, running head and foot, bookmarks."""

    def __init__(self, source: Source, style: Style, target: Path) -> None:
        super().__init__(
            str(target),
            pagesize=A4,
            title=source.title,
            author=source.author,
            subject=source.subtitle or LABELS[source.kind],
            creator="Textverarbeitung",
            lang="de-DE",
            invariant=1,
        )
        self.source, self.style, self.chapters = source, style, 0

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - reportlab's name
        """Enter a heading into bookmarks and contents."""
        if not (isinstance(flowable, Chapter) and self.source.outline):
            return
        self.chapters += 1
        key, text = f"chapter-{self.chapters}", flowable.getPlainText()
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(text, key, level=flowable.level - 1, closed=flowable.level > 1)
        if flowable.level == 1 or self.source.kind != "reader":  # a reader repeats one scheme in every chapter
            self.notify("TOCEntry", (flowable.level - 1, text, self.page, key))

    def beforeDocument(self) -> None:  # noqa: N802 - reportlab's name
        """Count the chapters anew in each pass."""
        self.chapters = 0


def _markup(text: Inline, notes: dict[str, int]) -> str:
    parts = []
    for span in text:
        part = escape(span.text)
        for mark in "☐☑→":
            part = part.replace(mark, f'<font name="symbols">{mark}</font>' if symbols() else "–")
        part = f"<b>{part}</b>" if span.bold else part
        part = f"<i>{part}</i>" if span.italic else part
        if span.href:
            part = f"<link href={quoteattr(span.href)} color='#1a4f8a'>{part}</link>"
        parts.append(f"<super size='6.5'>{notes[span.note]}</super>" if span.note else part)
    return "".join(parts)


class Setter:
    """Turns blocks into flowables in the style of the document."""

    def __init__(self, source: Source, style: Style) -> None:
        self.source, self.style = source, style
        used = dict.fromkeys(span.note for block in source.blocks for span in spans_of(block) if span.note)
        self.notes = {label: index for index, label in enumerate(used, 1)}
        self.measure = (MEASURE - GUTTER * (source.columns - 1)) / source.columns

    def flowables(self, blocks: Iterable[Block]) -> Iterator[Flowable]:
        """The flowables of the blocks; a caption stays with its table."""
        caption: Flowable | None = None
        for block in blocks:
            if isinstance(block, Paragraph) and plain(block.text).startswith(("Tabelle ", "Abbildung ")):
                caption = Text(f"<b>{_markup(block.text, self.notes)}</b>", self.style.small(spaceBefore=6))
                continue
            made = list(self._flowables(block))
            yield from [KeepTogether([caption, *made])] if caption else made
            caption = None
        if caption:
            yield caption

    def _flowables(self, block: Block) -> Iterator[Flowable]:
        if isinstance(block, Heading):
            chapter = Chapter(_markup(block.text, self.notes), self.style.heading(block.level))
            chapter.level = block.level
            yield from [NewPage()] if self._begins_page(block) else []
            yield chapter
        elif isinstance(block, Paragraph):
            yield self._paragraph(block)
        elif isinstance(block, Listing):
            yield from self._listing(block)
        elif isinstance(block, Table):
            yield self._table(block)
        elif isinstance(block, Chart):
            title = Text(f"<b>{escape(block.title)}</b>", self.style.small(spaceBefore=4))
            yield KeepTogether([title, Bars(block, self.style), Spacer(1, 6)])
        elif isinstance(block, Box):
            yield self._box(block)
        elif isinstance(block, PageBreak):
            yield NewPage()

    def _begins_page(self, block: Heading) -> bool:
        """In a document with title page the first chapter begins a page, in a reader each one does."""
        if block.level > 1 or not self.source.outline:
            return False
        return self.source.kind == "reader" or block is next(b for b in self.source.blocks if isinstance(b, Heading))

    def _paragraph(self, block: Paragraph) -> Flowable:
        style = self.style.body()
        if block.quote:
            style = self.style.paragraph("quote", self.style.size, leftIndent=14, rightIndent=14)
            return Text(f"<i>{_markup(block.text, self.notes)}</i>", style)
        return Text(_markup(block.text, self.notes), style)

    def _listing(self, block: Listing) -> Iterator[Flowable]:
        for item in block.items:
            text = _markup(item.text, self.notes)
            checkbox = plain(item.text).startswith("☐")
            bullet = f"{item.number}." if item.number else "" if checkbox else "–" if item.depth else "•"
            left = 15 + 14 * item.depth
            style = self.style.paragraph(
                "item", self.style.size, leftIndent=left, bulletIndent=left - 13, spaceAfter=self.style.size * 0.25
            )
            style.bulletFontName = self.style.text
            style.bulletFontSize = self.style.size
            yield Text(text, style, bulletText=bullet or None)
        yield Spacer(1, self.style.size * 0.3)

    def _table(self, table: Table) -> Flowable:
        cell, head = self.style.small(), self.style.small(textColor=white)
        rows = [[Text(f"<b>{_markup(text, self.notes)}</b>", head) for text in table.header]]
        rows += [[Text(_markup(text, self.notes), cell) for text in row] for row in table.rows]
        grid = Grid(
            rows, colWidths=[self.measure * share for share in shares(table)], repeatRows=1, hAlign="LEFT", spaceAfter=8
        )
        lines = TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, 0), self.style.accent),
                ("ROWBACKGROUNDS", (0, 1), (-1, -1), [white, HexColor("#f1f3f5")]),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor("#b9c0c7")),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 4),
                ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ]
        )
        grid.setStyle(lines)
        return grid

    def _box(self, box: Box) -> Flowable:
        inner = list(self.flowables(box.blocks))
        if box.title:
            inner.insert(0, Text(escape(box.title), self.style.heading(3)))
        grid = Grid([[inner]], colWidths=[self.measure], hAlign="LEFT", spaceBefore=4, spaceAfter=8)
        frame = [
            ("BACKGROUND", (0, 0), (-1, -1), HexColor("#eef3f4")),
            ("LINEBEFORE", (0, 0), (0, -1), 3, self.style.accent),
            ("LEFTPADDING", (0, 0), (-1, -1), 10),
            ("RIGHTPADDING", (0, 0), (-1, -1), 8),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
        ]
        grid.setStyle(TableStyle(frame))
        return grid

    def end_notes(self) -> Iterator[Flowable]:
        """The footnotes, gathered behind the text."""
        if self.notes:
            yield Spacer(1, 8)
            yield Text("Anmerkungen", self.style.heading(3))
        for label, index in self.notes.items():
            yield Text(f"{index}  {_markup(self.source.notes[label], self.notes)}", self.style.small())

    def title(self) -> list[Flowable]:
        """The title block of a document without title page."""
        source, style = self.source, self.style
        label = style.paragraph("label", 9, f"{style.head}-bold", textColor=style.accent, spaceAfter=3)
        big = style.paragraph(
            "title", 19 if source.columns == 1 else 21, f"{style.head}-bold", hyphenationLang="", spaceAfter=4
        )
        big.leading = big.fontSize * 1.2
        under = style.paragraph("under", 11.5, style.head, textColor=HexColor("#444444"), hyphenationLang="")
        line = style.paragraph("line", 9, style.head, textColor=HexColor("#444444"), spaceAfter=14)
        made: list[Flowable] = [Text(LABELS[source.kind].upper(), label), Text(escape(source.title), big)]
        made += [Text(escape(source.subtitle), under)] if source.subtitle else []
        return [*made, Text(f"{escape(source.author)} · {german_date(source.date)}", line)]

    def cover(self) -> list[Flowable]:
        """Title page and contents."""
        source, style = self.source, self.style
        big = style.paragraph("cover", 30, f"{style.head}-bold", textColor=white, leading=36, hyphenationLang="")
        under = style.paragraph("under", 15, style.head, textColor=white, leading=20, hyphenationLang="")
        contents = TableOfContents(dotsMinLevel=0)
        contents.levelStyles = [
            style.paragraph("toc1", style.size, f"{style.head}-bold", spaceBefore=5, spaceAfter=1, rightIndent=20),
            style.paragraph("toc2", style.size * 0.92, style.head, leftIndent=12, spaceAfter=0, rightIndent=20),
        ]
        return [
            Text(escape(source.title), big),
            Text(escape(source.subtitle), under),
            NextPageTemplate("body"),
            NewPage(),
            Text("Inhalt", style.heading(1)),
            contents,
            Spacer(1, 16),
        ]


def _running(canvas: Canvas, layout: Layout) -> None:
    source, style = layout.source, layout.style
    canvas.setFont(style.head, 7.8)
    canvas.setFillColor(HexColor("#555555"))
    canvas.drawString(LEFT, HEIGHT - 15 * mm, source.head or source.title)
    canvas.setStrokeColor(style.accent)
    canvas.setLineWidth(0.6)
    canvas.line(LEFT, HEIGHT - 17 * mm, WIDTH - RIGHT, HEIGHT - 17 * mm)
    _foot(canvas, layout)


def _foot(canvas: Canvas, layout: Layout) -> None:
    canvas.setFont(layout.style.head, 7.8)
    canvas.setFillColor(HexColor("#555555"))
    canvas.drawString(LEFT, 13 * mm, f"{layout.source.author} · Fiktives Beispiel")
    canvas.drawRightString(WIDTH - RIGHT, 13 * mm, f"Seite {canvas.getPageNumber()}")


def _cover_page(canvas: Canvas, layout: Layout) -> None:
    canvas.setFillColor(layout.style.accent)
    canvas.rect(0, HEIGHT * 0.38, WIDTH, HEIGHT * 0.62, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#d9b44a"))
    canvas.rect(0, HEIGHT * 0.38 - 5 * mm, WIDTH, 5 * mm, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#333333"))
    canvas.setFont(layout.style.head, 11)
    canvas.drawString(LEFT, 60 * mm, LABELS[layout.source.kind])
    canvas.drawString(LEFT, 53 * mm, layout.source.author)
    canvas.drawString(LEFT, 46 * mm, german_date(layout.source.date))


def _columns(count: int, top: float) -> list[Frame]:
    width = (MEASURE - GUTTER * (count - 1)) / count
    pads = dict.fromkeys(("leftPadding", "rightPadding", "topPadding", "bottomPadding"), 0)
    lefts = [LEFT + index * (width + GUTTER) for index in range(count)]
    return [Frame(left, BOTTOM, width, top - BOTTOM, **pads) for left in lefts]


def _templates(source: Source, title_height: float) -> list[PageTemplate]:
    body = PageTemplate("body", _columns(source.columns, HEIGHT - TOP), onPage=_running)
    if source.outline:
        return [PageTemplate("cover", _columns(1, HEIGHT * 0.8), onPage=_cover_page), body]
    pads = dict.fromkeys(("leftPadding", "rightPadding", "topPadding", "bottomPadding"), 0)
    below = HEIGHT - 20 * mm - title_height
    title = Frame(LEFT, below, MEASURE, title_height, **pads)
    first = [title, *_columns(source.columns, below - 2 * mm)]
    return [PageTemplate("first", first, onPage=_foot), body]


def _height(flowables: Iterable[Flowable]) -> float:
    return sum(item.wrap(MEASURE, HEIGHT)[1] + item.getSpaceAfter() + item.getSpaceBefore() for item in flowables) + 4


def _typeset(source: Source, target: Path) -> None:
    style = style_for(source.kind, source.columns, source.scanned)
    setter, layout = Setter(source, style), Layout(source, style, target)
    story = [*setter.flowables(source.blocks), *setter.end_notes()]
    start: list[Flowable] = setter.cover()
    if not source.outline:
        title = setter.title()
        layout.addPageTemplates(_templates(source, _height(title)))
        start = [*title, NextPageTemplate("body"), FrameBreak()]
    else:
        layout.addPageTemplates(_templates(source, 0))
    layout.multiBuild([*start, *story])


def write(source: Source, target: Path) -> None:
    """Write the PDF; a scanned one is typeset, then photographed page by page."""
    os.environ["SOURCE_DATE_EPOCH"] = str(int(noon(source.date).timestamp()))
    _typeset(source, target)
    if source.scanned:
        scan.photograph(source, target)


if __name__ == "__main__":
    import sys

    write(read(Path(sys.argv[1])), Path(sys.argv[2]))
