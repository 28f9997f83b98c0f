"""What the shape of a text says about its kind: paragraphs, agenda items, boxes to tick, slides, length. No vocabulary here."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from kb.ingest.annotate.pattern import Pattern
from kb.ingest.annotate.text import PreparedText

HEAD = 5000  # characters from the beginning that shape is looked for in
_PAGES = 8  # on which these stand at most
_SLIDES = frozenset(("pptx", "ppsx", "pptm", "ppt", "odp"))


class Shape(NamedTuple):
    """A pattern, the kind it speaks for, points for each find, and the most it can give."""

    kind: str
    pattern: Pattern
    points: float
    most: float


class Speech(NamedTuple):
    """Words as they are written, the kind they speak for, points for each, and the most they can give."""

    kind: str
    words: tuple[str, ...]
    points: float
    most: float


def _shape(kind: str, pattern: str, points: float, most: float, *signs: str) -> Shape:
    return Shape(kind, Pattern(re.compile(pattern, re.MULTILINE), signs), points, most)


_SPEAKS = r"berichtet|fragt|weist|erläutert|regt|bittet|stellt"
_FIELDS = "|".join((
    "Ausgangslage", "Ziele?", "Maßnahmen?", "Akteure", "Beteiligte", "Kosten", "Finanzierung", "Förderung", "Laufzeit",
    "Dauer", "Erfahrungen", r"Ergebnis(?:se)?", "Kontakt", r"Einwohner\w*", "Träger", "Ort", "Projekt",
))  # fmt: skip

_SOURCE = r"\((?:vgl\. )?[A-ZÄÖÜ][\w/ .-]{2,40},? (?:19|20)\d\d[a-z]?(?:[:,] ?(?:S\. ?)?\d+)?\)"
_PARAGRAPHS = ("Beschlussvorschlag", "Beschlussentwurf", "Sachverhalt", "Begründung", "Beratungsfolge")

_FIELD_LINE = re.compile(r"^\W{0,3}(" + _FIELDS + r")\b[ \w,]{0,30}:?\s*$", re.MULTILINE)

SHAPES = (
    _shape("satzung", r"^\s*§ ?\d+[a-z]?\b", 1.2, 4.8, "§"),
    _shape("protokoll", r"^\W{0,3}(?:TOP|Zu TOP) ?\d", 1.5, 4.5, "TOP"),
    _shape("protokoll", r"[FH](?:rau|err) (?:Dr\. )?[A-ZÄÖÜ][\w-]+ (?:\([A-ZÄÖÜ]|" + _SPEAKS + ")", 0.5, 2.0, "Frau ", "Herr "),
    _shape("protokoll", r"\d{1,2}[.:]\d{2} (?:bis|–|-) \d{1,2}[.:]\d{2} Uhr", 0.8, 0.8, " Uhr"),
    _shape("leitfaden", r"[☐□❏]", 0.6, 2.4, "☐", "□", "❏"),
    _shape("leitfaden", r"^\W{0,3}(?:Schritt )\d", 1.2, 3.6, "Schritt "),
    _shape("richtlinie", r"^\s*\d{1,2}\.\d{1,2}\.?\s", 0.3, 1.8),
    _shape("vortrag", r"^\W{0,3}Folie \d", 1.5, 4.5, "Folie "),
    _shape("fachbeitrag", _SOURCE, 1.2, 3.6, "("),
    _shape("fachbeitrag", r"\[\d{1,2}\]", 0.4, 1.6, "["),
    _shape("newsletter", r"^\W{0,3}(?:Ausgabe|Nr\.|Nummer|Heft) ?\d", 1.5, 1.5, "Ausgabe", "Nr.", "Nummer", "Heft"),
    _shape("praxisbeispiel", r"^\W{0,3}(?:" + _FIELDS + r")\b[ \w,]{0,30}(?::|$)", 0.7, 3.5),
    _shape("reportage", r"[“”\"«],? (?:sagt|erzählt|meint|lacht|ruft|erklärt|fragt)\b", 0.8, 2.4, "“", "”", '"', "«"),
    _shape("ratsvorlage", r"^\W{0,3}(?:" + "|".join(_PARAGRAPHS) + r")\b", 1.2, 3.6, *_PARAGRAPHS),
    _shape("flyer", r"Sie\b(?<!\wSie)[^.!?\n]{0,60}!", 0.6, 1.8, "!"),
    _shape("leitfaden", r"(?:^|[.:!?] )[A-ZÄÖÜ][a-zäöü]+n Sie\b", 0.6, 2.4, "n Sie"),
    _shape("praxisbeispiel", r"\d (?:Mio\. )?(?:Euro|€)", 0.2, 0.6, "Euro", "€"),
    _shape("foerderinformation", r"^\W{0,3}(?:Wer|Was|Wie|Wo|Wann|Bis wann)\b[^\n]{0,60}\?\s*$", 0.7, 2.8, "?"),
)  # fmt: skip

SPEECH = (
    Speech("protokoll", ("sei", "seien", "habe", "hätten", "werde", "könne", "müsse", "solle", "wolle"), 0.3, 1.5),
    Speech("praxisbeispiel", ("kostete", "kosteten"), 0.4, 0.4),
    Speech("reportage", ("ich", "mir", "mich"), 0.3, 0.9),
    Speech("fachbeitrag", ("jedoch", "allerdings", "gleichwohl", "zwar", "indes", "vielmehr"), 0.3, 0.9),
)
_SPEECH_OF = {
    f"{word}{end}": speech for speech in SPEECH for word in speech.words for end in ("", "'s")
}  # "wenn ich's"


def points(text: PreparedText) -> dict[str, float]:
    """Points by kind from the shape of the document's beginning, its format and its length."""
    head = "\n".join(page.text for page in text.pages[:_PAGES])[:HEAD]
    found: dict[str, float] = defaultdict(float)
    for kind, pattern, worth, most in SHAPES:
        count = pattern.count(head)
        if count:
            found[kind] += min(most, count * worth)
    for speech, count in Counter(_spoken(text)).items():
        found[speech.kind] += min(speech.most, count * speech.points)
    for effect in (_by_format(text.manuscript.metadata), _by_length(text), _by_repetition(text)):
        for kind, value in effect.items():
            found[kind] += value
    return dict(found)


def _spoken(text: PreparedText) -> Iterator[Speech]:
    """What the words of the document's beginning speak for, each as often as it occurs."""
    offset = 0
    for page in text.pages[:_PAGES]:
        for index in [index for index, form in enumerate(page.forms) if form in _SPEECH_OF]:
            if offset + page.tokens[index].end <= HEAD:
                yield _SPEECH_OF[page.forms[index]]
        offset += len(page.text) + 1


def _by_repetition(text: PreparedText) -> dict[str, float]:
    """The fields of a practice example over and over again: a reader with several of them."""
    counts = Counter(match.group(1) for page in text.pages for match in _FIELD_LINE.finditer(page.text))
    repeated = sum(1 for count in counts.values() if count > 1)
    return {"reader": min(12.0, 3.0 * repeated), "praxisbeispiel": -min(12.0, 3.0 * repeated)} if repeated > 1 else {}


def _by_format(metadata: Mapping[str, str]) -> dict[str, float]:
    is_slides = metadata.get("format", "") in _SLIDES or "presentation" in metadata.get("media_type", "")
    return {"vortrag": 10.0} if is_slides else {}


_LONG = {"reader": 1.5, "modellprojekt": 0.7, "flyer": -4.0, "praxisbeispiel": -1.5}
_LENGTHS: tuple[tuple[Callable[[int, int], bool], dict[str, float]], ...] = (
    (lambda pages, words: pages >= 12 or words > 4500, _LONG),
    (lambda pages, words: pages > 4 or words > 1800, {"flyer": -2.0}),
    (lambda pages, words: pages <= 2 and words < 220, {"flyer": 0.3}),
)  # fmt: skip


def _by_length(text: PreparedText) -> dict[str, float]:
    pages, words = len(text.pages), sum(len(page.tokens) for page in text.pages)
    return next((effect for applies, effect in _LENGTHS if applies(pages, words)), {})
