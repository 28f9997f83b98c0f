"""Is this word the municipality? One rule a function, from the surroundings alone, tried in the order of RULES.

The rules come from experience with German administrative text: a name that is also an ordinary word needs a sign (a
title such as "Stadt", a place preposition, a postcode); "Kreis Unna", "Kölner Straße", "Peter Siegen", "Halle (Saale)"
are something else whatever the document is about. What the rest of a document tells is weighed in municipality.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from kb.gazetteer import FormKind, Gazetteer
from kb.ingest.annotate.context import Context, WordLists


class Sense(Enum):
    """What a rule makes of a candidate."""

    YES = "yes"  # the municipality
    MAYBE = "maybe"  # an ordinary word unless the document speaks of the municipality elsewhere
    NO = "no"  # something else
    NAMESAKE = "namesake"  # a place of the same name elsewhere, or a quarter of another town


@dataclass(frozen=True, slots=True)
class Verdict:
    """`confidence` that the sense is right; `strong`: tells the sense of the name in the rest of the document too."""

    sense: Sense
    confidence: float
    rule: str
    strong: bool = False


Rule = Callable[["Court", Context], Verdict | None]

_STRICT = ("noun", "form")  # classes of homographs (vocabulary/places.toml) that need a sign
_JOINS = (",", "und", "oder", "sowie", "&", "/")
_QUARTER_END = re.compile(
    r"(?:berg|burg|dorf|heim|hausen|feld|bach|mitte|nord|süd|west|ost|horst|scheidt?|kirchen|rade|brock|bruch|beck|stadt|"
    r"viertel|hagen|loh|rath|werden|hof|wald|born|brück|tal|zentrum|altstadt|innenstadt|steele|kray|au|heide|rode|um|ede|ort)$"
)
_TOWN_END = re.compile(r"(?:stadt|kommune|gemeinde|mitglied|zentrum|standort)$", re.IGNORECASE)
_STREET_END = re.compile(r"(?:straße|strasse|str|kanal|platz|weg|bahn|brücke|allee|ring|linie)$", re.IGNORECASE)
_POSTCODE = re.compile(r"(?:D-)?(\d{5})$")
_OWN_POSTCODES = re.compile(r"3[23]|34[4]|37[6]|4[0-9]|5[0-3]|5[7-9]")
_DATES = ("januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november")
_MONTHS = frozenset((*_DATES, "dezember", "im", "den"))
_VERBS = "hatten haben wurden werden sind waren können sollen müssen wollen dürfen liegen lagen gehören kamen"
_ADVERBS = "denen zwischen neben gegen wegen sowie oder aber über unter hinter seiten namens inzwischen heute außer"
_NOT_ADJECTIVES = frozenset((*_VERBS.split(), *_ADVERBS.split(), "beispielsweise"))


class Court:
    """Judges candidates: holds the word lists and what of the gazetteer the rules ask for."""

    def __init__(self, gazetteer: Gazetteer, words: WordLists) -> None:
        self.gazetteer = gazetteer
        self.words = words
        self.ordinary_adjectives = gazetteer.ordinary_adjectives()
        self.adjectives = frozenset(
            text.lower() for text, form in gazetteer.forms().items() if form.kind is FormKind.ADJECTIVE
        )
        self.elsewhere = {
            town.ags: frozenset(word.lower() for hint in gazetteer.elsewhere(town.ags) for word in hint.split())
            for town in gazetteer
        }

    def judge(self, context: Context) -> Verdict:
        """The verdict of the first rule that has one."""
        rules = ADJECTIVE_RULES if context.candidate.form.kind is FormKind.ADJECTIVE else RULES
        return next(verdict for rule in rules if (verdict := rule(self, context)))

    def is_adjective(self, word: str) -> bool:
        """Whether a word before a noun looks like an adjective: lower case with its ending."""
        return (
            word[:1].islower()
            and len(word) > 4
            and word.endswith(("e", "en", "er", "em", "es"))
            and word not in _NOT_ADJECTIVES
            and word not in self.words.preposition
            and word not in self.words.weak_preposition
            and word not in self.words.town_verb
        )


def _no(rule: str) -> Verdict:
    return Verdict(Sense.NO, 0.97, rule)


def _namesake(rule: str) -> Verdict:
    return Verdict(Sense.NAMESAKE, 0.97, rule)


def _yes(rule: str, confidence: float, strong: bool = False) -> Verdict:
    return Verdict(Sense.YES, confidence, rule, strong)


def address(_: Court, context: Context) -> Verdict | None:
    """Part of a mail or web address, or of a file name."""
    text, candidate = context.text, context.candidate
    if text[max(0, candidate.start - 1) : candidate.start] in ("@", "_", ".", "#") and candidate.start:
        before = text[candidate.start - 1]
        return None if before == "." and not text[max(0, candidate.start - 2)].isalnum() else _no("address")
    return _no("address") if re.match(r"\.[a-z]{2,}|@|_", text[candidate.end : candidate.end + 4]) else None


def compound_before(court: Court, context: Context) -> Verdict | None:
    """ "Velbert-Langenberg" is a quarter of Velbert, "Müller-Siegen" a person, "Groß-Dortmund" Dortmund."""
    joined = context.compound_before
    if not joined or joined.lower() in court.words.prefix:
        return None
    town = court.gazetteer[context.candidate.form.ags]
    if town.population >= 100_000 and town.short.lower() not in court.words.quarter and court.gazetteer.find(joined):
        return None
    other = court.gazetteer.find(joined) or joined.lower() in court.words.foreign_place
    return _namesake("quarter") if other else _no("compound")


def compound_after(court: Court, context: Context) -> Verdict | None:
    """ "Dortmund-Hörde" is Dortmund, "Dortmund-Ems-Kanal" and "Köln-Mindener Eisenbahn" are not."""
    joined = context.compound_after
    if not joined:
        ellipsis = context.text[context.candidate.end : context.candidate.end + 5] in ("- und", "- ode", "- bzw")
        return _no("ellipsis") if ellipsis and context.candidate.homograph in _STRICT else None
    last = joined.rsplit("-", 1)[-1].lower()
    if joined[0].islower() or last in court.words.compound_end or _STREET_END.search(last) or last in court.adjectives:
        return _no("compound")
    if last in court.elsewhere[context.candidate.form.ags]:
        return _namesake("elsewhere")
    if context.candidate.homograph in _STRICT:
        return _yes("quarter of it", 0.95, True) if _QUARTER_END.search(last) else None
    return _yes("quarter of it", 0.96, True)


def _qualifier(context: Context) -> tuple[str, list[str]]:
    """How an addition behind the name is joined to it, and its words: "(Westf.)", "an der Saale", "/Sieg"."""
    sign = context.right()
    words = [word.lower() for word in context.after[1:8]]
    if sign == "(":
        return "(", words[: words.index(")")] if ")" in words else []
    if sign == "a":  # a. d. Saale, a. M.
        return "am", [word for word in words if len(word) > 2][:1]
    if sign in ("am", "an", "in", "im", "bei", "/", ","):
        return sign, words[1:2] if words[:1] == ["der"] else words[:1]
    return "", []


def elsewhere(court: Court, context: Context) -> Verdict | None:
    """A namesake in another state, told by an addition, an adjective or a postcode; or the addition of our own."""
    ags, words = context.candidate.form.ags, court.words
    sign, addition = _qualifier(context)
    named = court.elsewhere[ags]
    if any(word in named for word in addition):
        return _namesake("elsewhere")
    small = bool(named or context.candidate.homograph) or court.gazetteer[ags].population < 50_000
    bound = sign in ("(", "am", "an") or (sign == "/" and small) or (sign in ("in", "bei", "im") and small)
    if bound and any(word in words.foreign_place for word in addition):
        return _namesake("elsewhere")
    if context.left() in words.foreign_adjective:
        return _namesake("elsewhere")
    if sign in ("(", "/", "in", "im") and any(word in words.own_place for word in addition):
        return _yes("own addition", 0.99, True)
    return _postcode(court, context)


def _postcode(court: Court, context: Context) -> Verdict | None:
    match = _POSTCODE.match(context.before[0]) if context.before else None
    if not match:
        return None
    if not _OWN_POSTCODES.match(match.group(1)):
        return _namesake("postcode")
    town = court.gazetteer[context.candidate.form.ags]
    if abs(int(match.group(1)[:2]) - int(town.postcode[:2])) <= 1:
        return _yes("postcode", 0.99, True)
    return _namesake("postcode") if context.candidate.homograph else None


def county(court: Court, context: Context) -> Verdict | None:
    """ "Kreis Unna", "Bezirksregierung Arnsberg", "Unna (Kreis)"."""
    before = [word for word in context.before[:3] if word not in (".", "-")]
    first = before[0].lower() if before else ""
    if first.endswith("-kreis"):
        return _no("county")
    if first in court.words.county and not (first == "region" and context.candidate.homograph):
        return _no("county")
    if first in ("bez", "bezirk") or (first == "von" and len(before) > 1 and before[1].lower() in ("grafen", "herzog")):
        return _no("county")
    return _no("county") if context.after[:3] in (["(", "Kreis", ")"], [",", "Kreis", ")"]) else None


def person(court: Court, context: Context) -> Verdict | None:
    """ "Frau Unna", "Dr. Hagen", "Peter Siegen", "Siegen, Peter", "Lotte Meier", "Bürgermeister Hagen"."""
    words = court.words
    before = [word for word in context.before[:4] if word != "."]
    first = before[0] if before else ""
    if first.lower() in words.person or first in words.first_name:
        return _no("person") if not _crosses_line(context) else None
    if len(first) == 1 and first.isupper() and context.left() == "." and context.left(2) not in ("z", ".", "i", ""):
        return _no("person") if context.candidate.homograph or first not in "ABCDEFG" else None
    if len(context.after) > 2 and context.after[0] == "," and context.after[1] in words.first_name:
        return _no("person") if not context.after[2][0].isupper() else None
    if context.candidate.homograph == "name":
        return _named_person(court, context)
    return None


def _crosses_line(context: Context) -> bool:
    """Whether the name has a line for itself: a column of names and places."""
    return context.opens_line and context.ends_line


def _named_person(court: Court, context: Context) -> Verdict | None:
    if context.left() in court.words.office:
        return _no("office")
    after = context.after[0] if context.after else ""
    first_name = context.candidate.form.text in ("Lotte", "Hagen")
    if first_name and after[:1].isupper() and after.isalpha() and len(after) > 2 and not _place_before(court, context):
        return _no("first name")
    return None


def _place_before(court: Court, context: Context) -> bool:
    first = context.left()
    return first in court.words.preposition or first in court.words.trigger


def part(court: Court, context: Context) -> Verdict | None:
    """ "Ortsteil Heiden", "Haus Essen", "VfL Bochum", "Werl Straße"."""
    first = context.left()
    if first in court.words.district and not context.compound_after:
        return _no("district")
    if first in court.words.club or (first.isdigit() and context.left(1) in court.words.club):
        return _no("club")
    if context.right() in ("straße", "str", "strasse", "weg", "allee", "platz") and not context.ends_line:
        return _no("street")
    return None


def institution(court: Court, context: Context) -> Verdict | None:
    """ "Landgericht Bochum", "IHK zu Dortmund": named, though the text may hardly speak of the town."""
    first = context.left(1) if context.left() in ("zu", "für", "in") else context.left()
    return _yes("institution", 0.8) if first in court.words.institution else None


def title(court: Court, context: Context) -> Verdict | None:
    """ "Stadt Essen", "Rat der Gemeinde Wenden", "die Bürgermeisterin von Kamen"."""
    if context.left() in court.words.trigger:
        return _yes("title", 0.99, True)
    link = ("von", "in") if context.candidate.homograph else ("von", "in", "der")
    if context.left() in link and context.left(1) in court.words.trigger:
        return _yes("title", 0.98, True)
    return _yes("place adjective", 0.95, True) if context.left() in court.words.place_adjective else None


def plain(_: Court, context: Context) -> Verdict | None:
    """A name that is nothing else."""
    if context.candidate.homograph:
        return None
    full = context.candidate.form.kind is FormKind.FULL
    return _yes("full name" if full else "name", 0.99 if full else 0.97, full)


def ordinary_word(court: Court, context: Context) -> Verdict | None:
    """A determiner, an adjective or a companion makes it an ordinary word: "die Lage", "lange Schlangen"."""
    words, first = court.words, context.left()
    if first in words.determiner or court.is_adjective(context.before[0] if context.before else ""):
        return _no("ordinary word")
    if context.right() in _JOINS and context.right(1) in words.neighbour_of_noun:
        return _no("ordinary word")
    if first in ("und", "oder") and context.left(1) in words.neighbour_of_noun:
        return _no("ordinary word")
    if first in court.adjectives and context.candidate.homograph == "noun":  # "Freiburger Münster", "Essener Lage"
        return _no("ordinary word")
    return _special(context)


def _special(context: Context) -> Verdict | None:
    """What only one of the names asks for."""
    name, after = context.candidate.form.text, context.right()
    if name == "Halle" and (after.isdigit() or re.fullmatch(r"[a-h]|i{1,3}|iv|v|nr", after)):
        return _no("hall")
    if name == "Münster" and (after in ("st", "unserer", "sankt") or context.left().endswith("er")):
        return _no("church")
    if name == "Schlangen" and ("stehen" in context.after[:3] or "anstehen" in context.after[:3]):
        return _no("queue")
    if name == "Geldern" and context.left() in ("aus", "nach", "mit", "bei", "von"):
        return Verdict(Sense.MAYBE, 0.5, "money")
    if name == "Lage" and (after in ("der", "des", "am", "an", "im", "in") or context.left(1) == "je"):
        return _no("location")
    if name in ("Lage", "Wetter", "Löhne") and after == ":":
        return _no("label")
    return None


def place(court: Court, context: Context) -> Verdict | None:
    """A place preposition before it, a date behind it, a person before its bracket."""
    first, after = context.left(), context.right()
    if first == "von" and context.left(1) in court.words.preposition:  # "südlich von Essen"
        first = context.left(1)
    if first in court.words.preposition and not _goes_on_as_noun(court, context):
        return _yes("preposition", 0.95, True)
    if context.candidate.form.kind is FormKind.GENITIVE and _owns_something_urban(court, context):
        return _yes("genitive", 0.93, True)
    if after == "," and (context.right(1).isdigit() or context.right(1) in _MONTHS) and context.opens_line:
        return _yes("dateline", 0.95, True)
    if first in ("(", ",") and _person_before(court, context) and (after in (")", "", ",", ";") or context.ends_line):
        return _yes("person from there", 0.93)
    return None


def _owns_something_urban(court: Court, context: Context) -> bool:
    """ "Münsters Rathaus"; for a word as common as "Essens" only before what towns have."""
    noun = context.right()
    return (
        noun in court.words.municipal_noun
        or noun in court.words.trigger
        or (context.candidate.homograph not in _STRICT and context.after[:1] != [] and context.after[0][0].isupper())
    )


def _goes_on_as_noun(court: Court, context: Context) -> bool:
    """ "in Lage und Größe": joined to a capitalised word that is no town."""
    if (
        context.candidate.homograph != "noun"
        or context.right() not in ("und", "oder", "sowie")
        or len(context.after) < 2
    ):
        return False
    joined = context.after[1]
    return joined[0].isupper() and joined not in ("Umgebung", "Umland") and not court.gazetteer.find(joined)


def _person_before(court: Court, context: Context) -> bool:
    words = court.words
    return any(word.lower() in words.person or word in words.first_name for word in context.before[1:7])


def by_class(court: Court, context: Context) -> Verdict | None:
    """Without any sign: strict classes wait for the document, the others are the town."""
    kind = context.candidate.homograph
    if kind not in _STRICT:
        return _yes("plain homograph", 0.9)
    if context.candidate.form.text.isupper():
        return Verdict(Sense.MAYBE, 0.5, "capitals")
    if kind == "form" and not context.opens_sentence and context.left() not in court.words.weak_preposition:
        return _yes("capital letter", 0.9)
    return _sentence_start(court, context)


def _sentence_start(court: Court, context: Context) -> Verdict:
    kind, after = context.candidate.homograph, context.right()
    if kind == "form" and context.opens_sentence and after in court.words.after_verb:
        return _no("verb")
    if after in ("ist", "war", "bleibt", "wurde", "wird") and any(
        _TOWN_END.search(word) for word in context.after[1:6]
    ):
        return _yes("called a town", 0.92, True)
    if after in court.words.town_verb and context.opens_sentence:
        return _yes("town verb", 0.85)
    return Verdict(Sense.MAYBE, 0.5, "bare")


def person_or_street(court: Court, context: Context) -> Verdict | None:
    """An adjective that is a street, a dish, a newspaper, or a surname."""
    before = [word for word in context.before[:3] if word != "."]
    first = before[0] if before else ""
    if first.lower() in court.words.person or first in court.words.first_name or first.lower() in court.words.club:
        return _no("person")
    after = context.right()
    if after in court.words.street or _STREET_END.search(after) or context.compound_after or context.compound_before:
        return _no("street")
    if after in ("und", "/", ",") and context.right(2) in court.words.street:  # "Essener und Kölner Straße"
        return _no("street")
    return None


def adjective(court: Court, context: Context) -> Verdict:
    """ "Bochumer Innenstadt", "die Dortmunder"."""
    after = context.after[0] if context.after else ""
    if after.lower() in court.words.municipal_noun:
        return _yes("adjective", 0.95)
    if context.candidate.form.text in court.ordinary_adjectives or context.candidate.form.text.isupper():
        return _no("ordinary adjective")
    if after[:1].isupper() or context.left() in ("die", "den", "der", "viele", "aller", "im", "am", "in"):
        return _yes("adjective", 0.85)
    return _no("bare adjective")


RULES: tuple[Rule, ...] = (
    address,
    compound_before,
    elsewhere,
    county,
    person,
    part,
    compound_after,
    institution,
    title,
    plain,
    ordinary_word,
    place,
    by_class,
)
ADJECTIVE_RULES: tuple[Rule, ...] = (address, person_or_street, adjective)
