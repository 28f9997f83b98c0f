"""Text from documents as markup: marks set, rows of leader dots shortened, passages cut to where the marks are.

Every range is a pair of character offsets into the text it comes with.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from markupsafe import Markup

Range = tuple[int, int]

# Rows of dots between an entry of a table of contents and its page; _ROW is such a row without the blanks around it.
# What stands first in _ROW and _GAP excludes most places at once: whole passages are looked through.
_DOTS = re.compile(r"(?:[ \t]*[.·…_]){4,}[ \t]*|[ \t]*…{2,}[ \t]*")
_ROW = re.compile(r"[.·…_](?:(?:[ \t]*[.·…_]){3,}|(?<=…)…+)")
_ENTRIES = 3  # rows of dots that make a table of contents
_GAP = re.compile(r"(?=[\s.·…_])(?! [^\W_])(?:(?:[ \t]*[.·…_]){4,}\s*|\s*…{2,}\s*|\s*\n\s*)")
_SENTENCE = re.compile(r"[.!?:]\s+(?=[A-ZÄÖÜ„\"(])|\n\s*")
# How far before the first mark an excerpt may begin, in characters.
_LEAD = 90


def marked(text: str, ranges: Sequence[Range] = (), start: int = 0, end: int | None = None) -> Markup:
    """text[start:end] with the ranges marked and rows of dots shortened."""
    return _markup(_pieces(text, ranges, start, len(text) if end is None else end, _DOTS))


def _markup(pieces: Iterable[str]) -> Markup:
    return Markup("".join(pieces))  # noqa: S704 - every piece of text was escaped in _stretch


def _pieces(text: str, ranges: Sequence[Range], start: int, end: int, gap: re.Pattern[str]) -> list[str]:
    pieces: list[str] = []
    place = start
    for found in gap.finditer(text, start, end):
        pieces += _stretch(text, ranges, place, found.start())
        pieces.append(_filling(text, found, start, end))
        place = found.end()
    pieces += _stretch(text, ranges, place, end)
    return pieces


def _filling(text: str, gap: re.Match[str], start: int, end: int) -> str:
    """What stands in place of a row of dots or a line break."""
    if gap.start() == start or gap.end() == end:
        return ""
    if gap.group().strip():
        return " … "
    paragraph = gap.group().count("\n") > 1
    return " · " if paragraph and text[gap.start() - 1].isalnum() else " "


def _stretch(text: str, ranges: Sequence[Range], start: int, end: int) -> Iterator[str]:
    place = start
    for first, last in within(ranges, start, end):
        yield html.escape(text[place:first])
        yield f"<mark>{html.escape(text[first:last])}</mark>"
        place = last
    yield html.escape(text[place:end])


def within(ranges: Iterable[Range], start: int, end: int) -> list[Range]:
    """The parts of the ranges that lie between two offsets."""
    return [(max(first, start), min(last, end)) for first, last in ranges if first < end and last > start]


def excerpt(text: str, ranges: Sequence[Range], headings: Iterable[str], length: int) -> Markup:
    """About `length` characters of a passage, around the place with most marks.

    Headings that the passage begins with are left out, unless they are all that is marked.
    """
    begin = after_headings(text, headings)
    if begin == len(text) or (ranges and not within(ranges, begin, len(text))):
        begin = 0
    start, end = _window(text, within(ranges, begin, len(text)), begin, length)
    before, after = "… " if start > begin else "", " …" if end < len(text) else ""
    return _markup([before, *_pieces(text, ranges, start, end, _GAP), after])


def is_contents(text: str) -> bool:
    """Whether a text looks like a table of contents."""
    return len(_ROW.findall(text)) >= _ENTRIES


def after_headings(text: str, headings: Iterable[str]) -> int:
    """Where the text goes on behind the headings that it begins with, one after the other."""
    place = 0
    for heading in headings:
        found = _beginning(heading).match(text, place) if heading.strip() else None
        place = found.end() if found else place
    return place


@lru_cache(maxsize=4096)
def _beginning(heading: str) -> re.Pattern[str]:
    """The heading with any white space between its words, as long as no word goes on behind it."""
    return re.compile(r"\s*" + r"\s+".join(map(re.escape, heading.split())) + r"(?!\w)[\s:]*")


def _window(text: str, ranges: Sequence[Range], begin: int, length: int) -> Range:
    if len(text) - begin <= length * 1.25:
        return begin, len(text)
    first = _densest(text, ranges, length)
    start = begin if first - begin <= _LEAD else _sentence_before(text, first, begin)
    end = start + length
    if end >= len(text):
        return start, len(text)
    space = text.rfind(" ", start, end)
    return start, space if space > start else end


def _densest(text: str, ranges: Sequence[Range], length: int) -> int:
    """The mark from which on most different words are marked, and most words at all."""
    best, place = (0, 0), 0
    for index, (start, _) in enumerate(ranges):
        inside = [text[a:b].casefold() for a, b in ranges[index:] if b <= start + length - _LEAD]
        if (len(set(inside)), len(inside)) > best:
            best, place = (len(set(inside)), len(inside)), start
    return place


def _sentence_before(text: str, place: int, begin: int) -> int:
    """The beginning of the sentence, or of a word a little before."""
    ends = [found.end() for found in _SENTENCE.finditer(text, max(begin, place - 2 * _LEAD), place)]
    if ends:
        return ends[-1]
    space = text.find(" ", place - _LEAD, place)
    return space + 1 if space >= 0 else place
