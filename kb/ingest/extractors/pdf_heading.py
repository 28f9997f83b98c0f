"""Which blocks of a PDF are headings: those the outline names, else those set larger or bolder than the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kb.ingest.extractors.pdf_text import Block

_LARGER = 1.12  # of the body's size
LONGEST, _MAX_LINES = 200, 4  # characters, lines
_MAX_LEVEL = 4
_OTHER = re.compile(r"[\W_]+")
_LETTERS = re.compile(r"[^\W\d_]")
_LIST_ITEM = re.compile(r"^[•●○▪■–-]|[;,:]$|\.{4,}|…{2,}")
_SENTENCE_END = re.compile(r"[^\W\d_]{3,}\.$")


@dataclass(frozen=True, slots=True)
class Style:
    """How a document sets its text: the body's size, and the styles of its headings in falling order of rank."""

    body: float
    ranks: tuple[tuple[float, bool], ...]

    def level(self, block: Block) -> int:
        """1 for the largest headings; 0 for what is no heading."""
        key = _key(block)
        # first what most blocks fail: the text's own style is no heading's
        if key not in self.ranks or not _may_be_heading(block, self.body):
            return 0
        return min(_MAX_LEVEL, self.ranks.index(key) + 1)


def style_of(pages: Sequence[Sequence[Block]]) -> Style:
    """The style of a document."""
    sizes: Counter[float] = Counter()
    bold = 0
    for page in pages:
        for block in page:
            sizes[_round(block.size)] += len(block.text)
            bold += len(block.text) if block.bold else 0
    if not sizes:
        return Style(0.0, ())
    body = sizes.most_common(1)[0][0]
    # where everything is bold, bold says nothing
    all_bold = bold > 0.6 * sizes.total()
    keys = {_key(block) for page in pages for block in page if _may_be_heading(block, body)}
    ranks = sorted((key for key in keys if key[0] >= _LARGER * body or not all_bold), reverse=True)
    return Style(body, tuple(ranks))


def normalize(title: str) -> str:
    """A title as it is compared: letters and digits only, without case."""
    return _OTHER.sub("", title.casefold())


def _round(size: float) -> float:
    return round(size * 2) / 2


def _key(block: Block) -> tuple[float, bool]:
    return _round(block.size), block.bold


def _may_be_heading(block: Block, body: float) -> bool:
    larger = block.size >= _LARGER * body
    if not larger and not (block.bold and block.size >= 0.95 * body):
        return False
    if block.row or block.lines > _MAX_LINES or len(block.text) > LONGEST:
        return False
    if len(_LETTERS.findall(block.text)) < 3 or _LIST_ITEM.search(block.text):
        return False
    return larger or not _SENTENCE_END.search(block.text)
