"""The text of a passage as blocks that a page can show: paragraphs, lists, tables. What is marked stays marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from kb.web.excerpt import Range, marked

_BULLET = re.compile(r"\s*[•▪‣◦●–\-*]\s+(?=\S)")
_INDENT = re.compile(r"\s+")
_CELLS = " | "
# A line as long as this was broken for want of room, not because something ends there.
_WRAPPED = 50


@dataclass(frozen=True, slots=True)
class Block:
    """`kind` is text (one paragraph), lines (its line breaks count), list or table; `rows` are lines of cells."""

    kind: str
    rows: tuple[tuple[Markup, ...], ...]

    @property
    def text(self) -> Markup:
        """The block's lines, one after the other."""
        return Markup("\n").join(row[0] for row in self.rows)


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    kind: str


def blocks(text: str, ranges: Sequence[Range] = (), start: int = 0) -> tuple[Block, ...]:
    """The blocks of text[start:]."""
    found: list[Block] = []
    for kind, group in groupby(_lines(text, start), key=lambda line: line.kind):
        lines = list(group)
        if kind == "table":
            found.append(Block("table", tuple(_cells(text, line, ranges) for line in lines)))
        elif kind == "list":
            found.append(Block("list", tuple((item,) for item in _items(text, lines, ranges))))
        elif kind == "text":
            wrapped = all(line.end - line.start >= _WRAPPED for line in lines[:-1])
            rows = tuple((marked(text, ranges, line.start, line.end),) for line in lines)
            found.append(Block("text" if wrapped else "lines", rows))
    return tuple(found)


def _lines(text: str, start: int) -> Iterator[_Line]:
    place, before = start, "blank"
    for line in text[start:].split("\n"):
        before = _kind(line, before)
        yield _Line(place, place + len(line), before)
        place += len(line) + 1


def _kind(line: str, before: str) -> str:
    if not line.strip():
        return "blank"
    if _CELLS in line:
        return "table"
    goes_on = before == "list" and line[:1].isspace()
    return "list" if goes_on or _BULLET.match(line) else "text"


def _items(text: str, lines: Sequence[_Line], ranges: Sequence[Range]) -> Iterator[Markup]:
    """The items without their bullets; a line without one goes on with the item before."""
    item: list[Markup] = []
    for line in lines:
        bullet = _BULLET.match(text, line.start, line.end)
        if bullet and item:
            yield Markup(" ").join(item)
            item = []
        indent = _INDENT.match(text, line.start, line.end)
        start = bullet.end() if bullet else indent.end() if indent else line.start
        item.append(marked(text, ranges, start, line.end))
    yield Markup(" ").join(item)


def _cells(text: str, line: _Line, ranges: Sequence[Range]) -> tuple[Markup, ...]:
    cells: list[Markup] = []
    place = line.start
    for cell in text[line.start : line.end].split(_CELLS):
        cells.append(marked(text, ranges, place, place + len(cell)))
        place += len(cell) + len(_CELLS)
    return tuple(cells)
