"""Writes DOCX as Word would: styles, tables, footnotes, text boxes, header and footer."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph
from docx_part import add_field, add_footnotes, add_text_box, refer_to_footnote, wrap_in_content_control
from package import noon, settle
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
    as_table,
    german_date,
    plain,
    shares,
    spans_of,
)

ACCENT = RGBColor(0x24, 0x40, 0x5C)
FONT = "Calibri"
WIDTH_CM = 16.0


def _lines(box: Box) -> list[str]:
    lines: list[str] = []
    for block in box.blocks:
        if isinstance(block, Listing):
            lines += [f"{f'{item.number}.' if item.number else '–'} {plain(item.text)}" for item in block.items]
        elif isinstance(block, Paragraph | Heading):
            lines.append(plain(block.text))
    return lines


class Writer:
    """Adds blocks to one document."""

    def __init__(self, source: Source) -> None:
        self.source, self.document, self.boxes = source, docx.Document(), 0
        used = dict.fromkeys(span.note for block in source.blocks for span in spans_of(block) if span.note)
        self.notes = {label: index for index, label in enumerate(used, 1)}

    def add(self, blocks: Iterable[Block]) -> None:
        """Add the blocks at the end of the document."""
        for block in blocks:
            if isinstance(block, Heading):
                self._runs(self.document.add_heading(level=min(block.level, 4)), block.text)
            elif isinstance(block, Paragraph):
                self._paragraph(block)
            elif isinstance(block, Listing):
                self._listing(block)
            elif isinstance(block, Table | Chart):
                self._table(block if isinstance(block, Table) else as_table(block))
            elif isinstance(block, Box):
                self.boxes += 1
                add_text_box(self.document.add_paragraph(), self.boxes, block.title, _lines(block), WIDTH_CM)
            elif isinstance(block, PageBreak):
                self.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def title(self) -> None:
        """Title, subtitle, and a line with author and date in a content control."""
        self.document.add_paragraph(self.source.title, style="Title")
        if self.source.subtitle:
            self.document.add_paragraph(self.source.subtitle, style="Subtitle")
        line = self.document.add_paragraph(f"{self.source.author}, {german_date(self.source.date)}")
        wrap_in_content_control(line, "Verfasser und Datum")

    def _runs(self, paragraph: WordParagraph, text: Inline) -> None:
        for span in text:
            if span.note:
                refer_to_footnote(paragraph, self.notes[span.note])
                continue
            run = paragraph.add_run(span.text)
            run.bold, run.italic = span.bold or None, span.italic or None
            run.underline = bool(span.href) or None

    def _paragraph(self, block: Paragraph) -> None:
        caption = plain(block.text).startswith(("Tabelle ", "Abbildung "))
        style = "Caption" if caption else "Intense Quote" if block.quote else "Normal"
        paragraph = self.document.add_paragraph(style=style)
        paragraph.paragraph_format.keep_with_next = caption or None
        self._runs(paragraph, block.text)

    def _listing(self, block: Listing) -> None:
        """Numbers are written out, so that each list begins anew."""
        for item in block.items:
            style = "List Bullet 2" if item.depth else "List Bullet"
            checkbox = plain(item.text).startswith("☐")
            paragraph = self.document.add_paragraph(style="List" if item.number or checkbox else style)
            if item.number:
                paragraph.add_run(f"{item.number}.\t")
            self._runs(paragraph, item.text)

    def _table(self, table: Table) -> None:
        grid = self.document.add_table(rows=0, cols=len(table.header), style="Table Grid")
        grid.autofit = False
        for row in (table.header, *table.rows):
            cells = grid.add_row().cells
            for cell, text in zip(cells, row, strict=True):
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
                self._runs(paragraph, text)
                for run in paragraph.runs:
                    run.font.size = Pt(9.5)
                    run.bold = row is table.header or run.bold
        for cell in grid.rows[0].cells:
            cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="DCE6EE"/>'))
        for column, share in zip(grid.columns, shares(table), strict=True):
            column.width = Cm(WIDTH_CM * share)
            for cell in column.cells:
                cell.width = Cm(WIDTH_CM * share)
        header = grid.rows[0]._tr.get_or_add_trPr()
        header.append(OxmlElement("w:tblHeader"))
        self.document.add_paragraph().paragraph_format.space_after = Pt(4)


def _fonts(document: Document) -> None:
    for name, size in {
        "Normal": 11,
        "Title": 22,
        "Subtitle": 13,
        "Heading 1": 15,
        "Heading 2": 12.5,
        "Heading 3": 11,
    }.items():
        style = document.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(attribute), None)
        if name != "Normal":
            style.font.color.rgb = ACCENT
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "de-DE")
    document.styles["Normal"].element.get_or_add_rPr().append(language)
    document.styles["Normal"].paragraph_format.space_after = Pt(7)


def _frame(document: Document, source: Source) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm((21 - WIDTH_CM) / 2)
    section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.2)
    section.header.paragraphs[0].text = source.head or source.title
    foot = section.footer.paragraphs[0]
    foot.text = f"{source.author} · Fiktives Beispiel · Seite "
    add_field(foot, "PAGE")
    for run in (*section.header.paragraphs[0].runs, *foot.runs):
        run.font.size, run.font.color.rgb = Pt(8.5), RGBColor(0x55, 0x55, 0x55)


def _properties(document: Document, source: Source) -> None:
    properties, moment = document.core_properties, noon(source.date).replace(tzinfo=None)
    properties.title, properties.author, properties.subject = source.title, source.author, source.subtitle
    properties.created = properties.modified = moment
    properties.last_modified_by, properties.comments, properties.revision = source.author, "", 1
    properties.language = "de-DE"


def write(source: Source, target: Path) -> None:
    """Write the document."""
    writer = Writer(source)
    _fonts(writer.document)
    _frame(writer.document, source)
    _properties(writer.document, source)
    writer.title()
    writer.add(source.blocks)
    if writer.notes:
        add_footnotes(writer.document, [plain(source.notes[label]) for label in writer.notes])
    writer.document.save(str(target))
    settle(target)
