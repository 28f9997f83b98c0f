"""What drivers say of a page: pieces of text with their place, lines drawn, pictures. No driver is imported here."""

from __future__ import annotations

from typing import NamedTuple

HYPHEN = "\ufffe"  # stands for a hyphen at a line's end


class Fragment(NamedTuple):
    """A line of text, or the part of it up to a wide gap. A tuple, since a document has thousands.

    Coordinates in points from the page's upper left corner, `y0` < `y1`, `base` is the baseline. `size` is the font's as
    seen on the page, `order` the fragment's place in the page's own sequence.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    base: float
    size: float
    bold: bool
    order: int


class Rule(NamedTuple):
    """A horizontal line, or the edge of a box, as tables have between their rows."""

    x0: float
    x1: float
    y: float


class OutlineEntry(NamedTuple):
    """An entry of the outline; `page` and `level` count from 1."""

    title: str
    level: int
    page: int


class Picture(NamedTuple):
    """What is drawn on a page: share of its area under images (0..1), number of lines and curves.

    A letter as a shape has ten to forty of them, a frame or a rule two to five. `speaks`: there are objects that show
    text, or may.
    """

    images: float
    strokes: int
    speaks: bool


class Recognition(NamedTuple):
    """What recognition made of a page of `height` points: its lines, their mean confidence 0..1.

    The lines' `order` is the number of the paragraph they belong to.
    """

    number: int
    height: float
    lines: tuple[Fragment, ...]
    confidence: float
