"""Writes PPTX: title slide, slides with text, table or bars, and speaker's notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import pptx
from package import noon, settle
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import PP_ALIGN
from pptx.presentation import Presentation
from pptx.slide import Slide
from pptx.text.text import TextFrame
from pptx.util import Cm, Emu, Length, Pt
from source import (
    Block,
    Box,
    Chart,
    Heading,
    Inline,
    Listing,
    Paragraph,
    SlideBreak,
    Source,
    Table,
    as_table,
    german_date,
    plain,
    shares,
)

WIDTH, HEIGHT, NONE = Cm(33.87), Cm(19.05), Emu(0)
ACCENT, GRAY = RGBColor(0x0B, 0x5D, 0x6B), RGBColor(0x55, 0x55, 0x55)
TITLE_LAYOUT, TEXT_LAYOUT = 0, 1


def _band(slide: Slide, height: Length) -> None:
    band = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, NONE, NONE, WIDTH, height)
    band.fill.solid()
    band.fill.fore_color.rgb = ACCENT
    band.line.fill.background()
    slide.shapes._spTree.remove(band._element)
    slide.shapes._spTree.insert(2, band._element)


def _runs(frame: TextFrame, first: bool, text: Inline, size: float, level: int = 0) -> None:
    paragraph = frame.paragraphs[0] if first else frame.add_paragraph()
    paragraph.level = level
    paragraph.space_after, paragraph.alignment = Pt(6), PP_ALIGN.LEFT
    for span in text:
        run = paragraph.add_run()
        run.text, run.font.size = span.text, Pt(size)
        run.font.bold, run.font.italic = span.bold or None, span.italic or None


def _lines(blocks: Iterable[Block]) -> Iterator[tuple[Inline, int]]:
    """The text of a slide by line, with its level."""
    for block in blocks:
        if isinstance(block, Listing):
            yield from ((item.text, item.depth) for item in block.items)
        elif isinstance(block, Paragraph | Heading):
            yield block.text, 0
        elif isinstance(block, Box):
            yield from _lines(block.blocks)


def _table(slide: Slide, table: Table, top: int) -> None:
    left, width = Cm(2), WIDTH - Cm(4)
    rows = [table.header, *table.rows]
    grid = slide.shapes.add_table(len(rows), len(table.header), left, top, width, Cm(1.1) * len(rows)).table
    for column, share in zip(grid.columns, shares(table), strict=True):
        column.width = Emu(int(width * share))
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            frame = grid.cell(row, column).text_frame
            _runs(frame, True, text, 16)
            if row == 0:
                cell = grid.cell(row, column)
                cell.fill.solid()
                cell.fill.fore_color.rgb = ACCENT


def _split(blocks: list[Block]) -> tuple[list[Block], list[Block]]:
    """What stands on the slide, and what the speaker says."""
    for index, block in enumerate(blocks):
        if isinstance(block, Paragraph) and plain(block.text).startswith("Notizen:"):
            return blocks[:index], blocks[index:]
    return blocks, []


def _add_slide(deck: Presentation, blocks: list[Block], count: int, foot: str) -> None:
    shown, said = _split(blocks)
    headings = [block for block in shown if isinstance(block, Heading)]
    rest = [block for block in shown if block not in headings[:1]]
    tables = [
        block if isinstance(block, Table) else as_table(block) for block in rest if isinstance(block, Table | Chart)
    ]
    lines = list(_lines(rest))
    slide = deck.slides.add_slide(deck.slide_layouts[TEXT_LAYOUT])
    _band(slide, Cm(2.6))
    title, body = slide.shapes.title, slide.placeholders[1]
    title.left, title.top, title.width, title.height = Cm(2), Cm(0.3), WIDTH - Cm(4), Cm(2)
    _runs(title.text_frame, True, headings[0].text if headings else (), 28)
    for run in title.text_frame.paragraphs[0].runs:
        run.font.color.rgb = RGBColor(0xFF, 0xFF, 0xFF)
    body.left, body.top, body.width = Cm(2), Cm(3.4), WIDTH - Cm(4)
    body.height = Cm(1.3) * max(len(lines), 1) + Cm(0.6) if tables else HEIGHT - Cm(5.4)
    for index, (text, level) in enumerate(lines):
        _runs(body.text_frame, index == 0, text, 20 if len(lines) < 8 else 17, level)
    if tables and not lines:
        body._element.getparent().remove(body._element)
    for table in tables:
        _table(slide, table, Cm(3.6) if not lines else body.top + body.height + Cm(0.4))
    _foot(slide, f"{foot} · {count}")
    if said:
        note = "\n".join(plain(text) for text, _ in _lines(said)).removeprefix("Notizen:").strip()
        slide.notes_slide.notes_text_frame.text = note


def _foot(slide: Slide, text: str) -> None:
    box = slide.shapes.add_textbox(Cm(2), HEIGHT - Cm(1.4), WIDTH - Cm(4), Cm(0.9))
    box.text_frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    run = box.text_frame.paragraphs[0].add_run()
    run.text, run.font.size, run.font.color.rgb = text, Pt(11), GRAY


def _title_slide(deck: Presentation, source: Source, blocks: list[Block]) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_LAYOUT])
    _band(slide, Cm(9.6))
    title, under = slide.shapes.title, slide.placeholders[1]
    title.left, title.top, title.width, title.height = Cm(2), Cm(2.6), WIDTH - Cm(4), Cm(5)
    title.text_frame.word_wrap = True
    title.text_frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    run = title.text_frame.paragraphs[0].add_run()
    run.text, run.font.size, run.font.color.rgb = source.title, Pt(38), RGBColor(0xFF, 0xFF, 0xFF)
    under.left, under.top, under.width, under.height = Cm(2), Cm(10.4), WIDTH - Cm(4), Cm(6.5)
    lines = [source.subtitle] if source.subtitle else []
    lines += [source.author, german_date(source.date), *(plain(text) for text, _ in _lines(blocks))]
    for index, line in enumerate(lines):
        paragraph = under.text_frame.paragraphs[0] if index == 0 else under.text_frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text, run.font.size, run.font.color.rgb = line, Pt(18), GRAY


def _slides(blocks: Iterable[Block]) -> list[list[Block]]:
    groups = groupby(blocks, key=lambda block: isinstance(block, SlideBreak))
    return [list(group) for is_break, group in groups if not is_break]


def write(source: Source, target: Path) -> None:
    """Write the presentation."""
    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    first, *others = _slides(source.blocks)
    if isinstance(first[0], Heading):
        first, others = [], [first, *others]
    _title_slide(deck, source, first)
    for count, blocks in enumerate(others, 2):
        _add_slide(deck, blocks, count, f"{source.author} · Fiktives Beispiel")
    properties, moment = deck.core_properties, noon(source.date).replace(tzinfo=None)
    properties.title, properties.author, properties.subject = source.title, source.author, source.subtitle
    properties.created = properties.modified = moment
    properties.last_modified_by, properties.revision, properties.language = source.author, 1, "de-DE"
    deck.save(str(target))
    settle(target)
