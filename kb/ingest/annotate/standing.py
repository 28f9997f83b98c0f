"""How a municipality stands in a document, as numbers: what role.py decides on.

Each number is 0..1 and is named in FEATURES: where the name stands and what stands around it (surroundings.py), how much of the
text follows about it alone, how it compares with the other towns, and what kind of document it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kb.ingest.annotate.context import WordLists
from kb.ingest.annotate.placename import Mention
from kb.ingest.annotate.surroundings import SHARED, surroundings
from kb.ingest.annotate.text import PreparedText
from kb.model import Facet

_MOST = 12  # mentions of a town that are looked at
_LONG_STRETCH, _LONG_BODY = 400, 4000  # characters

_ISSUED = re.compile(
    r"satzung|richtlinie|vorlage|drucksache|grundsätze|merkblatt|ausschreibung|bekanntmachung|geschäftsordnung|ordnung\b|amtsblatt|"
    r"förderinformation|leistungsverzeichnis|schreiben an|bescheid|antrag|haushalt|pressemitteilung|beschluss|vergabe",
    re.IGNORECASE,
)
_LETTER_TITLE = re.compile(
    r"presse|stellen|vertrag|antwort|anschreiben|fragen|bewerbung|auslobung|schreiben|amtsblatt|anzeige", re.IGNORECASE
)
_COLLECTED = re.compile(
    r"reader|themenheft|leitfaden|arbeitshilfe|lenkungskreis|liste\b|einleitung|vorwort|ratgeber|checkliste|anleitung|datenschutz",
    re.IGNORECASE,
)
# how letters begin and end
_LETTER = (
    "Sehr geehrte", "it freundlichen Grüßen", "Im Auftrag", "i. A.", "i.A.", "Hiermit", "Ihr Bürgermeister", "Viele Grüße",
    "Danke und Gruß", "Hallo zusammen", "Liebe ",
)  # fmt: skip

# what kinds of document (vocabulary/kinds.toml) are alike in who speaks in them
_KINDS = {
    "satzung": "rule", "richtlinie": "rule", "ratsvorlage": "rule",
    "flyer": "offer", "foerderinformation": "offer",
    "praxisbeispiel": "account", "modellprojekt": "account", "reportage": "account", "fachbeitrag": "account",
    "vortrag": "account", "newsletter": "news", "protokoll": "minutes", "reader": "collection", "leitfaden": "guide",
    "sonstiges": "other",
}  # fmt: skip
_OWNABLE = ("rule", "offer", "other")

# products of two numbers
_PAIRS = {
    f"{left}, {right}": (left, right)
    for left, right in (
        ("issued document", "first"), ("letter title", "first"), ("letter", "first"), ("rule", "first"), ("account", "first"),
        ("ownable", "first"), ("ownable", "titled"), ("offer", "titled"), ("minutes", "venue field"), ("news", "in"),
        ("collection", "acts"),
    )
}  # fmt: skip

# what the model knows; some numbers only count in a pair
FEATURES = (
    "title", "heading", "author", "only", "late", "repeated", "listed", "stretch", "extent", "territory", "siblings",
    "titled", "office", "head", "issues", "of", "publisher", "contact", "quarter", "institution", "labelled", "opens", "row",
    "dated", "dateline", "heads paragraph", "attendance", "joined", "acts", "speaker", "scene", "like", "visitor", "passing",
    "station", "taken up", "figures",
    "issued document", "letter title", "collected document", "letter", "ownable", "rule", "offer", "news", "guide", *_PAIRS,
)  # fmt: skip


def _document(text: PreparedText) -> dict[str, float]:
    """What kind of paper it is and who seems to speak in it."""
    title = text.manuscript.title
    opening = text.pages[0].text[:120] if text.pages else ""
    body = "".join(page.text[:_LONG_BODY] for page in text.pages[:2])
    checks = {
        "issued document": _ISSUED.search(title) or _ISSUED.search(opening),
        "letter title": _LETTER_TITLE.search(title),
        "collected document": _COLLECTED.search(title),
        "letter": any(map(body.__contains__, _LETTER)),
    }
    numbers = {name: 1.0 for name, found in checks.items() if found}
    for claim in text.found:
        if claim.facet is Facet.KIND and claim.value in _KINDS:
            kind = _KINDS[claim.value]
            numbers |= {kind: claim.confidence, "ownable": claim.confidence * (kind in _OWNABLE)}
    return numbers


def _headings(text: PreparedText) -> dict[int, list[tuple[int, int]]]:
    """(start, end) of the headings, by page index."""
    numbers = {page.number: index for index, page in enumerate(text.pages)}
    found: dict[int, list[tuple[int, int]]] = {}
    for section in text.manuscript.sections:
        if section.page in numbers:
            place = (section.start, section.start + len(section.title) + 2)
            found.setdefault(numbers[section.page], []).append(place)
    return found


class _Stand(NamedTuple):
    """What the mentions of one town add up to; stretches and territory in characters."""

    numbers: dict[str, float]
    longest: int
    stretches: int
    territory: int


def _stand(
    lists: WordLists,
    text: PreparedText,
    by_page: Sequence[Sequence[Mention]],
    places: Sequence[tuple[int, int]],
    far: int,
) -> _Stand:
    """Signs of the mentions at `places`, (page, index into `by_page`); `far`: characters of the whole text that follow them."""
    looked = [surroundings(lists, text.pages[page], by_page[page], place) for page, place in places[:_MOST]]
    numbers: dict[str, float] = {}
    for around in looked:
        for sign in around.signs:
            numbers[sign] = numbers.get(sign, 0.0) + 1 / len(looked) if sign in SHARED else 1.0
    if looked:
        numbers["listed"] = min(1.0, min(around.company for around in looked) / 3)
    lengths = [around.stretch for around in looked]
    return _Stand(numbers, max(lengths, default=0), sum(lengths), far)


def _territories(texts: Sequence[str], by_page: Sequence[Sequence[Mention]]) -> dict[str, int]:
    """By AGS: how many characters follow its mentions up to the next town or the end of the page."""
    found: dict[str, int] = {}
    for text, named in zip(texts, by_page, strict=False):
        ends = [*(mention.start for mention in named[1:]), len(text)]
        for mention, end in zip(named, ends, strict=False):
            found[mention.ags] = found.get(mention.ags, 0) + max(0, end - mention.end)
    return found


def _compare(stands: Mapping[str, _Stand]) -> None:
    """Add the numbers that say how a town compares with the others."""
    stretches = sum(stand.stretches for stand in stands.values()) or 1
    territory = sum(stand.territory for stand in stands.values()) or 1
    siblings = [stand.numbers for stand in stands.values() if _is_sibling(stand.numbers)]
    for stand in stands.values():
        stand.numbers["stretch"] = min(1.0, stand.longest / _LONG_STRETCH)
        stand.numbers["extent"] = stand.stretches / stretches
        stand.numbers["territory"] = stand.territory / territory
        stand.numbers["siblings"] = float(len(siblings) > 1 and _is_sibling(stand.numbers))


def _is_sibling(numbers: Mapping[str, float]) -> bool:
    """Whether it opens a paragraph or an item; several that do are what the document is about, one after the other."""
    opens = "heads paragraph" in numbers or "label" in numbers
    return opens and "dated" not in numbers and "row" not in numbers


def standings(
    lists: WordLists, text: PreparedText, texts: Sequence[str], mentions: Sequence[Mention], authors: set[str]
) -> dict[str, Mapping[str, float]]:
    """The numbers by AGS, those that are 0 left out. `texts`: the pages, the title last; `authors`: AGS the file names."""
    title, headings, document = len(texts) - 1, _headings(text), _document(text)
    by_page: list[list[Mention]] = [[] for _ in text.pages]
    by_ags: dict[str, list[Mention]] = {}
    places: dict[str, list[tuple[int, int]]] = {}
    for mention in sorted(mentions, key=lambda one: (one.page, one.start)):
        by_ags.setdefault(mention.ags, []).append(mention)
        if mention.page != title:
            places.setdefault(mention.ags, []).append((mention.page, len(by_page[mention.page])))
            by_page[mention.page].append(mention)
    first = next((named[0].ags for named in by_page if named), "")
    far = _territories(texts, by_page)
    stands: dict[str, _Stand] = {}
    for ags, named in by_ags.items():
        on_pages = [mention for mention in named if mention.page != title]
        stand = _stand(lists, text, by_page, places.get(ags, ()), far.get(ags, 0))
        numbers = {
            "title": float(len(on_pages) < len(named)),
            "heading": float(any(_is_inside(mention, headings) for mention in on_pages)),
            "author": float(ags in authors),
            "repeated": min(1.0, math.log2(max(1, len(on_pages))) / 3),
            "only": float(len(by_ags) == 1),
            "first": float(ags == first),
            "late": float(bool(on_pages) and all(_is_late(texts, mention) for mention in on_pages)),
        }
        stand.numbers.update(document | numbers)
        stands[ags] = stand
    _compare(stands)
    return {ags: _with_pairs(stand.numbers) for ags, stand in stands.items()}


def _with_pairs(numbers: Mapping[str, float]) -> dict[str, float]:
    found = {name: value for name, value in numbers.items() if value}
    for name, (left, right) in _PAIRS.items():
        if left in found and right in found:
            found[name] = found[left] * found[right]
    return found


def _is_inside(mention: Mention, headings: Mapping[int, Sequence[tuple[int, int]]]) -> bool:
    return any(start <= mention.start < end for start, end in headings.get(mention.page, ()))


def _is_late(texts: Sequence[str], mention: Mention) -> bool:
    pages = len(texts) - 1
    return (mention.page + mention.start / max(1, len(texts[mention.page]))) / pages > 0.6
