"""The numbers and bullets that Word shows before list items and numbered headings, and does not write into the text.

Source: ECMA-376 Part 1, 17.9 (numbering). Left out: pictures as bullets, restarts after a given level.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BULLET = "•"


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int


class Numbering:
    """Counts through the lists of a document, in the order in which `label` is asked."""

    def __init__(self, root: etree._Element | None = None) -> None:
        self._levels: dict[tuple[str, int], _Level] = {}
        self._list_of: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        if root is not None:
            self._read(root)

    def label(self, number: str, level: int) -> str:
        """What stands before the next item of list `number` at `level` (from 0): "•", "3.2", "a)", or nothing."""
        abstract = self._list_of.get(number)
        found = self._levels.get((abstract, level)) if abstract is not None else None
        if abstract is None or found is None:
            return "" if number in ("", "0") else BULLET
        if found.format in ("bullet", "none"):
            return BULLET if found.format == "bullet" else ""
        counts = self._counts.setdefault(abstract, {})
        counts[level] = counts.get(level, found.start - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        return re.sub(r"%([1-9])", lambda match: self._show(abstract, int(match.group(1)) - 1), found.text).strip()

    def _show(self, abstract: str, level: int) -> str:
        found = self._levels.get((abstract, level))
        if found is None:
            return ""
        return written(self._counts[abstract].get(level, found.start), found.format)

    def _read(self, root: etree._Element) -> None:
        for definition in root.iter(f"{_W}abstractNum"):
            abstract = definition.get(f"{_W}abstractNumId", "")
            for level in definition.iter(f"{_W}lvl"):
                self._levels[abstract, _number(level.get(f"{_W}ilvl"), 0)] = _level(level)
        for number in root.iter(f"{_W}num"):
            self._list_of[number.get(f"{_W}numId", "")] = _value(number.find(f"{_W}abstractNumId"))


def _level(level: etree._Element) -> _Level:
    return _Level(
        format=_value(level.find(f"{_W}numFmt")) or "decimal",
        text=_value(level.find(f"{_W}lvlText")),
        start=_number(_value(level.find(f"{_W}start")), 1),
    )


def written(number: int, number_format: str) -> str:
    """A number in one of the formats of ECMA-376 17.18.59: decimal, decimalZero, lowerLetter, upperRoman …"""
    if number_format in ("lowerLetter", "upperLetter"):
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 % 4 + 1)
        return letters if number_format == "lowerLetter" else letters.upper()
    if number_format in ("lowerRoman", "upperRoman"):
        return _roman(number).lower() if number_format == "lowerRoman" else _roman(number)
    return f"{number:02d}" if number_format == "decimalZero" else str(number)


_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")),
    *((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    written = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        written += letters * count
    return written


def _value(element: etree._Element | None) -> str:
    return element.get(f"{_W}val", "") if element is not None else ""


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else default
