"""Lines into running text: hyphens at line ends, and where one paragraph ends and the next begins.

Which lines follow each other is decided in kb/ingest/extractors/pdf_layout.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from kb.ingest.extractors.pdf_fragment import HYPHEN, Fragment

_CONJUNCTION = re.compile(r"(?:und|oder|bzw\.|sowie|u\.|bis|als|wie|noch|&|/)(?![^\W\d_])")
# what stands before the text of a list item or a numbered paragraph
_BULLETS = "•●○▪■□◦‣⁃➢➔→✓\uf0b7\uf0a7\uf0d8\uf02d*–—-"
MARKER = re.compile(
    rf"(?:[{_BULLETS}]|\(?\d{{1,3}}[a-z]?[.)]|\d{{1,2}}(?:\.\d{{1,2}}){{1,4}}\.?|\(?[a-zA-Z]{{1,2}}[.)]|\(\d{{1,3}}[a-z]?\)"
    r"|§+ ?\d+[a-z]?)"
)
_WANTS_NUMBER = re.compile(r"(?:Abs\.|Nr\.|§|Art\.|Satz|vom|am|und|bis|,)$")
_ITEM = re.compile(rf"{MARKER.pattern}(?:\s|$)")
LEADER = re.compile(r"(?:\. ?){4,}|…{2,}")  # the dots of a table of contents
_PITCH = 1.35  # of the usual distance between baselines: more than that is a gap between paragraphs
_SAME_SIZE = 0.08


class Block(NamedTuple):
    """A paragraph, heading or table row. `tight`: belongs closely to its neighbor (rows, list items, address lines)."""

    text: str
    size: float
    bold: bool
    tight: bool
    row: bool = False
    lines: int = 1


def join(lines: Sequence[str]) -> str:
    """Lines as one text, hyphens at their ends resolved: joined before lower case, kept before capitals and digits.

    "Innen-" + "stadt" → "Innenstadt", "NRW-" + "Programm" → "NRW-Programm", "Wohn-" + "und" → "Wohn- und".
    """
    parts: list[str] = []
    for line, following in pairwise([*lines, ""]):
        parts.append(_with_joint(line, following) if following else line)
    return "".join(parts).replace(HYPHEN, "-")


def _with_joint(line: str, following: str) -> str:
    """A line as it stands before the next one."""
    last = line[-1:]
    if last != HYPHEN and not (last == "-" and line[-2:-1].isalnum()):
        return f"{line} "
    if _CONJUNCTION.match(following):
        return f"{line[:-1]}- "
    return line[:-1] if following[0].islower() else f"{line[:-1]}-"


def paragraphs(lines: Sequence[Fragment]) -> Iterator[Block]:
    """The paragraphs of lines that follow each other in one column."""
    if not lines:
        return
    right = _right_edge(lines)
    pitch = _usual_pitch(lines)
    current = [lines[0]]
    tight = False
    for line in lines[1:]:
        if _goes_on(current[-1], line):
            last = current[-1]
            current[-1] = last._replace(text=f"{last.text} {line.text}", x1=line.x1, bold=last.bold and line.bold)
            continue
        gap = _is_apart(current[-1], line, pitch)
        if gap or _begins_anew(current, line, right):
            yield _block(current, tight=tight or not gap)
            current, tight = [line], not gap
        else:
            current.append(line)
    yield _block(current, tight=tight)


def _goes_on(before: Fragment, after: Fragment) -> bool:
    """Whether a fragment only continues the line: the dots and the page number of a table of contents."""
    return after.x0 >= before.x1 - 1 and abs(before.base - after.base) < 0.2 * after.size


def _block(lines: Sequence[Fragment], *, tight: bool) -> Block:
    if len(lines) == 1:
        text, size, bold = lines[0].text.replace(HYPHEN, "-"), lines[0].size, lines[0].bold
    else:
        text, size = join([line.text for line in lines]), max([line.size for line in lines])
        bold = all(line.bold for line in lines)
    return Block(_without_dots(text), size, bold, tight, False, len(lines))


def _without_dots(text: str) -> str:
    # searching for the pattern takes longer than seeing that there is nothing to find
    return LEADER.sub("… ", text) if ".." in text or ". ." in text or "……" in text else text


def _right_edge(lines: Sequence[Fragment]) -> float:
    # the longest lines say how wide the column is; one that sticks out does not
    edges = sorted([line.x1 for line in lines])
    return edges[int(0.9 * (len(edges) - 1))]


def _usual_pitch(lines: Sequence[Fragment]) -> float:
    """The usual distance between baselines, in multiples of the text's size."""
    steps = [
        (after.base - before.base) / after.size
        for before, after in pairwise(lines)
        if after.size and 0.5 * after.size < after.base - before.base < 2.5 * after.size
    ]
    return median(steps) if steps else 1.2


def _is_apart(before: Fragment, after: Fragment, pitch: float) -> bool:
    """Whether there is more than a line's distance between two lines, or they are set differently."""
    size = max(before.size, after.size) or 1.0
    if not 0 <= after.base - before.base <= _PITCH * pitch * size:
        return True
    return abs(before.size - after.size) > _SAME_SIZE * size


def _begins_anew(current: Sequence[Fragment], line: Fragment, right: float) -> bool:
    """Whether a line that follows at the usual distance begins a paragraph all the same."""
    last = current[-1]
    if last.text.endswith(HYPHEN):
        return False
    if last.text[-1:].isdigit() and "…" in _without_dots(last.text[-12:]):
        return True
    # "Abs." at a line's end wants the number that the next line begins with
    if (
        not line.text[0].islower()
        and _ITEM.match(line.text)
        and (line.text[0] in _BULLETS or not _WANTS_NUMBER.search(last.text))
    ):
        return True
    if last.bold != line.bold and (last.bold == all(part.bold for part in current)) and len(last.text) > 3:
        return True
    # the line before had room for this one's first word and left it empty
    word = line.text.split(" ", 1)[0]
    width = (line.x1 - line.x0) / max(1, len(line.text)) * (len(word) + 1)
    return last.x1 + 1.5 * width + last.size < right
