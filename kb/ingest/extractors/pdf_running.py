"""Running heads, running feet and printed page numbers: what repeats at the edges of the pages and is not their text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from kb.ingest.extractors.pdf_fragment import Fragment

# Shares of the page's height, and of the pages that a line has to repeat on.
TOP, BOTTOM, REPEATS = 0.11, 0.09, 0.30
_MIN_REPEATS = 2
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(
    r"""(?:[-–—|•\s]*(?:Seite|S\.|Blatt|page)?\s*\d{1,4}\s*(?:(?:von|/|of)\s*\d{1,4})?[-–—|•\s.]*)""", re.I | re.X
)


def split(pages: Sequence[tuple[float, Sequence[Fragment]]]) -> list[tuple[list[Fragment], list[str]]]:
    """For each page, given as height and fragments: the fragments that are its text, and the running lines' texts."""
    edges = [[_is_edge(fragment, height) for fragment in fragments] for height, fragments in pages]
    counts: Counter[str] = Counter()
    for (_, fragments), edge in zip(pages, edges, strict=True):
        counts.update({_key(fragment) for fragment, at_edge in zip(fragments, edge, strict=True) if at_edge})
    needed = max(_MIN_REPEATS, REPEATS * len(pages))
    running = {key for key, count in counts.items() if count >= needed}
    return [_split_page(fragments, edge, running) for (_, fragments), edge in zip(pages, edges, strict=True)]


def is_page_number(text: str) -> bool:
    """Whether a line is only a page number: "12", "- 12 -", "Seite 3 von 6"."""
    return _NUMBER.fullmatch(text.strip()) is not None


def _is_edge(fragment: Fragment, height: float) -> bool:
    return fragment.y1 < TOP * height or fragment.y0 > (1 - BOTTOM) * height


def _key(fragment: Fragment) -> str:
    # the size keeps a title on the first page apart from the head that repeats it
    return f"{round(fragment.size)} {_DIGITS.sub('#', fragment.text).lower()}"


def _split_page(
    fragments: Sequence[Fragment], edge: Sequence[bool], running: set[str]
) -> tuple[list[Fragment], list[str]]:
    text: list[Fragment] = []
    aside: list[str] = []
    for fragment, at_edge in zip(fragments, edge, strict=True):
        if at_edge and (_key(fragment) in running or is_page_number(fragment.text)):
            aside.append(fragment.text)
        else:
            text.append(fragment)
    return text, aside
