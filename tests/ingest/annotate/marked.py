"""Texts with marks: [Name] is a mention of a municipality, [?Name] may be one, everything else is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kb.gazetteer import Gazetteer
from kb.ingest.annotate.context import WordLists
from kb.ingest.annotate.placename import Finder

_MARK = re.compile(r"\[(\??)([^\]]+)\]")
_FILE = Path(__file__).parent / "places.txt"


@dataclass(frozen=True)
class Marked:
    """A text, its mentions as (start, end, AGS), and the ranges that may be found or not."""

    text: str
    mentions: frozenset[tuple[int, int, str]]
    optional: frozenset[tuple[int, int]]


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


@lru_cache(maxsize=1)
def finder() -> Finder:
    return Finder(gazetteer(), WordLists.load())


def marked(line: str) -> Marked:
    """The text of a line; \\n stands for a line break."""
    line = line.replace("\\n", "\n")
    text, position = "", 0
    mentions, optional = set(), set()
    for match in _MARK.finditer(line):
        text += line[position : match.start()]
        start, end = len(text), len(text) + len(match[2])
        text, position = text + match[2], match.end()
        town = gazetteer().find(match[2])
        assert town, match[2]
        optional.add((start, end)) if match[1] else mentions.add((start, end, town.ags))
    return Marked(text + line[position:], frozenset(mentions), frozenset(optional))


def lines() -> list[str]:
    """The development texts."""
    return [line for line in _FILE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def found(text: Marked) -> frozenset[tuple[int, int, str]]:
    """What the finder finds, the optional ranges left out."""
    return frozenset(
        (one.start, one.end, one.ags) for one in finder().find([text.text]) if (one.start, one.end) not in text.optional
    )
