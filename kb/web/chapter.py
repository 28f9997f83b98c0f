"""A document's text as its page shows it: chapters under headings, page marks, passages with what was found.

The headings' levels are worked out anew, so that none is skipped: the title of the page is the first level.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from kb.index.query import HitPassage
from kb.model import Passage, Section
from kb.web.block import Block, blocks
from kb.web.excerpt import Range, after_headings, marked, within


@dataclass(frozen=True, slots=True)
class Part:
    """A passage. `page` is set where a new page begins; `found` is its number among the passages found, counted from 1.

    `begins_with_heading`: the chapter's heading is the beginning of this passage, and no longer in its blocks.
    """

    ordinal: int
    page: int | None
    blocks: tuple[Block, ...]
    found: int | None = None
    begins_with_heading: bool = False


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading and the text under it. `level` is 2 to 6, 0 without heading; `page` is set where a new one begins."""

    anchor: str
    title: str
    heading: Markup
    level: int
    number: int
    page: int | None
    parts: tuple[Part, ...]


class Outline:
    """Builds the chapters of one document, once, in reading order."""

    def __init__(self, title: str, sections: Sequence[Section], passages: Sequence[Passage]) -> None:
        self._title = title
        self._sections = sections
        self._passages = passages
        self._page = 0
        self._marks: Mapping[int, tuple[Range, ...]] = {}
        self._numbers: Mapping[int, int] = {}

    def chapters(self, matches: Sequence[HitPassage]) -> list[Chapter]:
        """The chapters with what was found marked."""
        self._page = 0
        self._marks = {match.ordinal: match.highlights for match in matches}
        self._numbers = {match.ordinal: number for number, match in enumerate(matches, start=1)}
        return list(self._chapters())

    def _chapters(self) -> Iterator[Chapter]:
        found: dict[int | None, list[Passage]] = {}
        for passage in self._passages:
            found.setdefault(passage.section, []).append(passage)
        if None in found:
            yield self._chapter(None, 0, found[None])
        levels = _levels(self._sections, self._title)
        for index, level in enumerate(levels):
            yield self._chapter(index, level, found.get(index, []))

    def _chapter(self, index: int | None, level: int, passages: Sequence[Passage]) -> Chapter:
        section = self._sections[index] if index is not None else None
        title = section.title if section else ""
        first = passages[0] if passages else None
        skip = self._repeated(first, title, level) if first else 0
        page = self._turn(section.page if section else first.page if first else 0)
        parts = [self._part(one, skip if one is first else 0) for one in passages]
        if skip and level and parts[0].page is None:
            parts[0] = replace(parts[0], begins_with_heading=True)
        return Chapter(
            anchor=f"abschnitt-{index + 1}" if index is not None else "anfang",
            title=title,
            heading=self._heading(title, first, skip),
            level=level,
            number=section.page if section else 1,
            page=page,
            parts=tuple(parts),
        )

    def _repeated(self, first: Passage, title: str, level: int) -> int:
        """How much of a chapter's first passage is shown as a heading already; nothing, if all that was found is in it."""
        skip = after_headings(first.text, (self._title, title))
        marks = self._marks.get(first.ordinal, ())
        lost = marks and not level and not within(marks, skip, len(first.text))
        return 0 if lost else skip

    def _heading(self, title: str, first: Passage | None, skip: int) -> Markup:
        """The heading, marked where what was found stands in it."""
        ranges = within(self._marks.get(first.ordinal, ()), 0, skip) if first else []
        start = first.text.find(title, 0, skip) if first and ranges else -1
        return marked(first.text, ranges, start, start + len(title)) if first and start >= 0 else marked(title)

    def _part(self, passage: Passage, skip: int) -> Part:
        marks = self._marks.get(passage.ordinal, ())
        return Part(
            ordinal=passage.ordinal,
            page=self._turn(passage.page),
            blocks=blocks(passage.text, marks, skip),
            found=self._numbers.get(passage.ordinal),
        )

    def _turn(self, page: int) -> int | None:
        """The page, if it is a new one."""
        if page <= self._page:
            return None
        self._page = page
        return page


def _levels(sections: Sequence[Section], title: str) -> list[int]:
    """For each section the level of its heading; 0 for one that only repeats the title of the document."""
    above: list[int] = []
    levels: list[int] = []
    for section in sections:
        while above and above[-1] >= section.level:
            above.pop()
        if not levels and " ".join(section.title.split()) == " ".join(title.split()):
            levels.append(0)
            continue
        levels.append(min(2 + len(above), 6))
        above.append(section.level)
    return levels
