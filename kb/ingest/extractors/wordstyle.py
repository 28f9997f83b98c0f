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
class _Style:
    name: str
    parent: str
    outline: int | None
    bold: bool
    numbered: tuple[str, int] | None


class Styles:
    """The paragraph styles of a document by their id."""

    def __init__(self, root: etree._Element | None = None) -> None:
        self._styles = {} if root is None else dict(_read(style) for style in root.iter(f"{_W}style"))

    def level(self, style_id: str) -> int | None:
        """The heading level, counted from 1, of a style or the styles that it is based on; None for body text."""
        for style in self._ancestry(style_id):
            level = heading_level(style.name)
            if level is not None:
                return level
            if style.outline is not None:
                return style.outline + 1 if style.outline < BODY_LEVEL else None
        return heading_level(style_id) if style_id not in self._styles else None

    def is_title(self, style_id: str) -> bool:
        """Whether the style is that of the document's title."""
        return any(is_title(style.name) for style in self._ancestry(style_id)[:1]) or (
            style_id not in self._styles and is_title(style_id)
        )

    def is_bold(self, style_id: str) -> bool:
        """Whether the style itself sets its paragraphs in bold."""
        return style_id in self._styles and self._styles[style_id].bold

    def numbering(self, style_id: str) -> tuple[str, int] | None:
        """The list (numId, level) that the style itself puts its paragraphs in."""
        return next((style.numbered for style in self._ancestry(style_id) if style.numbered), None)

    def _ancestry(self, style_id: str) -> list[_Style]:
        chain: list[_Style] = []
        seen = set()
        while style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            chain.append(self._styles[style_id])
            style_id = chain[-1].parent
        return chain


def _read(style: etree._Element) -> tuple[str, _Style]:
    identifier = style.get(f"{_W}styleId", "")
    return identifier, _Style(
        name=_value(style.find(f"{_W}name")) or identifier,
        parent=_value(style.find(f"{_W}basedOn")),
        outline=outline_level(style.find(f"{_W}pPr")),
        bold=_is_bold(style.find(f"{_W}rPr")),
        numbered=numbered(style.find(f"{_W}pPr")),
    )


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


def _is_bold(properties: etree._Element | None) -> bool:
    bold = properties.find(f"{_W}b") if properties is not None else None
    return bold is not None and bold.get(f"{_W}val", "true") not in ("0", "false", "off")


def _value(element: etree._Element | None) -> str:
    return element.get(f"{_W}val", "") if element is not None else ""
