"""Owner, subject, mention: what the surroundings of a name and the kind of the document make of a municipality."""

from __future__ import annotations

from functools import lru_cache

import pytest

from kb.ingest.annotate.context import WordLists
from kb.ingest.annotate.municipality import MunicipalityAnnotator
from kb.ingest.annotate.placename import Finder
from kb.ingest.annotate.role import Weights, roles
from kb.ingest.annotate.standing import FEATURES, standings
from kb.ingest.annotate.surroundings import surroundings
from kb.ingest.annotate.text import PreparedText
from kb.model import Annotation, Facet, Role
from tests.ingest.annotate.marked import gazetteer
from tests.ingest.annotate.prepared import prepared


@lru_cache(maxsize=1)
def lists() -> WordLists:
    return WordLists.load()


@lru_cache(maxsize=1)
def finder() -> Finder:
    return Finder(gazetteer(), lists())


@lru_cache(maxsize=1)
def annotator() -> MunicipalityAnnotator:
    return MunicipalityAnnotator(gazetteer())


def of_kind(kind: str, text: PreparedText) -> PreparedText:
    text.found.append(Annotation(Facet.KIND, kind, 0.95))
    return text


def told(text: PreparedText) -> dict[str, Role | None]:
    return {gazetteer()[one.value].short: one.role for one in annotator().annotate(text)}


def signs(text: str, name: str = "Werl") -> set[str]:
    """The signs of the first mention of the town."""
    page = prepared(text).pages[0]
    mentions = finder().find([text])
    place = next(place for place, one in enumerate(mentions) if gazetteer()[one.ags].short == name)
    return surroundings(lists(), page, mentions, place).signs


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("12. Mai 2014, Werl, Rathaus\n\nThema: Brachen", "dated"),
        ("Ort: Rathaus Werl\nZeit: 10 Uhr", "venue field"),
        ("Das gelang besser als in Werl.", "like"),
        ("Kollegen aus Werl haben den Platz besichtigt.", "visitor"),
        ("Der Bus fährt nach Werl.", "passing"),
        ("Im Mai hat Werl ein Kataster eingeführt.", "acts"),
        ("Werl und Soest planen ein Kataster.", "acts"),
        ("In Werl entsteht ein Haus.", "scene"),
        ("Frau Kemna (Werl) berichtet vom Kataster.", "speaker"),
        ("Anwesend: Werl, Soest, Unna", "attendance"),
        ("1 | Werl | Haus | Mai", "row"),
        ("Herausgeberin: Stadt Werl", "publisher"),
        ("Vorlage der Stadt Werl für den Rat", "of"),
        ("Werl, den 9. Oktober\n\nSehr geehrte Frau Meier,", "dateline"),
    ],
)
def test_signs_around_a_name(text: str, sign: str) -> None:
    assert sign in signs(text)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("In Werl entsteht ein Haus.", "acts"),  # the house does
        ("Wie in Werl plant die Stadt ein Haus.", "acts"),
        ("Werl plant ein Haus.", "scene"),
        ("Werl, Soest und Unna.", "acts"),
        ("Werl hat ein Haus.\nOrt: Soest", "venue field"),
    ],
)
def test_signs_that_are_not_there(text: str, sign: str) -> None:
    assert sign not in signs(text)


def test_what_follows_about_a_town_ends_at_the_next_town_and_at_the_paragraph() -> None:
    text = "Werl plant ein Haus. Soest nicht.\n\nUnna und Hamm bauen.\n\nEnde"
    page = prepared(text).pages[0]
    mentions = finder().find([text])
    stretches = {
        gazetteer()[one.ags].short: surroundings(lists(), page, mentions, place).stretch
        for place, one in enumerate(mentions)
    }
    assert stretches == {
        "Werl": len(" plant ein Haus. "),
        "Soest": len(" nicht."),
        "Unna": len(" bauen."),
        "Hamm": len(" bauen."),
    }


def test_minutes_report_on_who_speaks_and_mention_where_they_met() -> None:
    text = prepared(
        "12. Mai 2014, Rathaus Soest\n\nWerl: Die Stadt hat 48 leere Läden erfasst, davon 19 seit zwei Jahren ohne Mieter. "
        "Das Kataster wird fortgeschrieben.\n\nUnna: Hier ist die Quote gesunken, weil die Stadt die Läden selbst vermittelt.",
        title="Arbeitsgruppe Innenstadt",
    )
    assert told(of_kind("protokoll", text)) == {"Soest": Role.MENTION, "Werl": Role.SUBJECT, "Unna": Role.SUBJECT}


def test_the_kind_decides_between_what_a_town_wrote_and_what_is_told_of_it() -> None:
    words = "Die Stadt Werl saniert den Bahnhof. Der Umbau kostet drei Millionen Euro und dauert zwei Jahre."
    assert told(of_kind("praxisbeispiel", prepared(words, title="Bahnhof"))) == {"Werl": Role.SUBJECT}
    assert told(of_kind("ratsvorlage", prepared(words, title="Bahnhof"))) == {"Werl": Role.OWNER}


def test_beside_an_owner_others_are_mentioned() -> None:
    text = prepared(
        "Der Rat der Stadt Werl beschließt die Satzung.\n\nBegründung: In Soest hat die Stadt mit einer solchen Satzung "
        "40 Häuser gesichert. Die Stadt zahlte 300.000 Euro.",
        title="Beschlussvorlage 12/2014",
    )
    assert told(of_kind("ratsvorlage", text)) == {"Werl": Role.OWNER, "Soest": Role.MENTION}


def test_at_most_one_owner_and_a_doubtful_one_leaves_room_for_a_subject() -> None:
    weights = Weights((0.0, 0.0, 0.0), {"o": (0.0, 3.0, 0.0), "s": (0.0, 0.0, 1.0)})
    assert roles({"1": {"o": 1.0}, "2": {"o": 0.9}}, weights) == {"1": Role.OWNER, "2": Role.MENTION}
    assert roles({"1": {"s": 1.0}, "2": {"o": 1.0}}, weights) == {"1": Role.MENTION, "2": Role.OWNER}
    assert roles({"1": {"s": 1.0}, "2": {"o": 0.1}}, weights)["1"] is Role.SUBJECT
    assert roles({}, weights) == {}


def test_numbers_lie_between_0_and_1_and_the_model_knows_what_it_says_it_does() -> None:
    text = of_kind(
        "newsletter", prepared("In Werl wird gebaut. Werl plant.\n\nSoest: Läden.", "Auch in Unna.", title="Brief Werl")
    )
    pages = [*(page.text for page in text.pages), text.manuscript.title]
    found = standings(lists(), text, pages, finder().find(pages), set())
    assert len(found) == 3
    assert all(0 < value <= 1.0001 for numbers in found.values() for value in numbers.values())
    assert found["05974052"].keys() & set(FEATURES) >= {"title", "scene", "news", "news, in", "repeated"}
