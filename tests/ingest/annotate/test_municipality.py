"""Municipalities in hard text: what is named, what only looks like it, and in what role."""

from __future__ import annotations

from functools import lru_cache

import pytest

from kb.ingest.annotate.municipality import MunicipalityAnnotator
from kb.model import Annotation, Role, Section
from tests.ingest.annotate.marked import found, gazetteer, lines, marked
from tests.ingest.annotate.prepared import prepared


@lru_cache(maxsize=1)
def annotator() -> MunicipalityAnnotator:
    return MunicipalityAnnotator(gazetteer())


def towns(*pages: str, title: str = "", sections: tuple[Section, ...] = ()) -> dict[str, Annotation]:
    """The annotations by name of the municipality."""
    made = annotator().annotate(prepared(*pages, title=title, sections=sections))
    return {gazetteer()[one.value].short: one for one in made}


@pytest.mark.parametrize(
    "line",
    [
        "In [Gütersloh] fehlen Läden.",
        "Der Kreis Gütersloh und die Gütersloher Straße",
        "Die Bürger in [Essen] lieben gutes Essen.",
        "Essen und Trinken beim Stadtteilfest; nach dem Essen ging es weiter.",
        "[Hamm] saniert das Bahnhofsquartier.",
        "Frau Hamm kauft einen Hammer in der Hammer Straße.",
        "Die Stadt [Halle (Westf.)] und die Halle 5",
        "Halle (Saale) und die alte Halle der Zeche",
        "Die Stadt [Lage] liegt günstig.",
        "Die Lage ist gut, in zentraler Lage stehen Läden leer. Lage: am Markt",
        "Aus [Siegen] kam die Bürgermeisterin.",
        "Peter Siegen wohnt im Kreis Siegen-Wittgenstein.",
        "Die Gemeinde [Wenden] baut.",
        "Wenden Sie sich an das Büro. Zum Wenden ist kein Platz.",
        "Die Kreisstadt [Unna] liegt an der A 44.",
        "Der Kreis Unna und die Kreise Unna und Soest fördern mit.",
        "[Köln] hat viele Straßen.",
        "An der Kölner Straße und an der Ecke Essener und Kölner Straße",
        "Die Stadt [Arnsberg] hat 73.000 Einwohner.",
        "Die Bezirksregierung Arnsberg; die Bezirksregierungen Arnsberg, Köln und Münster",
        "[Mülheim] und [Oberhausen] liegen an der Ruhr.",
        "Mülheim-Kärlich liegt am Rhein, der Stadtteil Mülheim auch.",
        "In [Dortmund]-Hörde liegt ein See.",
        "Am Dortmund-Ems-Kanal und bei Borussia Dortmund",
        "[Bochums] Innenstadt hat Platz.",
        "Der VfL Bochum spielt in der Bochumer Straße.",
        "Die Stadt [Werl] hat einen Markt.",
        "Das Kreuz Werlte und die Werler Straße",
    ],
)
def test_the_names_of_the_field_in_both_senses(line: str) -> None:
    text = marked(line)
    assert found(text) == text.mentions


@pytest.mark.parametrize("line", lines())
def test_development_texts(line: str) -> None:
    text = marked(line)
    assert found(text) == text.mentions


def test_a_strong_mention_decides_for_the_bare_ones() -> None:
    alone = marked("Siegen – ein Beispiel.")
    assert found(alone) == frozenset()
    together = marked("[Siegen] – ein Beispiel. Die Stadt [Siegen] hat die Sieg freigelegt.")
    assert found(together) == together.mentions


def test_evidence_is_every_mention_with_page_range_and_sentence() -> None:
    pages = ("Die Stadt Werl plant.\nSie liegt in Westfalen.", "", "Auch Werls Markt. In Werl wird gebaut.")
    evidence = towns(*pages)["Werl"].evidence
    assert [(one.page, pages[one.page - 1][one.start : one.end]) for one in evidence] == [
        (1, "Werl"),
        (3, "Werls"),
        (3, "Werl"),
    ]
    assert [one.sentence for one in evidence] == ["Die Stadt Werl plant.", "Auch Werls Markt.", "In Werl wird gebaut."]


def test_a_town_that_only_the_title_names_has_the_title_as_evidence() -> None:
    (evidence,) = towns("Der Markt wird umgebaut.", title="Marktplatz in Werl")["Werl"].evidence
    assert (evidence.sentence, evidence.start, evidence.end) == ("Marktplatz in Werl", 0, 0)


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("Stadt Werl\nDer Bürgermeister\n\nBetreff: Hofprogramm\nAuch Soest und Unna nehmen teil.", "Werl"),
        ("Satzung der Stadt Gladbeck über die Gestaltung der Innenstadt\n\n§ 1 Geltungsbereich", "Gladbeck"),
        ("GEMEINDE WENDEN\n\nVorlage 12/2014: Dorfladen. Beispiele aus Olpe und Olpe.", "Wenden"),
        ("Unser Marktplatz\n\nViel Text.\n\nHerausgeberin: Stadt Lünen", "Lünen"),
    ],
)
def test_who_wrote_it_is_the_owner(text: str, owner: str) -> None:
    assert [name for name, one in towns(text).items() if one.role is Role.OWNER] == [owner]


def test_author_of_the_file_is_the_owner() -> None:
    text = prepared("Leerstand in der Innenstadt.", title="Konzept Altena", metadata={"author": "Stadt Altena"})
    (made,) = annotator().annotate(text)
    assert made.role is Role.OWNER


def test_what_it_is_about_is_the_subject_and_the_rest_is_mentioned() -> None:
    text = "In Altena stehen Läden leer. Altena hat ein Kataster. Wie in Hagen fehlt Geld."
    made = towns(text, title="Leerstand in Altena")
    assert {name: one.role for name, one in made.items()} == {"Altena": Role.SUBJECT, "Hagen": Role.MENTION}
    by_heading = towns(
        "Bottrop\nDort wurde gebaut. Auch Herne, Marl und Unna fragten.", sections=(Section("Bottrop", 1, 1),)
    )
    assert by_heading["Bottrop"].role is Role.SUBJECT
    assert by_heading["Marl"].role is Role.MENTION


def test_no_text_no_municipality() -> None:
    assert towns("") == {}
    assert towns() == {}


def test_confidence_is_lower_where_less_speaks_for_it() -> None:
    sure = towns("Die Stadt Essen baut. In Essen wird gebaut.")["Essen"].confidence
    less = towns("Das Landgericht Essen urteilte.")["Essen"].confidence
    assert 0.5 < less < sure <= 1
