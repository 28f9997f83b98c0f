"""The date of a document, and how precisely it is known."""

from __future__ import annotations

import pytest

from kb.ingest.annotate.date import DateAnnotator, find_dates
from kb.model import Annotation
from tests.ingest.annotate.prepared import prepared

LONG = "Hier steht viel Text, der von keinem Tag handelt. " * 40


def date_of(
    *pages: str, title: str = "", file_name: str = "", metadata: dict[str, str] | None = None
) -> Annotation | None:
    found = DateAnnotator(2026).annotate(prepared(*pages, title=title, file_name=file_name, metadata=metadata))
    return found[0] if found else None


def value(*pages: str, title: str = "", file_name: str = "", metadata: dict[str, str] | None = None) -> str:
    annotation = date_of(*pages, title=title, file_name=file_name, metadata=metadata)
    return annotation.value if annotation else ""


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("14. Mai 2014", ["2014-05-14"]),
        ("14.05.2014", ["2014-05-14"]),
        ("3.5.14", ["2014-05-03"]),
        ("08./09. Mai 2014", ["2014-05-09"]),
        ("8. und 9. Mai 2014", ["2014-05-09"]),
        ("2014-05-14", ["2014-05-14"]),
        ("2014_05", ["2014-05"]),
        ("20140514", ["2014-05-14"]),
        ("im März 2012", ["2012-03"]),
        ("Sept. 2012", ["2012-09"]),
        ("05/2012", ["2012-05"]),
        ("MÄRZ 2012", ["2012-03"]),
        ("31.02.2014", []),
        ("31. Februar 2014", []),
        ("1.140 Läden", []),
        ("2014 Wohnungen", []),
        ("2.010 €", []),
        ("2010 € im Jahr", []),
        ("Version 1.2.2014.3", []),
        ("Ausgabe 2/2012", ["2012"]),
        ("2004–2016", ["2004", "2016"]),
        ("", []),
    ],
)
def test_dates_as_they_are_written(text: str, values: list[str]) -> None:
    assert [found.value for found in find_dates(text)] == values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Protokoll der Sitzung am Donnerstag, 8. Mai 2014 in Altena\n" + LONG, "2014-05-08"),
        ("Altena, den 12.03.2010\nSehr geehrte Damen und Herren,\n" + LONG, "2010-03-12"),
        ("Arbeitshilfe\nStand: März 2012\n" + LONG + "Am 3. April 2009 brannte es.", "2012-03"),
        ("Datum: 2016-11-03\nDas Gesetz vom 1. Januar 2013 gilt.\n" + LONG, "2016-11-03"),
        ("Sitzung vom 14.05.2014. Nächste Sitzung: 18.09.2014.\n" + LONG, "2014-05-14"),
        ("Die Fabrik wurde 1904 erbaut und ist seit 1987 geschlossen.\n" + LONG, ""),
        (LONG + LONG + "Stand: Juni 2015", "2015-06"),
        (LONG, ""),
        ("", ""),
    ],
)
def test_the_documents_own_date_wins(text: str, expected: str) -> None:
    assert value(text) == expected


def test_title_and_file_name_count_more_than_what_is_told() -> None:
    told = "Am 3. April 2009 brannte das Kaufhaus ab.\n" + LONG
    assert value(told, title="Fachexkursion Mai 2015") == "2015-05"
    assert value(told, file_name="2014-05-08 Erfahrungsaustausch.docx") == "2014-05-08"


def test_the_day_replaces_its_month() -> None:
    assert value("Treffen am 8. Mai 2014 in Hamm\n" + LONG, file_name="2014-05 Protokoll.pdf") == "2014-05-08"


def test_metadata_is_the_last_resort_and_less_precise() -> None:
    saved = {"created": "2019-07-03T10:00:00"}
    last = date_of(LONG, metadata=saved)
    assert last is not None
    assert (last.value, last.confidence < 0.5) == ("2019-07", True)
    assert value("Protokoll vom 14. Mai 2014\n" + LONG, metadata=saved) == "2014-05-14"


def test_nothing_is_from_the_future() -> None:
    assert value("Stand: Mai 2050\n" + LONG) == ""


def test_evidence_names_the_place() -> None:
    page = "Deckblatt\nStand: März 2012\n" + LONG
    annotation = date_of(page)
    assert annotation is not None
    evidence = annotation.evidence[0]
    assert evidence.page == 1
    assert page[evidence.start : evidence.end] == "März 2012"


def test_two_places_are_surer_than_one() -> None:
    one = date_of(LONG, file_name="2014-05-08 Protokoll.pdf")
    two = date_of("Sitzung am 8. Mai 2014\n" + LONG, file_name="2014-05-08 Protokoll.pdf")
    assert one is not None
    assert two is not None
    assert two.confidence > one.confidence
