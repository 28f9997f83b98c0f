"""What the words around one mention of a municipality say about its part in the document.

Signs have names; which speak for owner, subject or mention, and how much, was learned (role.py). Most are asked of the
clause before the name, by its words: looking words up costs less than patterns do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from kb.ingest.annotate.context import WordLists
from kb.ingest.annotate.date import MONTHS
from kb.ingest.annotate.placename import Mention
from kb.ingest.annotate.text import PreparedPage

_BEFORE = 110  # characters looked at before a name
_HEAD = 400  # characters in which a letterhead stands
_DATED_HEAD = 500  # characters in which minutes say where and when
_LONG_LINE, _HEADING_LINE = 100, 60  # characters from which a line is a paragraph, up to which it may be a heading
_OPENING = 60  # characters of a paragraph in which what it is about is named
_NEAR, _LONGEST_STRETCH = 400, 1000  # characters of a line, of a paragraph behind a name that are looked at
_NEAREST = 20  # mentions on either side that are looked at
_JOINT = 8  # characters at most between two towns of a list

_STADT = (
    r"(?:(?:Kreis|Hanse|Universitäts|Landeshaupt|Bundes|Klingen)?[Ss]tadt(?:verwaltung)?|STADT|GEMEINDE|"
    r"Gemeinde(?:verwaltung)?)"
)
_TITLED = re.compile(rf"\b{_STADT}\s+$")
_LETTERHEAD = re.compile(rf"(?:^|\n)[ \t]*(?:(?:Der|Die) (?:Ober)?[Bb]ürgermeister(?:in)? der )?{_STADT}\s+$")
_OFFICE = re.compile(
    r"[ \t]{0,20}(?:[,|·•–—-]|\n)?\s{0,20}(?:Der|Die|DER|DIE)\s{1,20}(?:Ober)?(?:bürger|Bürger|BÜRGER)(?:meister|MEISTER)"
)
_ISSUES = re.compile(
    r"\s+(?:hat\b[^.\n]{0,160}beschlossen|beschließt|gewährt|erlässt|verzichtet|regelt|sucht|fördert|vergibt|möchte Eigentümer|"
    r"zahlt|bezuschusst|unterstützt|lädt|stellt\b[^.\n]{0,60}\bzur Verfügung|schreibt\b[^.\n]{0,60}\baus|antwortet)"
)
_OF = re.compile(
    r"\b(?:Vorlage|Bekanntmachung|Satzung|Richtlinie|Mitteilung|Pressemitteilung|Amtsblatt|Verwaltung|Amt|Denkmalbehörde|"
    r"Fachbereich|Referat|Rat|Stadtrat|Gemeinderat|Ausschuss|Finanzausschuss|Bürgermeister(?:in)?|Aktion|Mitarbeiter|Bei|"
    rf"Umweltamt|Planungsamt|Zwischen)\b[^.\n]{{0,30}} (?:der |Ihrer )?(?:{_STADT} )?$"
)
_BY = rf"[^\n]{{0,25}}?[\s:,]+(?:bei der |der |die |beim )?(?:{_STADT}\s+)?$"
_PUBLISHER = re.compile(
    r"(?:Herausgeber(?:in)?|Herausgegeben|Hrsg\.?|Impressum|Verfasser(?:in)?|Verantwortlich|V\.\s?i\.\s?S\.\s?d\.\s?P\.?|"
    rf"Antragsteller(?:in)?|Absender(?:in)?|Veröffentlicht von|Auslober(?:in)?|Bewilligungsstelle)\b{_BY}"
)
_CONTACT = re.compile(
    r"(?:Redaktion|Veranstalter(?:in)?|Auftraggeber(?:in)?|Antrag(?:stellung)?|Auskunft|Anmeldung|Kontakt|"
    rf"Ansprechpartner(?:in)?|Beratung)\b{_BY}"
)
_LABEL = re.compile(
    r"(?:^|\n)[ \t]*(?:[-•*·–]|\d+[.)]|TOP \d+[.:]?|Folie \d+:?|Beispiel \d+:?|Neues aus(?: der)?|Aus|In|"
    rf"Bericht(?: aus)?)?[ \t]*(?:In|Aus|Bericht aus)?[ \t]*(?:{_STADT}[ \t]+)?$"
)
_LABELLED = re.compile(r"(?:-[A-ZÄÖÜ]\w+)?\s*(?::|\n|–\s)")
_DATELINE = re.compile(r",\s+(?:den|im)\s|\.\s+(?=[A-ZÄÖÜ„])")
_DATE = re.compile(rf"\d{{1,2}}\.\s?(?:\d{{1,2}}\.|{'|'.join(map(str.capitalize, MONTHS))})|\bUhr\b|\bDatum\b")
# a finite verb, or what looks like one
_VERB = (
    r"(?!(?:mit|seit|statt|samt|nicht|erst|fast|jetzt|sonst|dort|weit|oft|laut|gut|rund|selbst|zuletzt|zunächst|bereits|sogar|"
    r"nebst|heute|ge(?!ling|winn|hör|fäll|wann|nehmig)[a-zäöüß]+t)\b)"
    r"(?:[a-zäöüß]{2,}t(?:e|en)?|ist|war|sind|waren|haben|hatten|werden|wurden|gab|gaben|ging|gingen|fand|blieb|nahm|zog|kam|"
    r"bekam|schrieb|will|wollen|kann|muss|lud|ließ|stand|trat|stieg|fiel|erließ|verlor)\b"
)
_ACTS = re.compile(rf"\s+(?:\([^)\n]{{1,30}}\)\s+)?(?:selbst |dagegen |hingegen |schließlich )?{_VERB}")
_ACT = re.compile(
    r"\s+(?!dagegen|hingegen|neben|wegen|gegen|zwischen|außen|innen|oben|unten)[a-zäöüß]{3,}en\b"
)  # several do
_ACTED = re.compile(_VERB)
_FILLERS = frozenset(("sich", "auch", "nun", "jetzt", "die", "stadt", "gemeinde"))
_SPEAKS = re.compile(rf"[),]?\s+{_VERB}")
_PERSON = re.compile(
    r"\b(?:Frau|Herrn?|Kolleg\w+|Stadt(?:bau)?rat|Bürgermeister(?:in)?|Dr\.)(?: [A-ZÄÖÜ][\w.-]+){0,4}"
    r"(?: \(|, | aus | von | für )(?:Stadt |der Stadt )?$"
)
_SCENE = re.compile(
    r"(?:^|[.!?:„“”–•+-]\s*|\n\s*)(?:\d\S* )?(?:Auch )?[Ii]n(?: der Stadt)?\s+$|"
    r"\b(?:dagegen|wo|denn|dass|wird|ist|sind|steht|stehen|gibt es|ging man|setzt man|hat|haben|wurde|wurden) in\s+$"
)
_TAKEN_UP = re.compile(r"\b(?:[Dd]as Rathaus|[Dd]ort|[Hh]ier|Stadt|Gemeinde|Kommune|Rat|Verwaltung)\b")
_FIGURE = re.compile(r"\b\d[\d.,]*\b")
_PARAGRAPH_END = re.compile(r"\n\s*\n|(?<=[.!?”“:])[ \t]*\n")
_ATTENDANCE = re.compile(
    r"^\W*(?:Anwesend|Teilnehm|Teilgenommen|Entschuldigt|Gäste|Moderation|Begrüßung|Leitung|Vertreten)|"
    r"\b(?:entschuldigt|erkrankt|im Stau|gewählt|Zusage|Vorsitz)\b"
)
_WORD = re.compile(r"\w+")

# signs that count by the share of mentions that have them; the others hold once one mention has them
SHARED = frozenset((
    "in", "quarter", "institution", "joined", "dated", "venue field", "like", "visitor", "passing", "attendance", "row",
))  # fmt: skip


class Surroundings(NamedTuple):
    """The signs of a mention, the characters that follow about it alone, and how many other towns its sentence names."""

    signs: set[str]
    stretch: int
    company: int


def surroundings(lists: WordLists, page: PreparedPage, named: Sequence[Mention], place: int) -> Surroundings:
    """What stands around the mention `named[place]`; `named`: all mentions of its page in order."""
    text, mention = page.text, named[place]
    before = text[max(0, mention.start - _BEFORE) : mention.start]
    others = [one for one in named[max(0, place - _NEAREST) : place + _NEAREST + 1] if one.ags != mention.ags]
    last_joined, following = _neighbours(text, mention, named[place + 1 : place + _NEAREST + 1])
    following = min(following, last_joined + _LONGEST_STRETCH)
    paragraph = _PARAGRAPH_END.search(text, last_joined, following)
    stretch = text[last_joined : paragraph.start() if paragraph else following]
    first, last = page.sentence_at(mention.start)
    company = sum(first <= one.start < last for one in others)
    signs = (
        _structure(text, mention, before, others)
        | _naming(text, mention, before)
        | _clause(lists, text, mention, before, last_joined)
    )
    if _TAKEN_UP.search(stretch):
        signs.add("taken up")
    if len(_FIGURE.findall(stretch)) > 1:
        signs.add("figures")
    return Surroundings(signs, len(stretch), company)


def _neighbours(text: str, mention: Mention, named: Sequence[Mention]) -> tuple[int, int]:
    """Where the list of towns ends that the mention may be part of, and where the next other town is named.

    `named`: the mentions that follow.
    """
    end = mention.end
    for one in named:
        between = text[end : one.start] if one.start - end <= _JOINT else "\n"
        if "\n" not in between and "(" not in between:
            end = one.end
        elif one.ags != mention.ags:
            return end, one.start
    return end, len(text)


def _structure(text: str, mention: Mention, before: str, others: Sequence[Mention]) -> set[str]:
    """Where it stands: in what kind of line, at which place of it."""
    at, end = mention.start, mention.end
    start, stop = _line(text, at, end)
    line, last = text[start:stop], before.rstrip()[-1:]
    near = before[-40:]
    label = ("\n" in near or at < len(near) + 1) and _LABEL.search(near)
    dateline = at == start and _DATELINE.match(text, end)
    dated = not dateline and mention.page == 0 and at < _DATED_HEAD and len(line) < 170 and _DATE.search(line)
    checks = {
        "label": label,
        "labelled": label and _LABELLED.match(text, end),
        "opens": not last or last in ".!?:•",
        "row": line.count("|") > 1,
        "dated": dated,
        "dateline": dateline,
        "heads paragraph": len(line) > _LONG_LINE
        and at - start < _OPENING
        and not any(start <= one.start < at for one in others),
        "attendance": _ATTENDANCE.search(line[: at - start + 80]),
        "joined": any(0 <= at - one.end <= _JOINT or 0 <= one.start - end <= _JOINT for one in others),
    }
    return {name for name, found in checks.items() if found}


def _line(text: str, at: int, end: int) -> tuple[int, int]:
    """(start, end) of the line around a mention, of a long one what is near."""
    first, last = max(0, at - _NEAR), min(len(text), end + _NEAR)
    start, stop = text.rfind("\n", first, at), text.find("\n", end, last)
    return (start + 1 if start >= 0 else first), (stop if stop >= 0 else last)


def _naming(text: str, mention: Mention, before: str) -> set[str]:
    """How it is named: with its title, as the sender, in a field, as part of something."""
    at, end = mention.start, mention.end
    near, last = before[-40:], before.rstrip()[-1:]
    titled = last in "tTgeE" and _TITLED.search(near)
    checks = {
        "titled": titled,
        "office": _OFFICE.match(text, end),
        "head": titled and at < _HEAD and mention.page == 0 and _LETTERHEAD.search(before),
        "issues": _ISSUES.match(text, end),
        "of": _OF.search(before),
        "publisher": (titled or last in (":", ",")) and _PUBLISHER.search(before),
        "contact": (titled or last in (":", ",")) and _CONTACT.search(before),
        "quarter": text[end : end + 1] == "-",
        "institution": mention.verdict.rule == "institution",
    }
    return {name for name, found in checks.items() if found}


def _clause(lists: WordLists, text: str, mention: Mention, before: str, last_joined: int) -> set[str]:
    """What the sentence says up to the name, and whether the town does something in it."""
    clause = before[max(before.rfind("."), before.rfind("\n")) + 1 :]
    words = _WORD.findall(clause.lower())
    said, last = set(words), words[-1] if words else ""
    near = words[-5:]
    acts = (last not in lists.link and _does(text, mention, last_joined)) or _has_verb_before(words)
    from_there = before[-1:] in "( " and (before.rstrip()[-1:] in ("(", ",") or last in ("aus", "von", "für", "stadt"))
    person = from_there and _PERSON.search(before)
    checks = {
        "acts": acts,
        "speaker": (person and _SPEAKS.match(text, mention.end)) or not lists.reporting.isdisjoint(near),
        "scene": last == "in" and _SCENE.search(before[-50:]),
        "in": last == "in",
        "venue field": not lists.meeting_field.isdisjoint(said),
        "like": not lists.comparison.isdisjoint(near),
        "visitor": last in lists.link and not lists.visitor.isdisjoint(words[-6:]),
        "passing": not lists.passing.isdisjoint(words[-7:]),
        "station": not lists.station.isdisjoint(near),
    }
    return {name for name, found in checks.items() if found}


def _does(text: str, mention: Mention, last_joined: int) -> bool:
    """ "Werl plant", "Werl und Soest planen"."""
    together = last_joined > mention.end and _ACT.match(text, last_joined)
    return bool(together or _ACTS.match(text, last_joined))


def _has_verb_before(words: Sequence[str]) -> bool:
    """ "Dort plant Werl": the finite verb stands before its subject."""
    said = next((word for word in reversed(words[-4:]) if word not in _FILLERS), "")
    return bool(_ACTED.fullmatch(said))
