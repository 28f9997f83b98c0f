"""Funding programmes, and the ordinary words that are spelled like them."""

from __future__ import annotations

from functools import lru_cache

import pytest

from kb.ingest.annotate.programme import ProgrammeAnnotator
from kb.model import Annotation
from tests.ingest.annotate.prepared import analyzer, prepared, vocabulary


@lru_cache(maxsize=1)
def annotator() -> ProgrammeAnnotator:
    return ProgrammeAnnotator(vocabulary(), analyzer())


def programmes(*pages: str, title: str = "") -> dict[str, Annotation]:
    return {found.value: found for found in annotator().annotate(prepared(*pages, title=title))}


def sure(*pages: str, title: str = "") -> set[str]:
    return {name for name, found in programmes(*pages, title=title).items() if found.confidence >= 0.5}


@pytest.mark.parametrize(
    ("text", "programme"),
    [
        ("Gefördert aus Mitteln des Programms Stadtumbau West.", "stadtumbau-west"),
        ("Die Maßnahme wurde 2012 in die Soziale Stadt aufgenommen.", "soziale-stadt"),
        ("Das Geld kommt aus dem Programm „Aktive Stadt- und Ortsteilzentren“.", "aktive-stadt-und-ortsteilzentren"),
        ("Seit 2020 fördert der Bund über Lebendige Zentren.", "lebendige-zentren"),
        ("Im Programm Sozialer Zusammenhalt wurden 2021 Mittel bewilligt.", "sozialer-zusammenhalt"),
        (
            "Wachstum und nachhaltige Erneuerung: 2022 wurde der Antrag bewilligt.",
            "wachstum-und-nachhaltige-erneuerung",
        ),
        ("Das Sofortprogramm Innenstadt zahlte 2021 die Miete.", "sofortprogramm-innenstadt"),
        ("Städtebaulicher Denkmalschutz, Programmjahr 2014, 70 Prozent Förderung", "staedtebaulicher-denkmalschutz"),
        ("Zukunft Stadtgrün half 2018 mit 300.000 Euro Fördermitteln.", "zukunft-stadtgruen"),
        ("Seit 2017 heißt es Bund-Länder-Programm Stadtumbau.", "stadtumbau"),
    ],
)
def test_names_of_programmes(text: str, programme: str) -> None:
    assert programme in sure(text)


@pytest.mark.parametrize(
    "text",
    [
        "Der Stadtumbau ist eine Aufgabe für Generationen.",
        "Wir wollen lebendige Zentren und eine soziale Stadt.",
        "Das stärkt den sozialen Zusammenhalt im Viertel.",
        "Viele kleinere Städte und Gemeinden stehen vor dieser Frage.",
        "Das Stadtumbaunetzwerk lädt zum Stadtumbau-Gespräch.",
        "Wachstum ist gut, nachhaltige Pflege ist besser.",
        "",
    ],
)
def test_ordinary_words_are_no_programmes(text: str) -> None:
    assert sure(text) == set()


def test_a_longer_name_is_not_the_shorter_one_too() -> None:
    assert sure("Das Programm Stadtumbau West förderte 2010.") == {"stadtumbau-west"}


def test_a_programme_before_its_time_is_unlikely() -> None:
    early = programmes("Das Programm Lebendige Zentren, 2009")["lebendige-zentren"].confidence
    assert early < programmes("Das Programm Lebendige Zentren, 2021")["lebendige-zentren"].confidence


def test_the_title_counts() -> None:
    found = programmes("Ein Text.", title="Fünf Jahre Stadtumbau West")["stadtumbau-west"]
    assert found.confidence > 0.5
    assert found.evidence[0].sentence == "Fünf Jahre Stadtumbau West"


def test_evidence_gives_page_sentence_and_range() -> None:
    second = "Erster Satz. Die Soziale Stadt förderte mit. Letzter Satz."
    evidence = programmes("Nichts.", second)["soziale-stadt"].evidence[0]
    assert (evidence.page, evidence.sentence) == (2, "Die Soziale Stadt förderte mit.")
    assert second[evidence.start : evidence.end] == "Soziale Stadt"
