"""Pages and sections from blocks: the text as it is kept, and where its headings stand in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.ingest.extractors import pdf_heading
from kb.ingest.extractors.composer import clean
from kb.ingest.extractors.pdf_fragment import OutlineEntry
from kb.ingest.extractors.pdf_heading import Style
from kb.ingest.extractors.pdf_text import Block
from kb.model import Section

# bullets and boxes of the fonts Symbol and Wingdings; other private characters mean nothing outside their font
_SYMBOLS: dict[int, str | None] = dict.fromkeys(range(0xE000, 0xF900))
_SYMBOLS |= {
    0xF0B7: "•",
    0xF0A7: "▪",
    0xF0D8: "➢",
    0xF0E0: "→",
    0xF0FC: "✓",
    0xF0A8: "☐",
    0xF06F: "☐",
    0xF02D: "–",
    0xF0FE: "☒",
}
# what cleaning may change: anything but the usual characters of German text, and blanks in a row
_ODD = re.compile("[^ -~ÄÖÜäöüß§€„“”‚‘’–—…•°²³é]|  ")


def compose(
    number: int, blocks: Sequence[Block], style: Style, outline: Sequence[OutlineEntry]
) -> tuple[str, list[Section]]:
    """The text of a page and its sections.

    `outline` are the entries that lead to this page; where the document has none at all, `style` has the headings' ranks.
    An entry whose words are not found stands at the beginning of the page.
    """
    parts: list[str] = []
    sections: list[Section] = []
    wanted = {pdf_heading.normalize(entry.title): entry for entry in outline}
    length = 0
    for block in blocks:
        text = clean(block.text.translate(_SYMBOLS)) if _ODD.search(block.text) else block.text
        if not text:
            continue
        if parts:
            parts.append("\n" if block.tight else "\n\n")
            length += len(parts[-1])
        entry = wanted.pop(pdf_heading.normalize(text), None) if wanted and len(text) <= pdf_heading.LONGEST else None
        level = entry.level if entry else style.level(block)
        if level:
            sections.append(Section(text.replace("\n", " "), level, number, length))
        parts.append(text)
        length += len(text)
    text = "".join(parts)
    missed = [
        locate(Section(" ".join(clean(entry.title).split()), entry.level, number), text) for entry in wanted.values()
    ]
    return text, sorted([*missed, *sections], key=lambda section: section.start)


def locate(section: Section, text: str) -> Section:
    """The section where its title stands in the page's text; at the page's beginning where it is not found."""
    words = [re.escape(word) for word in section.title.split()]
    found = re.search(r"\s+".join(words), text, re.IGNORECASE) if words else None
    return replace(section, start=found.start() if found else 0)
