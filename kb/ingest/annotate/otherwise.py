"""Rules that tell something else of the same name: a quarter, a namesake elsewhere, a county, a person, a street, a club.

They hold for every name, however unmistakable it is otherwise.
"""

from __future__ import annotations

import re
from itertools import pairwise

from kb.ingest.annotate.context import Context
from kb.ingest.annotate.verdict import STREET_END, STRICT, Court, Verdict, namesake, no, yes

_QUARTER_END = re.compile(
    r"(?:berg|burg|dorf|heim|hausen|feld|bach|mitte|nord|süd|west|ost|horst|scheidt?|kirchen|rade|brock|bruch|beck|stadt|"
    r"viertel|hagen|loh|rath|werden|hof|wald|born|brück|tal|zentrum|altstadt|innenstadt|steele|kray|au|heide|rode|um|ede|ort)$"
)
_POSTCODE = re.compile(r"(?:D-)?(\d{5})$")
_OWN_POSTCODES = re.compile(r"3[23]|34[4]|37[6]|4[0-9]|5[0-3]|5[7-9]")

_NAME = r"[A-ZÄÖÜ][\w-]+(?: [A-ZÄÖÜ][\w-]+)?"
_COUNTY_LIST = re.compile(
    rf"(?:\b[Kk]reisen?|Landkreisen?|Bezirksregierungen|Regierungsbezirken?)\s+(?:{_NAME}\s*(?:,|und|sowie|/)\s*)+$"
)
_OF_A_TOWN = ("kreisstadt", "kreisstädt", "kreisfrei", "kreisangehörig", "kreisverkehr", "kreisel", "kreishaus")
_LORDS = (
    "graf",
    "grafen",
    "herzog",
    "herzöge",
    "fürst",
    "bischof",
    "erzbischof",
    "weihbischof",
    "kardinal",
    "kurfürst",
)
# English words of agendas, which no German dictionary knows and nobody is called
_HEADINGS = frozenset(("Feedback", "Input", "Keynote", "Pitch", "Statement", "Talk", "Update", "Workshop"))
_ABBREVIATED = 4  # letters of the longest title that is written with a full stop
_SIGNED = re.compile(r"\bi\. ?[AV]\. ?$|\ba\. ?D\. ?$")
_WHO = frozenset(
    (
        "name",
        "nachname",
        "familienname",
        "bearbeiter",
        "bearbeiterin",
        "sachbearbeiter",
        "sachbearbeiterin",
        "protokollant",
    )
)


def address(_: Court, context: Context) -> Verdict | None:
    """Part of a mail or web address, or of a file name."""
    text, candidate = context.text, context.candidate
    if text[max(0, candidate.start - 1) : candidate.start] in ("@", "_", ".", "#") and candidate.start:
        before = text[candidate.start - 1]
        return None if before == "." and not text[max(0, candidate.start - 2)].isalnum() else no("address")
    return no("address") if re.match(r"\.[a-z]{2,}|@|_", text[candidate.end : candidate.end + 4]) else None


def compound_before(court: Court, context: Context) -> Verdict | None:
    """ "Velbert-Langenberg" is a quarter of Velbert, "Müller-Siegen" a person, "Groß-Dortmund" Dortmund."""
    joined = context.compound_before
    if joined and STREET_END.search(context.compound_after):
        return no("compound")
    if joined and (
        context.left(2) in court.words.person or (context.before[2:3] and context.before[2] in court.words.first_name)
    ):
        return no("person")
    if not joined or joined.lower() in court.words.prefix:
        return None
    other = court.gazetteer.find(joined) or joined.lower() in court.words.foreign_place
    short = court.gazetteer[context.candidate.form.ags].short
    if court.gazetteer.find(joined) and short.lower() not in court.words.quarter:
        return None
    return namesake("quarter") if other else no("compound")


def compound_after(court: Court, context: Context) -> Verdict | None:
    """ "Dortmund-Hörde" is Dortmund, "Dortmund-Ems-Kanal" and "Köln-Mindener Eisenbahn" are not."""
    joined = context.compound_after
    if not joined:
        ellipsis = context.text[context.candidate.end : context.candidate.end + 5] in ("- und", "- ode", "- bzw")
        return no("ellipsis") if ellipsis and context.candidate.homograph in STRICT else None
    last = joined.rsplit("-", 1)[-1].lower()
    if joined[0].islower() or last in court.words.compound_end or STREET_END.search(last) or last in court.adjectives:
        return no("compound")
    if last in court.elsewhere[context.candidate.form.ags]:
        return namesake("elsewhere")
    if context.candidate.homograph in STRICT:
        return yes("quarter of it", 0.95, True) if _QUARTER_END.search(last) else None
    return yes("quarter of it", 0.96, True)


def _qualifier(context: Context) -> tuple[str, list[str]]:
    """How an addition behind the name is joined to it, and its words: "(Westf.)", "an der Saale", "/Sieg"."""
    sign = context.right()
    words = [word.lower() for word in context.after[1:8]]
    if sign == "(":
        return "(", words[: words.index(")")] if ")" in words else []
    if sign == "a":  # a. d. Saale, a. T. W.
        letters = "".join(word for word in words[:5] if len(word) == 1 and word.isalpha())
        return "am", [*[word for word in words if len(word) > 2][:1], letters]
    if sign in ("am", "an", "in", "im", "bei", "/", ","):
        return sign, words[1:2] if words[:1] == ["der"] else words[:1]
    return "", []


def elsewhere(court: Court, context: Context) -> Verdict | None:
    """A namesake in another state, told by an addition, an adjective or a postcode; or the addition of our own."""
    ags, words = context.candidate.form.ags, court.words
    sign, addition = _qualifier(context)
    named = court.elsewhere[ags]
    if any(word == hint or (len(hint) > 4 and word.startswith(hint)) for word in addition for hint in named):
        return namesake("elsewhere")
    small = bool(named or context.candidate.homograph) or court.gazetteer[ags].population < 50_000
    bound = sign in ("(", "am", "an") or (sign == "/" and small) or (sign in ("in", "bei", "im") and small)
    if bound and any(word in words.foreign_place for word in addition):
        return namesake("elsewhere")
    first = context.left()
    if first in words.foreign_adjective or (
        (first in words.trigger or first in words.district) and context.left(1) in words.foreign_adjective
    ):
        return namesake("elsewhere")
    if sign in ("(", "/", "in", "im", "am") and any(word in words.own_place for word in addition):
        return yes("own addition", 0.99, True)
    return _postcode(court, context)


def _postcode(court: Court, context: Context) -> Verdict | None:
    match = _POSTCODE.match(context.before[0]) if context.before else None
    if not match:
        return None
    if not _OWN_POSTCODES.match(match.group(1)):
        return namesake("postcode")
    town = court.gazetteer[context.candidate.form.ags]
    if abs(int(match.group(1)[:2]) - int(town.postcode[:2])) <= 1:
        return yes("postcode", 0.99, True)
    return namesake("postcode") if context.candidate.homograph else None


def county(court: Court, context: Context) -> Verdict | None:
    """ "Kreis Unna", "Bezirksregierung Arnsberg", "Unna (Kreis)"."""
    before = [word for word in context.before[:3] if word not in (".", "-", "(")]
    first = before[0].lower() if before else ""
    if first.endswith("-kreis") or (first.startswith("kreis") and not first.startswith(_OF_A_TOWN)):
        return no("county")
    if first in court.words.county and not (first == "region" and context.candidate.homograph):
        return no("county")
    if first == ":" and context.left(1) == "kreis":
        return no("county")
    window = context.text[max(0, context.candidate.start - 100) : context.candidate.start]
    if ("reise" in window or "ezirk" in window) and _COUNTY_LIST.search(window):
        return no("list of counties")
    if first == "von" and len(before) > 1 and before[1].lower().startswith("regierungspräsident"):
        return no("county")
    if first in ("bez", "bezirk") or (first == "von" and len(before) > 1 and before[1].lower() in _LORDS):
        return no("county")
    return no("county") if context.after[:3] in (["(", "Kreis", ")"], [",", "Kreis", ")"]) else None


def person(court: Court, context: Context) -> Verdict | None:
    """ "Frau Unna", "Dr. Hagen", "Peter Siegen", "Siegen, Peter", "Lotte Meier", "Bürgermeister Hagen"."""
    words = court.words
    before = _titles(court, context)
    first = before[0] if before else ""
    if first == "von" and len(before) > 1 and (before[1].lower() in words.person or before[1] in words.first_name):
        return no("person")
    at = context.candidate.start
    if (context.left() == "." and _SIGNED.search(context.text[max(0, at - 8) : at])) or (
        context.left() == ":" and context.left(1) in _WHO
    ):
        return no("person")
    if first.lower() in words.office and len(before) > 1 and before[1].lower() in words.person:
        return no("person")
    if context.candidate.homograph and {"hieß", "heißt", "genannt"} & {*context.before[:1], *context.after[:3]}:
        return no("called so")
    if _follows_stranger(court, context):
        return no("stranger")
    if first.lower() in words.person or _is_first_name(court, first):
        return no("person") if not _crosses_line(context) else None
    if len(first) == 1 and first.isupper() and context.left() == "." and context.left(2) not in ("z", ".", "i", ""):
        return no("person") if context.candidate.homograph or first not in "ABCDEFG" else None
    if len(context.after) > 2 and context.after[0] == "," and context.after[1] in words.first_name:
        return no("person") if not context.after[2][0].isupper() else None
    if first.lower() in words.office and first.lower() not in words.trigger and not context.opens_line:
        return no("office")
    return _named_person(court, context) if context.candidate.homograph == "name" else None


def _titles(court: Court, context: Context) -> list[str]:
    """The words before, without the full stops of "Prof. Dr."; none where a sentence ends before the name."""
    before = [word for word in context.before[:4] if word != "."]
    ended = context.left() == "." and before and (len(before[0]) > _ABBREVIATED or before[0] in court.words.first_name)
    return [] if ended else before


def _is_first_name(court: Court, word: str) -> bool:
    """Also a double one: "Anna-Lena"."""
    names = court.words.first_name
    return word in names or ("-" in word and all(half in names for half in word.split("-", 1)))


def _follows_stranger(court: Court, context: Context) -> bool:
    """ "Nevin Recke": a short capitalised word that no dictionary knows, before a town that may be a surname."""
    word = context.before[0] if context.before else ""
    if not (3 <= len(word) <= 10 and word[0].isupper() and word[1:].islower() and word.isalpha()) or context.opens_line:
        return False
    town = court.gazetteer[context.candidate.form.ags]
    if not context.candidate.homograph and (town.population > 60_000 or " " in context.candidate.form.text):
        return False
    if word in _HEADINGS:
        return False
    known = word.lower() in court.words.foreign_place or court.gazetteer.find(word) or court.lexicon.knows(word)
    return not known and word.lower() not in court.words.trigger


def _crosses_line(context: Context) -> bool:
    """Whether the name has a line for itself: a column of names and places."""
    return context.opens_line and context.ends_line


def _named_person(court: Court, context: Context) -> Verdict | None:
    if context.left() in court.words.office or context.left() in court.words.house:
        return no("office")
    after = context.after[0] if context.after else ""
    first_name = context.candidate.form.text in ("Lotte", "Hagen")
    if first_name and context.after[:1] == ["von"] and context.after[1:2] != [] and context.after[1][0].isupper():
        return no("first name")
    if first_name and after[:1].isupper() and after.isalpha() and len(after) > 2 and not _place_before(court, context):
        return no("first name")
    return None


def _place_before(court: Court, context: Context) -> bool:
    first = context.left()
    return first in court.words.preposition or first in court.words.trigger


def _behind_a_city(court: Court, context: Context) -> bool:
    """ "Köln Mülheim", "Berlin Dahlem": a quarter written without its hyphen."""
    city = context.before[0] if context.before else ""
    short = court.gazetteer[context.candidate.form.ags].short.lower()
    if short not in court.words.quarter or not city[:1].isupper() or context.opens_line:
        return False
    if city.lower() in court.words.foreign_place:
        return True
    town = court.gazetteer.find(city)
    listed = context.after[:1] and court.gazetteer.find(context.after[0])
    return bool(town and town.short == city and town.population >= 100_000 and not listed)


def _is_quarter(words: list[str]) -> bool:
    """ "Stadtteil von Köln", also behind an adjective."""
    return any(
        word in ("Stadtteil", "Ortsteil", "Stadtbezirk") and following in ("von", "der", "in")
        for word, following in pairwise(words)
    )


def _is_village(court: Court, context: Context) -> bool:
    """ "Im Dorf Hiddenhausen": the municipality, unless something else is called so."""
    short = court.gazetteer[context.candidate.form.ags].short.lower()
    return context.left() == "dorf" and not context.candidate.homograph and short not in court.words.quarter


def part(court: Court, context: Context) -> Verdict | None:
    """ "Ortsteil Heiden", "Haus Essen", "VfL Bochum", "Werl Straße"."""
    first = context.left()
    if _behind_a_city(court, context):
        return namesake("quarter")
    if first in court.words.district and not context.compound_after and not _is_village(court, context):
        return no("district")
    if first in court.words.club or (first.isdigit() and context.left(1) in court.words.club):
        return no("club")
    if context.after[:3] == ["e", ".", "V"]:
        return no("club")
    if (
        context.after[:1] == [","]
        and context.right(1) in ("ein", "dem", "der", "einem")
        and _is_quarter(context.after[2:5])
    ):
        return namesake("quarter")
    if context.right() in ("straße", "str", "strasse", "weg", "allee", "platz") and not context.ends_line:
        return no("street")
    return None
