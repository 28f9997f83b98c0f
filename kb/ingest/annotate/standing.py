"""How a municipality stands in a document, as numbers: what role.py decides on.

Each number is 0..1 and is named in FEATURES. They are taken from where and how the name stands: in the title, at the head
of a paragraph, behind "wie in" or in brackets, in the imprint.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from kb.ingest.annotate.placename import Mention
from kb.ingest.annotate.text import PreparedText

_HEAD = 400  # characters in which a letterhead stands

_STADT = (
    r"(?:(?:Kreis|Hanse|Universitäts|Landeshaupt|Bundes|Klingen)?[Ss]tadt(?:verwaltung)?|STADT|GEMEINDE|"
    r"Gemeinde(?:verwaltung)?)"
)
_TITLED = re.compile(rf"\b{_STADT}\s+$")
_LETTERHEAD = re.compile(rf"(?:^|\n)[ \t]*(?:(?:Der|Die) (?:Ober)?[Bb]ürgermeister(?:in)? der )?{_STADT}\s+$")
_OFFICE = re.compile(
    r"[ \t]*(?:[,|·•–—-]|\n)?\s*(?:Der|Die|DER|DIE)\s+(?:Ober)?(?:bürger|Bürger|BÜRGER)(?:meister|MEISTER)"
)
_ISSUES = re.compile(
    r"\s+(?:hat\b[^.\n]{0,160}beschlossen|beschließt|gewährt|erlässt|verzichtet|regelt|sucht|fördert|vergibt|möchte Eigentümer|"
    r"zahlt|bezuschusst|unterstützt|lädt|stellt\b[^.\n]{0,60}\bzur Verfügung|schreibt\b[^.\n]{0,60}\baus)"
)
_COUNCIL = re.compile(rf"\b(?:Rat|Haupt- und Finanzausschuss|Stadtrat|Gemeinderat|Ausschuss) der {_STADT}\s+$")
_IMPRINT = re.compile(
    r"(?:Herausgeber(?:in)?|Hrsg\.?|Impressum|Verfasser(?:in)?|Redaktion|Verantwortlich|V\.\s?i\.\s?S\.\s?d\.\s?P\.?|"
    r"Veranstalter(?:in)?|Auftraggeber(?:in)?|Antragsteller(?:in)?|Absender(?:in)?|Veröffentlicht von|"
    r"Bewilligungsstelle|Antrag(?:stellung)?|Auskunft|Anmeldung|Kontakt|Ansprechpartner(?:in)?|Beratung)\b"
    rf"[^\n]{{0,25}}?[\s:,]+(?:bei der |der |die |beim )?(?:{_STADT}\s+)?$"
)
_ISSUED = re.compile(
    r"satzung|richtlinie|vorlage|drucksache|grundsätze|merkblatt|ausschreibung|bekanntmachung|geschäftsordnung|ordnung\b|amtsblatt|"
    r"förderinformation|leistungsverzeichnis|schreiben an|bescheid|antrag|haushalt|pressemitteilung|beschluss|vergabe",
    re.IGNORECASE,
)
_COLLECTED = re.compile(
    r"reader|themenheft|leitfaden|arbeitshilfe|lenkungskreis|liste\b|einleitung|vorwort|ratgeber|checkliste|anleitung|datenschutz",
    re.IGNORECASE,
)
_MEETING = re.compile(r"protokoll|sitzung|niederschrift|workshop|erfahrungsaustausch|runde\b", re.IGNORECASE)
_YOU = re.compile(r"\b(?:Sie|Ihr|Ihre|Ihnen|Ihrem|Ihren|Ihres)\b")
_LABEL_BEFORE = re.compile(
    r"(?:^|\n)[ \t]*(?:[-•*·–]|\d+[.)]|TOP \d+[.:]?|Folie \d+:?|Beispiel \d+:?|Neues aus(?: der)?|Aus|In|"
    rf"Bericht(?: aus)?)?[ \t]*(?:In|Aus|Bericht aus)?[ \t]*(?:{_STADT}[ \t]+)?$"
)
_PLACE_BEFORE = re.compile(rf"(?:Ort|Kommune|Stadt|Gemeinde|Standort|Gebiet|Projektort|Lage):\s*(?:{_STADT}\s+)?$")
_LIKE_BEFORE = re.compile(
    r"\b(?:wie|anders als|als|auch|ebenso|Vorbild|Beispiel|besser als|neben|gegenüber|ähnlich|Nachbar\w*|benachbarten?|nahen?|"
    r"Bekannt aus|abgeschaut|statt)\s+(?:schon |zuvor |etwa |auch )?(?:in|aus|bei|die Stadt|der Stadt|von)?\s*$"
)
_FROM_BEFORE = re.compile(
    r"\b(?:aus|nach|Richtung|bis|von|zwischen|ab|über|bei|und|oder|sowie)\s+(?:der (?:Stadt|Gemeinde)\s+)?$"
)
_SEAT_BEFORE = re.compile(r"(?:\(|,\s*|\|\s*|\d{5}\s+)(?:Stadt\s+)?$")

FEATURES = (
    "title", "heading", "head", "office", "issues", "council", "imprint", "author", "titled", "first", "only", "share",
    "repeated", "label", "place", "like", "from", "seat", "in", "opens", "quarter", "institution", "late", "issued document",
    "collected document", "meeting document", "addressed document", "issued first", "addressed titled", "many",
)  # fmt: skip


def _signs(text: str, mention: Mention) -> set[str]:
    """What the surroundings of one mention on a page say."""
    at, end = mention.start, mention.end
    before = text[max(0, at - 90) : at]
    near, last = before[-40:], before.rstrip()[-1:]
    titled = _TITLED.search(near)
    checks = {
        "office": _OFFICE.match(text, end),
        "head": titled and at < _HEAD and mention.page == 0 and _LETTERHEAD.search(before),
        "titled": titled,
        "council": titled and _COUNCIL.search(before),
        "issues": _ISSUES.match(text, end),
        "imprint": (titled or last in ":,") and _IMPRINT.search(before),
        "label": ("\n" in near or at < len(near) + 1) and _LABEL_BEFORE.search(near),
        "place": ":" in near and _PLACE_BEFORE.search(near),
        "like": _LIKE_BEFORE.search(near),
        "from": _FROM_BEFORE.search(near),
        "seat": (last in "(,|tT" or last.isdigit()) and _SEAT_BEFORE.search(near),
        "in": before.endswith(("in ", "In ", "in\n")),
        "opens": not last or last in ".!?:•",
        "quarter": text[end : end + 1] == "-",
        "institution": mention.verdict.rule == "institution",
    }
    return {name for name, found in checks.items() if found}


def _document(text: PreparedText) -> set[str]:
    """What kind of paper it seems to be; a hint for who speaks in it, not the kind that kind.py works out."""
    title = text.manuscript.title
    opening = text.pages[0].text[:250] if text.pages else ""
    body = "".join(page.text[:4000] for page in text.pages[:2])
    checks = {
        "issued document": _ISSUED.search(title) or _ISSUED.search(opening[:120]),
        "collected document": _COLLECTED.search(title),
        "meeting document": _MEETING.search(title),
        "addressed document": len(_YOU.findall(body)) >= 3,
    }
    return {name for name, found in checks.items() if found}


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
) -> dict[str, Mapping[str, float]]:
    """The numbers by AGS, those that are 0 left out. `texts`: the pages, the title last; `authors`: AGS the file names."""
    title, headings, document = len(texts) - 1, _headings(text), _document(text)
    by_ags: dict[str, list[Mention]] = {}
    for mention in mentions:
        by_ags.setdefault(mention.ags, []).append(mention)
    total = sum(mention.page != title for mention in mentions) or 1
    first = min(
        (mention for mention in mentions if mention.page != title), key=lambda one: (one.page, one.start), default=None
    )
    found: dict[str, Mapping[str, float]] = {}
    for ags, named in by_ags.items():
        on_pages = [mention for mention in named if mention.page != title]
        features = dict.fromkeys(document, 1.0)
        for mention in on_pages[:20]:
            features |= dict.fromkeys(_signs(texts[mention.page], mention), 1.0)
            if any(start <= mention.start < end for start, end in headings.get(mention.page, ())):
                features["heading"] = 1.0
        features |= {
            "title": float(len(on_pages) < len(named)),
            "author": float(ags in authors),
            "share": len(on_pages) / total,
            "repeated": min(1.0, math.log2(max(1, len(on_pages))) / 3),
            "only": float(len(by_ags) == 1),
            "many": min(1.0, len(by_ags) / 8),
            "first": float(bool(first) and first is not None and first.ags == ags),
            "late": float(bool(on_pages) and all(_is_late(texts, mention) for mention in on_pages)),
        }
        features["issued first"] = features["first"] * features.get("issued document", 0.0)
        features["addressed titled"] = features.get("titled", 0.0) * features.get("addressed document", 0.0)
        found[ags] = {name: value for name, value in features.items() if value}
    return found


def _is_late(texts: Sequence[str], mention: Mention) -> bool:
    pages = len(texts) - 1
    return (mention.page + mention.start / max(1, len(texts[mention.page]))) / pages > 0.6
