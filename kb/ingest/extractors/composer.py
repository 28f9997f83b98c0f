"""Puts pages together from headings and blocks in reading order; every format without fixed pages ends here.

What is a heading or a block is the format's business. Cleaning of characters happens here, once, so that the offsets of
the sections are offsets into the text as it is kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from kb.model import Page, Section

# marks in a text that is poured: where a page ended when a program laid it out, and where a person asked it to end
RENDERED, ASKED = "\x0e", "\x0f"
_MARKS = re.compile(f"([{RENDERED}{ASKED}])")
_SHORT_LINE = 100  # characters: a longer line in bold is emphasis
_MAX_SHARE = 0.25  # of the characters, in lines that look like headings
MAX_HEADING = 300  # characters: a longer "heading" is body text in a heading's style

# what looks like a space, what is not seen at all, and ligatures that old programs wrote into the text
_LIKE_SPACES = "\t\v\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufffe\uffff"
_CHARACTERS: dict[int, str | None] = {
    **dict.fromkeys((*range(9), *range(14, 32), 127, *map(ord, _UNSEEN)), None),
    **dict.fromkeys(map(ord, _LIKE_SPACES), " "),
    **dict.fromkeys(map(ord, "\f\u0085\u2028\u2029"), "\n"),
    0x2011: "-",
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}
_SURROGATES = re.compile("[\ud800-\udfff]")
_BLANKS = re.compile(r" {2,}| ?\n ?")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean(text: str) -> str:
    """The text in NFC, with plain spaces and line ends, without soft hyphens and characters that nobody sees."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CHARACTERS)
    if not text.isascii():
        text = unicodedata.normalize("NFC", _SURROGATES.sub("\ufffd", text))
    text = _BLANKS.sub(lambda match: "\n" if "\n" in match.group() else " ", text)
    return _BLANK_LINES.sub("\n\n", text).strip()


def without_marks(text: str) -> str:
    """The text without the marks of page ends."""
    return _MARKS.sub("", text)


def may_be_heading(text: str) -> bool:
    """Whether a paragraph is as short as a heading and does not end as a sentence: if it is also bold, it may be one."""
    line = without_marks(text).strip()
    return 2 < len(line) <= _SHORT_LINE and line[-1] not in ".,;" and any(map(str.isalpha, line))


class Composer:
    """Takes headings and blocks in reading order, gives pages and sections.

    Blocks are set apart by an empty line, except those of one group (rows, items) from each other, by a line end.
    """

    def __init__(self) -> None:
        self._pages: list[Page] = []
        self._parts: list[str] = []
        self._length = 0
        self._group = ""
        self._asked = False  # the page was just broken by a person: a program's mark of the same break may follow
        self.sections: list[Section] = []
        self._doubtful: list[Section] = []

    @property
    def page(self) -> int:
        """The number of the page that is being filled."""
        return len(self._pages) + 1

    @property
    def empty(self) -> bool:
        """Whether the page that is being filled has no text yet."""
        return not self._parts

    def pour(
        self, text: str, level: int | None = None, label: str = "", group: str = "", *, doubtful: bool = False
    ) -> None:
        """Append a paragraph with marks of page ends in it, as a heading of `level` or as a block.

        `label` is the bullet or number before it, `doubtful` as in `heading`.
        """
        for piece in _MARKS.split(text):
            if piece in (RENDERED, ASKED):
                self._break(piece)
            elif piece.strip():
                prefix, label = f"{label} " if label else "", ""
                if level is not None:
                    self.heading(prefix + piece, level, doubtful=doubtful)
                    level = None
                else:
                    self.block(prefix + piece, group)

    def row(self, cells: Sequence[str]) -> None:
        """Append the row of a table; a page that ends within it ends before it."""
        text = " | ".join(without_marks(cell).replace("\n", " ").strip() for cell in cells)
        mark = _MARKS.search("".join(cells))
        if mark:
            self._break(mark.group())
        if text.strip(" |"):
            self.block(text, "row")

    def block(self, text: str, group: str = "") -> int:
        """Append a paragraph, row or item; blank ones vanish. The offset at which it stands."""
        text = clean(text)
        if not text:
            return self._length
        if self._parts:
            self._add("\n" if group and group == self._group else "\n\n")
        start = self._length
        self._add(text)
        self._group, self._asked = group, False
        return start

    def heading(self, text: str, level: int, *, doubtful: bool = False) -> None:
        """Append a heading and note it as a section; one that is too long to be one becomes a block.

        A doubtful one only looks like a heading, and waits for `trust_looks`.
        """
        title = " ".join(clean(text).split())
        start = self.block(title)
        if title and len(title) <= MAX_HEADING:
            (self._doubtful if doubtful else self.sections).append(Section(title, level, self.page, start))

    def trust_looks(self) -> None:
        """Take the doubtful headings for sections, unless so much of the text looks like that that it means nothing."""
        length = sum(len(page.text) for page in self._pages) + self._length
        if sum(len(section.title) for section in self._doubtful) < _MAX_SHARE * length:
            self.sections = sorted([*self.sections, *self._doubtful], key=lambda section: (section.page, section.start))

    def break_page(self, running: tuple[str, ...] = ()) -> None:
        """End the page, even an empty one. `running` is what stood in its head and foot."""
        self._pages.append(Page(self.page, "".join(self._parts), running=running))
        self._parts, self._length, self._group = [], 0, ""

    def finish(self, running: tuple[str, ...] = ()) -> tuple[Page, ...]:
        """All pages; an empty last one is left out unless it is the only one. `running` goes to those without their own."""
        if self._parts or not self._pages:
            self.break_page()
        return tuple(page if page.running else replace(page, running=running) for page in self._pages)

    def _break(self, mark: str) -> None:
        if mark == ASKED or not self._asked:
            self.break_page()
        self._asked = mark == ASKED

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
