"""Rules for names that are ordinary words, surnames or landscapes too: what must stand beside them to be the town.

The classes are those of vocabulary/places.toml.
"""

from __future__ import annotations

import re

from kb.gazetteer import FormKind
from kb.ingest.annotate.context import Context
from kb.ingest.annotate.date import MONTHS
from kb.ingest.annotate.peculiarity import PLURALS, is_money, is_something_else
from kb.ingest.annotate.verdict import STRICT, Court, Sense, Verdict, no, yes

_JOINS = (",", "und", "oder", "sowie", "&", "/")
_TOWN_END = re.compile(r"(?:stadt|kommune|gemeinde|mitglied|zentrum|standort)$", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATED = re.compile(
    r"\W{0,3}(?:\w+tag,? (?:den )?)?\d{1,2}\.\s?(?:\d{1,2}\.\s?|[A-ZÄÖÜ][a-zä]+ )(?:19|20)?\d\d,\s(?:[^,\n]{1,40},\s)?$"
)
_VERB = re.compile(r"[a-zäöüß]{2}te?$")
_INHABITANTS = re.compile(
    r"\s*\([^)]{0,25}\b(?:Einwohner|Einw|EW)|\s*:?\s+\d{1,3}\.\d{3}\b(?!\s*(?:Euro|€|EUR|m²|qm|ha))"
)
_DATES = frozenset((*MONTHS, "im", "den"))  # what a date begins with
_PLURAL_VERBS = frozenset(
    ("sind", "waren", "werden", "wurden", "haben", "steigen", "stiegen", "sinken", "bilden", "bildeten")
)


def ordinary_word(court: Court, context: Context) -> Verdict | None:
    """A determiner, an adjective or a companion makes it an ordinary word: "die Lage", "lange Schlangen"."""
    words, first = court.words, context.left()
    if (first in words.determiner and not _is_relative(context)) or _is_described(court, context):
        return no("ordinary word")
    if context.candidate.homograph == "noun" and (context.right() in _PLURAL_VERBS or _joined_to_noun(court, context)):
        return no("ordinary word")
    if context.candidate.homograph == "form" and _joined_to_infinitive(court, context):
        return no("ordinary word")
    if context.right() in _JOINS and context.right(1) in words.neighbour_of_noun:
        return no("ordinary word")
    if first in ("und", "oder") and context.left(1) in words.neighbour_of_noun:
        return no("ordinary word")
    if first in court.adjectives and context.candidate.homograph == "noun":  # "Freiburger Münster", "Essener Lage"
        return no("ordinary word")
    if is_something_else(context):
        return no("peculiar")
    return Verdict(Sense.MAYBE, 0.5, "money") if is_money(context) else None


def dated_line(_: Court, context: Context) -> Verdict | None:
    """ "29.10.2015, Essen, Haus der Technik": where and when a meeting was, at the head of its minutes."""
    if context.left() != "," or not (context.right() == "," or context.ends_line):
        return None
    line = context.text[max(0, context.candidate.start - 80) : context.candidate.start].rpartition("\n")[2]
    return yes("dated line", 0.93, True) if _DATED.match(line) else None


def _is_relative(context: Context) -> bool:
    """ "ein Ansatz, den Hilden und Haan verfolgen": the pronoun of a clause, before what is no noun else."""
    return context.left() in ("den", "die", "das") and context.left(1) == "," and context.candidate.homograph == "name"


def _is_described(court: Court, context: Context) -> bool:
    """Whether an adjective stands before it; before a verb form "gehörten" and the like are verbs, not adjectives."""
    word = context.before[0] if context.before else ""
    if word.endswith(("es", "em")) and context.before[1:2] == ["."] and context.candidate.homograph == "noun":
        word = word.lower()  # "Gemeinsames Essen" at the start of a sentence
    if not court.is_adjective(word) or word in court.words.town_verb_before:
        return False
    further = context.left(1)
    governed = further in court.words.determiner or further in court.words.preposition
    return context.candidate.homograph != "form" or governed or further in court.words.weak_preposition


def place(court: Court, context: Context) -> Verdict | None:
    """A place preposition before it, a date behind it, a person before its bracket."""
    first, after = context.left(), context.right()
    if first == "von" and context.left(1) in court.words.preposition:  # "südlich von Essen"
        first = context.left(1)
    if first in ("von", "über", "ab") and after in ("nach", "bis", "über"):  # "von Essen nach Gladbeck"
        return yes("way", 0.95, True)
    if after in court.words.behind or context.right(1) in ("ots", "dpa", "epd", "red"):
        return yes("behind", 0.95, True)
    if first in court.words.preposition:
        return yes("preposition", 0.95, True)
    if context.candidate.form.kind is FormKind.GENITIVE and _owns_something_urban(court, context):
        return yes("genitive", 0.93, True)
    if after == "," and (context.right(1).isdigit() or context.right(1) in _DATES) and context.opens_line:
        return yes("dateline", 0.95, True)
    if _INHABITANTS.match(context.text, context.candidate.end):
        return yes("inhabitants", 0.9)
    if first == "," and (_organization_before(court, context) or _YEAR.fullmatch(after)):
        return yes("seat", 0.88)
    if first in ("(", ",") and _person_before(court, context) and (after in (")", "", ",", ";") or context.ends_line):
        return yes("person from there", 0.93)
    return None


def _owns_something_urban(court: Court, context: Context) -> bool:
    """ "Münsters Rathaus"; for a word as common as "Essens" only before what towns have."""
    noun = context.right()
    return (
        noun in court.words.municipal_noun
        or noun in court.words.trigger
        or (context.candidate.homograph not in STRICT and context.after[:1] != [] and context.after[0][0].isupper())
    )


def _joined_to_noun(court: Court, context: Context) -> bool:
    """ "in Lage und Größe": joined to a capitalised word that is no town."""
    if context.right() not in (",", "und", "oder", "sowie") or len(context.after) < 2:
        return False
    joined = context.after[1]
    known = (
        joined.lower() in court.words.foreign_place or court.gazetteer.find(joined) or _county_name(context.after[1:])
    )
    return (
        joined[0].isupper() and joined not in ("Umgebung", "Umland", "Bad", "Sankt", "St", "Der", "Die") and not known
    )


def _joined_to_infinitive(court: Court, context: Context) -> bool:
    """ "das Abbiegen, Wenden oder Rückwärtsfahren"."""
    sides = (context.after[:2], context.before[:2])
    joined = [words[1] for words in sides if len(words) == 2 and words[0] in (",", "und", "oder")]
    return any(
        re.fullmatch(r"[A-ZÄÖÜ][a-zäöüß]{3,}[^e]?(?:eln|ern|en)", word) and not court.gazetteer.find(word)
        for word in joined
    )


def _county_name(words: list[str]) -> bool:
    return any(word.lower().endswith("kreis") for word in words[:2])


def _person_before(court: Court, context: Context) -> bool:
    words = court.words
    return any(word.lower() in words.person or word in words.first_name for word in context.before[1:7])


def _organization_before(court: Court, context: Context) -> bool:
    """ "Büro Stadtidee, Essen": an organization in the same line, up to the last sign that ends it."""
    text = context.text[max(0, context.candidate.start - 80) : context.candidate.start]
    words = re.split(r"[\n;:]", text)[-1].lower().replace(".", "").replace("(", " ").split()
    return any(word.strip(",") in court.words.organization for word in words)


def by_class(court: Court, context: Context) -> Verdict | None:
    """Without any sign: strict classes wait for the document, the others are the town."""
    kind = context.candidate.homograph
    if kind not in STRICT:
        return yes("plain homograph", 0.9)
    if context.candidate.form.text.isupper():
        return Verdict(Sense.MAYBE, 0.5, "capitals")
    if kind == "form" and not context.opens_sentence:
        return yes("capital letter", 0.85 if context.left() in court.words.weak_preposition else 0.9)
    if context.left() in court.words.town_verb_before:
        return yes("town verb", 0.85)
    return _sentence_start(court, context)


def _sentence_start(court: Court, context: Context) -> Verdict:
    words, kind, after = court.words, context.candidate.homograph, context.right()
    if kind == "form" and context.opens_sentence and after in words.after_verb:
        return no("verb")
    if after in ("ist", "war", "bleibt", "wurde", "wird") and any(
        _TOWN_END.search(word) for word in context.after[1:6]
    ):
        return yes("called a town", 0.92, True)
    if context.candidate.form.text in PLURALS and (after in words.singular or after in ("ist", "war", "wird")):
        return yes("town verb", 0.85)
    if context.opens_sentence and (
        after in words.town_verb or (_goes_on_as_town(court, context) and (kind == "form" or _opens_document(context)))
    ):
        return yes("town verb", 0.85)
    return Verdict(Sense.MAYBE, 0.5, "bare")


def _opens_document(context: Context) -> bool:
    """ "Essen. Die Zeche …": the place of a newspaper's report."""
    return context.candidate.start == 0 and context.right() == "." and context.candidate.form.text == "Essen"


def _goes_on_as_town(court: Court, context: Context) -> bool:
    """A verb form at the start of a sentence, and then a verb ("Siegen überlegt"), a bracket or a colon: a town."""
    after = context.after[0] if context.after else ""
    if after == "." and not context.before and context.opens_line:  # "Siegen. Am Ufer …"
        return True
    is_verb = (
        context.candidate.form.text == "Siegen"
        and after.islower()
        and _VERB.search(after)
        and after not in court.words.not_verb
    )
    return after in ("(", ":") or after in court.words.singular or bool(is_verb)
