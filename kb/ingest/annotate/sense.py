"""Is this word the municipality? The rules in their order, tried until one has a verdict, from the surroundings alone.

The rules come from experience with German administrative text: a name that is also an ordinary word needs a sign (a
title such as "Stadt", a place preposition, a postcode); "Kreis Unna", "Kölner Straße", "Peter Siegen", "Halle (Saale)"
are something else whatever the document is about. What the rest of a document tells is weighed in placename.py.
"""

from __future__ import annotations

import re

from kb.gazetteer import FormKind
from kb.ingest.annotate.context import Context
from kb.ingest.annotate.homograph import by_class, dated_line, ordinary_word, place
from kb.ingest.annotate.otherwise import address, compound_after, compound_before, county, elsewhere, part, person
from kb.ingest.annotate.verdict import STREET_END, Court, Rule, Sense, Verdict, no, yes

BARE_ADJECTIVE = "adjective before any noun"
_PLACE_END = re.compile(
    r"(?:stadt|viertel|quartier|markt|bahnhof|rathaus|hafen|zentrum|amt|verwaltung|siedlung|kolonie|stadtteil|team|dezernat|"
    r"büro|politik|gebiet|innenstadt|bürger|bürgerinnen)$"
)


def institution(court: Court, context: Context) -> Verdict | None:
    """ "Landgericht Bochum", "IHK zu Dortmund": named, though the text may hardly speak of the town."""
    first = context.left(1) if context.left() in ("zu", "für", "in") else context.left()
    return yes("institution", 0.8) if first in court.words.institution else None


def title(court: Court, context: Context) -> Verdict | None:
    """ "Stadt Essen", "Rat der Gemeinde Wenden", "die Bürgermeisterin von Kamen"."""
    first = context.left(1) if context.left() == ":" else context.left()
    if first in court.words.trigger:
        return yes("title", 0.99, True)
    link = ("von", "in") if context.candidate.homograph else ("von", "in", "der")
    if context.left() in link and context.left(1) in court.words.trigger:
        return yes("title", 0.98, True)
    return yes("place adjective", 0.95, True) if context.left() in court.words.place_adjective else None


def plain(court: Court, context: Context) -> Verdict | None:
    """A name that is nothing else."""
    if context.candidate.homograph:
        return None
    if context.candidate.form.kind is FormKind.FULL:
        return yes("full name", 0.99, True)
    return yes("name after preposition" if context.left() in court.words.preposition else "name", 0.97)


def person_or_street(court: Court, context: Context) -> Verdict | None:
    """An adjective that is a street, a dish, a newspaper, or a surname."""
    before = [word for word in context.before[:3] if word != "."]
    first = before[0] if before else ""
    if first.lower() in court.words.person or first in court.words.first_name or first.lower() in court.words.club:
        return no("person")
    after = context.right()
    if after in court.words.municipal_noun:
        return None
    if after in court.words.street or STREET_END.search(after) or context.compound_after or context.compound_before:
        return no("street")
    if after in ("und", "/", ",") and context.right(2) in court.words.street:  # "Essener und Kölner Straße"
        return no("street")
    return None


def adjective(court: Court, context: Context) -> Verdict:
    """ "Bochumer Innenstadt"; before any other noun the document has to name the town itself too."""
    after = context.after[0] if context.after else ""
    if after.lower() in court.words.municipal_noun or (after[:1].isupper() and _PLACE_END.search(after)):
        return yes("adjective", 0.95)
    if context.candidate.form.text in court.ordinary_adjectives or context.candidate.form.text.isupper():
        return no("ordinary adjective")
    if after[:1].isupper() or context.left() in ("die", "den", "der", "viele", "aller", "im", "am", "in"):
        return Verdict(Sense.MAYBE, 0.5, BARE_ADJECTIVE)
    return no("bare adjective")


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
    dated_line,
    ordinary_word,
    place,
    by_class,
)
ADJECTIVE_RULES: tuple[Rule, ...] = (address, person_or_street, adjective)


def judge(court: Court, context: Context) -> Verdict:
    """The verdict of the first rule that has one."""
    rules = ADJECTIVE_RULES if context.candidate.form.kind is FormKind.ADJECTIVE else RULES
    return next(verdict for rule in rules if (verdict := rule(court, context)))
