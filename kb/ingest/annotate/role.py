"""What a municipality is to a document: it wrote it (owner), it is what it is about (subject), or it is only named.

Owner, by what stands around its name: a letterhead, "Satzung der Stadt X", the imprint or the signature, the author in the
file's properties. Subject, by where and how often it is named: in the title, in headings, more than all others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.ingest.annotate.placename import Mention
from kb.ingest.annotate.text import PreparedText
from kb.model import Role

_HEAD = 500  # characters in which a letterhead stands
_TAIL = 700  # characters in which a signature or an imprint stands
_TITLES = r"(?:(?:Kreis|Hanse|Universitäts|Landeshaupt|Bundes)?[Ss]tadt(?:verwaltung)?|Gemeinde(?:verwaltung)?)"
# "STADT WERL" on a line of its own, or with the office behind it
_LETTERHEAD = re.compile(rf"(?:^|\n)[ \t]*{_TITLES}[ \t]+$", re.IGNORECASE)
_OFFICE = re.compile(
    r"[ \t]*(?:[,|·•–—-]|\n)?\s*(?:Der|Die|DER|DIE)\s+(?:Ober)?(?:bürger|Bürger|BÜRGER)(?:meister|MEISTER)", re.ASCII
)
_TITLED = re.compile(r"(?:[Ss]tadt|STADT|[Gg]emeinde|GEMEINDE)\s+$")
_LINE_END = re.compile(r"[ \t]*(?:\n|$|[|·•–—,-])")
_ISSUED = re.compile(
    r"(?:[Ss]atzung|SATZUNG|[Rr]ichtlinien?|RICHTLINIEN?|[Bb]ekanntmachung|Amtsblatt|[Oo]rdnung|Beschlussvorlage|[Vv]orlage|"
    r"Vorlage für den Rat|[Mm]itteilung|Presseinformation|Niederschrift|Haushaltsplan|Leitlinien?|"
    r"Stadtumbaukonzept|Ratsbeschluss)[^.\n]{0,90}?\b(?:der|des Rates der|des)\s+(?:\w+stadt|Stadt|Gemeinde)\s+$"
)
_IMPRINT = re.compile(
    r"(?:Herausgeber(?:in)?|Hrsg\.?|Impressum|Verfasser(?:in)?|Redaktion|Verantwortlich|V\.\s?i\.\s?S\.\s?d\.\s?P\.?|"
    r"Auftraggeber(?:in)?|Antragsteller(?:in)?|Absender(?:in)?|Veröffentlicht von|Ausgegeben von)"
    r"[^\n]{0,15}[\s:]+(?:\w+stadt|Stadt|Gemeinde)?\s*$"
)
_COUNCIL = re.compile(r"(?:Rat|Haupt- und Finanzausschuss|Stadtrat|Gemeinderat) der (?:\w+stadt|Stadt|Gemeinde)\s+$")
_RESOLVES = re.compile(r"[^.\n]{0,120}\b(?:beschlossen|beschließt|erlassen|folgende)\b")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is counted of one municipality. `share` of all mentions; `title` and `headings` count mentions there."""

    count: int
    share: float
    rank: int
    title: int
    headings: int
    owner: float


def _owner_sign(texts: Sequence[str], mention: Mention) -> float:
    """How surely this mention names the author, 0..1; `texts` are the pages, the title last."""
    text, last = texts[mention.page], len(texts) - 1
    if mention.page not in (0, last - 1, last):
        return 0.0
    is_title, at = mention.page == last, mention.start
    if not is_title and _OFFICE.match(text, mention.end):
        return 0.95
    before = text[max(0, at - 160) : at]
    head = mention.page == 0 or is_title
    if head and at < _HEAD and _LINE_END.match(text, mention.end) and _LETTERHEAD.search(before) and not is_title:
        return 0.85
    if _TITLED.search(before[-30:]):
        if head and at < 2 * _HEAD and _ISSUED.search(before):
            return 0.9
        if head and at < 3 * _HEAD and _COUNCIL.search(before) and _RESOLVES.match(text, mention.end):
            return 0.8
    near_edge = mention.page == 0 or at > len(text) - _TAIL
    return 0.85 if near_edge and _IMPRINT.search(before[-70:]) else 0.0


def _headings(text: PreparedText) -> dict[int, list[tuple[int, int]]]:
    """(start, end) of the headings, by page index."""
    numbers = {page.number: index for index, page in enumerate(text.pages)}
    found: dict[int, list[tuple[int, int]]] = {}
    for section in text.manuscript.sections:
        if section.page in numbers:
            place = (section.start, section.start + len(section.title) + 2)
            found.setdefault(numbers[section.page], []).append(place)
    return found


def standings(
    text: PreparedText, texts: Sequence[str], mentions: Sequence[Mention], authors: set[str]
) -> dict[str, Standing]:
    """What is counted, by AGS; `authors` are the AGS that the file's properties name as its author."""
    headings = _headings(text)
    counts: dict[str, int] = {}
    titles: dict[str, int] = {}
    headed: dict[str, int] = {}
    signs: dict[str, float] = {}
    for mention in mentions:
        on_title = mention.page == len(texts) - 1
        titles[mention.ags] = titles.get(mention.ags, 0) + on_title
        counts[mention.ags] = counts.get(mention.ags, 0) + (not on_title)
        inside = any(start <= mention.start < end for start, end in headings.get(mention.page, ()))
        headed[mention.ags] = headed.get(mention.ags, 0) + inside
        signs[mention.ags] = max(signs.get(mention.ags, 0.0), _owner_sign(texts, mention))
    total = max(1, sum(counts.values()))
    order = sorted(counts, key=lambda ags: -counts[ags])
    return {
        ags: Standing(
            counts[ags],
            counts[ags] / total,
            order.index(ags),
            titles[ags],
            headed[ags],
            0.9 if ags in authors else signs[ags],
        )
        for ags in counts
    }


def roles(found: Mapping[str, Standing]) -> dict[str, Role]:
    """The role of each municipality, by AGS. At most one owner: the surest, the most often named among equals."""
    owner = max(found, key=lambda ags: (found[ags].owner, found[ags].count), default="")
    return {
        ags: Role.OWNER if ags == owner and standing.owner >= 0.8 else _lesser(standing, len(found))
        for ags, standing in found.items()
    }


def _lesser(standing: Standing, towns: int) -> Role:
    if standing.title or standing.headings:
        return Role.SUBJECT
    dominant = standing.share >= 0.5 and standing.count >= 2 and standing.rank == 0
    leading = standing.rank == 0 and standing.count >= 4 and standing.share >= 0.34
    return Role.SUBJECT if dominant or leading or (towns == 1 and standing.count >= 2) else Role.MENTION
