"""Whom to ask: on the sample corpus and its fictional contacts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kb.catalog import contact, document
from kb.model import PUBLIC, STAFF, Consent, Viewer, Visibility
from kb.services import Services
from kb.settings import Settings
from tests.cli.command import answer, kb

QUESTION = "Wie gehen wir mit leerstehenden Ladenlokalen um?"
TODAY = date(2026, 5, 14)


@pytest.fixture(scope="module")
def services(installation: Path) -> Iterator[Services]:
    made = Services(Settings(data=str(installation)))
    yield made
    made.catalog.close()


def test_municipalities_come_with_documents_about_the_question(services: Services) -> None:
    referrals = services.referral.refer(QUESTION, PUBLIC, limit=5, today=TODAY)
    assert len(referrals) == 5
    assert {"Altena", "Krefeld"} & {one.name for one in referrals}
    assert [one.score for one in referrals] == sorted((one.score for one in referrals), reverse=True)
    with services.catalog.read() as connection:
        for one in referrals:
            assert one.precedents
            for precedent in one.precedents:
                view = document.view(connection, precedent.document)
                assert view is not None
                assert one.ags in {tag.value for tag in view.tags}
                assert view.document.visibility is Visibility.PUBLIC


def test_only_contacts_whose_consent_holds_are_named(services: Services) -> None:
    for viewer in (PUBLIC, Viewer(Visibility.MEMBERS)):
        for one in services.referral.refer(QUESTION, viewer, limit=17, today=TODAY):
            for person in one.contacts:
                assert person.ags == one.ags
                assert person.consent is not None
                assert person.consent.holds(viewer, TODAY)


def test_members_are_shown_more_people_than_the_public(services: Services) -> None:
    def names(viewer: Viewer) -> set[str]:
        referrals = services.referral.refer(QUESTION, viewer, limit=17, today=TODAY)
        return {person.name for one in referrals for person in one.contacts}

    assert names(PUBLIC) < names(Viewer(Visibility.MEMBERS)) | names(PUBLIC)
    assert names(STAFF) - names(PUBLIC)


def test_a_consent_begins_and_ends(services: Services) -> None:
    consent = Consent(Visibility.PUBLIC, date(2020, 1, 1), date(2021, 12, 31))
    assert not consent.holds(PUBLIC, date(2019, 12, 31))
    assert consent.holds(PUBLIC, date(2020, 1, 1))
    assert consent.holds(PUBLIC, date(2021, 12, 31))
    assert not consent.holds(PUBLIC, date(2022, 1, 1))
    assert not Consent(Visibility.MEMBERS, date(2020, 1, 1)).holds(PUBLIC, TODAY)
    everybody = {
        person.name
        for one in services.referral.refer(QUESTION, STAFF, limit=17, today=date(1990, 1, 1))
        for person in one.contacts
    }
    assert everybody == set()  # in 1990 nobody had consented yet


def test_a_question_that_nothing_answers_leads_nowhere(services: Services) -> None:
    assert services.referral.refer("Quastenflosser Xylophon", PUBLIC) == ()
    assert services.referral.refer("", PUBLIC) == ()


def test_the_topics_of_a_question_are_understood(services: Services) -> None:
    assert services.referral.topics_of("Wer hat Erfahrung mit einem Verfügungsfonds?") == ("verfuegungsfonds",)


def test_the_command_answers_as_documented(installation: Path) -> None:
    found = answer("refer", QUESTION, "--data", installation)["municipalities"]
    assert set(found[0]) == {"ags", "name", "score", "evidence", "contacts"}
    assert all(one["evidence"] and {"document", "title", "page"} <= set(one["evidence"][0]) for one in found)
    shown = kb("refer", QUESTION, "--data", installation, "--limit", "2")
    assert shown.returncode == 0
    assert "page" in shown.stdout
    assert "no municipality" in kb("refer", "Quastenflosser", "--data", installation).stdout


def test_contacts_are_imported_whole_or_not_at_all(tmp_path: Path) -> None:
    head = "id,name,function,municipality,topics,email,phone,consent_scope,consent_given,consent_expires\n"
    good = tmp_path / "gut.csv"
    good.write_text(head + "1,Änne Übel,Amt,Bochum,,a@b.example,,public,2024-01-01,\n", encoding="utf-8-sig")
    data = tmp_path / "data"
    assert "1 contacts imported" in kb("contacts", "import", good, "--data", data).stdout
    bad = tmp_path / "schlecht.csv"
    bad.write_text(
        head
        + "1,A,,Nirgendwo,,,,,,\n2,B,,Bochum,Unsinn,,,,,\n3,C,,Bochum,,,,public,,\n4,D,,Bochum,,,,all,2024-01-01,\n"
        + "5,E,,Bochum,,,,public,gestern,\n6,,,Bochum,,,,,,\n7,G,,Bochum,,,,,,\n7,H,,Bochum,,,,,,\n",
        encoding="utf-8",
    )
    done = kb("contacts", "import", bad, "--data", data)
    assert done.returncode == 2
    for line, said in (
        (2, "Nirgendwo"),
        (3, "Unsinn"),
        (4, "consent_given"),
        (5, "all"),
        (6, "gestern"),
        (7, "name"),
        (9, "7"),
    ):
        assert any(f"line {line}:" in row and said in row for row in done.stderr.splitlines()), line
    services = Services(Settings(data=str(data)))
    with services.catalog.read() as connection:
        assert [one.name for one in contact.of_municipality(connection, "05911000")] == ["Änne Übel"]
    (tmp_path / "leer.csv").write_text(head)
    assert "would be lost" in kb("contacts", "import", tmp_path / "leer.csv", "--data", data).stderr
    (tmp_path / "doppelt.csv").write_text(head + "1,A,Amt,Bochum,,,,,,\n2,A,Amt,Bochum,,,,,,\n", encoding="utf-8")
    assert "stands twice" in kb("contacts", "import", tmp_path / "doppelt.csv", "--data", data).stderr
    (tmp_path / "latin.csv").write_bytes("id,name\n1,Übel".encode("latin-1"))
    assert "UTF-8" in kb("contacts", "import", tmp_path / "latin.csv", "--data", data).stderr
