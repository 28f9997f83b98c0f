"""Which level of heading a Word style stands for, in German and English templates. Nothing else of a style is read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# the names under which Word, LibreOffice and their German editions store the built-in styles
_HEADING = re.compile(r"^(?:heading|überschrift|ueberschrift|berschrift|\S*kapitelüberschrift)[\s_-]*([1-9])$", re.I)
_TITLE = re.compile(r"^(?:title|titel|haupttitel|dokumenttitel)$", re.I)
BODY_LEVEL = 9  # w:outlineLvl counts headings from 0 to 8, and 9 is body text


def heading_level(name: str) -> int | None:
    """The level of a built-in heading style by its name, None for any other style."""
    match = _HEADING.match(name)
    return int(match.group(1)) if match else None


def is_title(name: str) -> bool:
    """Whether a built-in style is that of a document's title."""
    return _TITLE.match(name) is not None


@dataclass(frozen=True, slots=True)
class Style:
    """What the text needs to know of a style and those that it is based on.

    `level` is that of a heading, counted from 1, None for body text; `numbered` the list (numId, level) of its paragraphs.
    """

    level: int | None = None
    is_title: bool = False
    bold: bool = False
    numbered: tuple[str, int] | None = None


class Styles:
    """The styles of a document by their id; read when first asked for, since templates define hundreds."""

    def __init__(self, root: etree._Element | None = None) -> None:
        found = root.iter(f"{_W}style") if root is not None else ()
        self._elements = {style.get(f"{_W}styleId", ""): style for style in found}
        self._known: dict[str, Style] = {}

    def find(self, style_id: str) -> Style:
        """The style of an id; one that the document does not define is taken by its id."""
        if style_id not in self._known:
            self._known[style_id] = self._resolve(style_id)
        return self._known[style_id]

    def _resolve(self, style_id: str) -> Style:
        chain = self._ancestry(style_id)
        if not chain:
            return Style(heading_level(style_id), is_title(style_id))
        levels = (level for level in map(_level, chain) if level is not None)
        level = next(levels, BODY_LEVEL + 1)
        return Style(
            level=level if level <= BODY_LEVEL else None,
            is_title=is_title(_name(chain[0])),
            bold=next((bold for bold in map(_bold, chain) if bold is not None), False),
            numbered=next(filter(None, (numbered(style.find(f"{_W}pPr")) for style in chain)), None),
        )

    def _ancestry(self, style_id: str) -> list[etree._Element]:
        chain: list[etree._Element] = []
        seen = set()
        while style_id in self._elements and style_id not in seen:
            seen.add(style_id)
            chain.append(self._elements[style_id])
            style_id = _value(chain[-1].find(f"{_W}basedOn"))
        return chain


def _name(style: etree._Element) -> str:
    return _value(style.find(f"{_W}name")) or style.get(f"{_W}styleId", "")


def _level(style: etree._Element) -> int | None:
    level = heading_level(_name(style))
    outline = outline_level(style.find(f"{_W}pPr")) if level is None else None
    return level if outline is None else outline + 1


def _bold(style: etree._Element) -> bool | None:
    bold = style.find(f"{_W}rPr/{_W}b")
    return None if bold is None else bold.get(f"{_W}val", "true") not in ("0", "false", "off")


def outline_level(properties: etree._Element | None) -> int | None:
    """w:outlineLvl of paragraph properties, 0 to 9, None where it is not set."""
    value = _value(properties.find(f"{_W}outlineLvl")) if properties is not None else ""
    return int(value) if value.isdigit() else None


def numbered(properties: etree._Element | None) -> tuple[str, int] | None:
    """(numId, level) of paragraph properties, None where they are in no list."""
    listed = properties.find(f"{_W}numPr") if properties is not None else None
    if listed is None:
        return None
    number, level = _value(listed.find(f"{_W}numId")), _value(listed.find(f"{_W}ilvl"))
    return number, int(level) if level.isdigit() else 0


def _value(element: etree._Element | None) -> str:
    return element.get(f"{_W}val", "") if element is not None else ""
