"""Cutting pages into passages: stretches of one page, of one section, short enough to be read at a glance.

A passage ends at a paragraph where it can, else at a sentence, else at a word. Every character of a page but white
space belongs to exactly one passage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kb.model import Page, Passage, Section

# Changes whenever the same page may be cut differently.
VERSION = "1"

# In characters: about five lines. A paragraph of up to LONGEST stays whole; shorter ones are joined up to WANTED.
WANTED = 600
LONGEST = 900

_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
_SENTENCE = re.compile(r"(?<=[.!?:;])[\s]+(?=[A-ZÄÖÜ0-9„\"(•–-])|\n")
_SPACE = re.compile(r"\s+")


def passages(pages: Sequence[Page], sections: Sequence[Section] = ()) -> tuple[Passage, ...]:
    """The passages of a document, numbered through."""
    found: list[Passage] = []
    current: int | None = None
    for page in pages:
        for start, end, index in _sections_on(page, sections):
            current = index if index is not None else current
            for first, last in _cut(page.text, start, end):
                found.append(Passage(len(found), page.number, page.text[first:last], current, first))
    return tuple(found)


def _sections_on(page: Page, sections: Sequence[Section]) -> Iterator[tuple[int, int, int | None]]:
    """Ranges of the page's text, with the index of the section that begins there (None: the one before goes on)."""
    marks = sorted(
        (min(max(section.start, 0), len(page.text)), index)
        for index, section in enumerate(sections)
        if section.page == page.number
    )
    if not marks or marks[0][0] > 0:
        yield 0, marks[0][0] if marks else len(page.text), None
    ends = [start for start, _ in marks[1:]] + [len(page.text)]
    for (start, index), end in zip(marks, ends, strict=False):
        yield start, end, index


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Ranges of passages in text[start:end]: whole pieces joined up to WANTED characters."""
    begin = last = -1
    for first, stop in _pieces(text, start, end):
        if begin >= 0 and stop - begin > WANTED:
            yield begin, last
            begin = -1
        begin = first if begin < 0 else begin
        last = stop
    if begin >= 0:
        yield begin, last


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Paragraphs; those that are too long by sentences; those that are still too long by words."""
    for first, stop in _split(_PARAGRAPH, text, start, end):
        if stop - first <= LONGEST:
            yield first, stop
            continue
        for begin, last in _split(_SENTENCE, text, first, stop):
            yield from [(begin, last)] if last - begin <= LONGEST else _by_words(text, begin, last)


def _split(boundary: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for match in boundary.finditer(text, start, end):
        yield from _trimmed(text, begin, match.start())
        begin = match.end()
    yield from _trimmed(text, begin, end)


def _by_words(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    while end - begin > LONGEST:
        spaces = [match.start() for match in _SPACE.finditer(text, begin + 1, begin + WANTED)]
        cut = spaces[-1] if spaces else begin + WANTED
        yield from _trimmed(text, begin, cut)
        begin = cut
    yield from _trimmed(text, begin, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    stripped = text[start:end].strip()
    if stripped:
        begin = text.index(stripped[0], start)
        yield begin, begin + len(stripped)
