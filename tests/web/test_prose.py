"""German figures, dates and names."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from kb.web import prose


@pytest.mark.parametrize(
    ("value", "said"),
    [("2012", "2012"), ("2012-05", "Mai 2012"), ("2012-05-04", "4. Mai 2012"), ("", ""), ("um 2012-13", "um 2012-13")],
)
def test_days(value: str, said: str) -> None:
    assert prose.day(value) == said


def test_numbers_and_moments() -> None:
    assert prose.number(1234567) == "1.234.567"
    assert prose.moment(date(2024, 5, 6)) == "06.05.2024"
    assert prose.moment(datetime(2024, 5, 6, 3, 4)) == "06.05.2024, 03:04 Uhr"  # noqa: DTZ001 - stays as it is said


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.04, "0,0 s"), (9.94, "9,9 s"), (59.4, "59 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
)
def test_durations(seconds: float, said: str) -> None:
    assert prose.duration(seconds) == said


@pytest.mark.parametrize(("octets", "said"), [(0, "0 Byte"), (1500, "2 kB"), (1_250_000, "1,2 MB")])
def test_sizes(octets: int, said: str) -> None:
    assert prose.size(octets) == said


@pytest.mark.parametrize(
    ("media_type", "name", "page"),
    [
        ("application/pdf", "PDF", "Seite"),
        ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "Präsentation", "Folie"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word", "Seite"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Tabelle", "Seite"),
        ("application/vnd.oasis.opendocument.text", "OpenDocument", "Seite"),
        ("text/html", "Webseite", "Seite"),
        ("text/plain", "Text", "Seite"),
        ("message/rfc822", "E-Mail", "Seite"),
        ("application/x-unknown", "", "Seite"),
        ("", "", "Seite"),
    ],
)
def test_formats(media_type: str, name: str, page: str) -> None:
    assert (prose.format_name(media_type), prose.page_word(media_type)) == (name, page)
