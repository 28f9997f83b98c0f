"""Documents and their files, tags and corrections, on a real catalog file."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from kb.catalog import annotation, content, document, figure, source, tag
from kb.catalog.annotation import Correction, Decision
from kb.catalog.catalog import Catalog
from kb.catalog.content import Content
from kb.catalog.source import KnownSource
from kb.model import (
    PUBLIC,
    STAFF,
    Annotation,
    Evidence,
    Extraction,
    Facet,
    Origin,
    Page,
    Passage,
    Role,
    Section,
    Viewer,
    Visibility,
)

NOW = datetime(2026, 5, 14, tzinfo=UTC)
HASHES = [hashlib.sha256(name).hexdigest() for name in (b"a", b"b", b"c")]
TEXT = "Überschrift\nDer Leerstand in der Altstadt."


def put_content(connection: Connection, sha256: str, title: str = "Titel aus der Datei") -> None:
    extraction = Extraction((Page(1, TEXT),), (Section("Überschrift", 1, 1),), title, {"author": "Amt"})
    passages = (Passage(0, 1, TEXT, 0, 0),)
    content.store(connection, Content(sha256, "1"), extraction, passages, 0.1, NOW)


def put_file(connection: Connection, path: str, sha256: str, **sidecar: Any) -> str:
    put_content(connection, sha256)
    document_id = document.assign(connection, path, sha256, "", NOW)
    source.save(connection, KnownSource(path, 1, 1, sha256, document_id, "", sidecar), NOW)
    document.refresh(connection, document_id)
    return document_id


def test_text_comes_back_as_it_was_put_down(catalog: Catalog) -> None:
    with catalog.write() as connection:
        put_content(connection, HASHES[0])
        put_content(connection, HASHES[0])  # again: replaces, does not double
        text = content.text_of(connection, HASHES[0])
        assert text.pages == (Page(1, TEXT),)
        assert text.sections == (Section("Überschrift", 1, 1),)
        assert text.metadata == {"author": "Amt"}
        assert content.passages_of(connection, HASHES[0]) == (Passage(0, 1, TEXT, 0, 0),)


def test_no_character_that_a_database_refuses_gets_in() -> None:
    assert content.clean("a\0b\ud800c") == "ab?c"


def test_the_same_content_is_one_document_with_two_files(catalog: Catalog) -> None:
    with catalog.write() as connection:
        first = put_file(connection, "/b.pdf", HASHES[0])
        assert put_file(connection, "/a.pdf", HASHES[0]) == first
        assert [one.path for one in source.living(connection, first)] == ["/a.pdf", "/b.pdf"]


def test_the_id_comes_from_the_content(catalog: Catalog) -> None:
    with catalog.write() as connection:
        assert put_file(connection, "/a.pdf", HASHES[0]) == HASHES[0][:16]


def test_a_changed_file_keeps_its_document(catalog: Catalog) -> None:
    with catalog.write() as connection:
        first = put_file(connection, "/a.pdf", HASHES[0])
        assert put_file(connection, "/a.pdf", HASHES[1]) == first
        # the old content comes again: a new document, since the old one says something else now
        again = put_file(connection, "/b.pdf", HASHES[0])
        assert again != first
        assert document.view(connection, again).document.sha256 == HASHES[0]  # type: ignore[union-attr]


def test_a_changed_copy_parts_from_its_twin(catalog: Catalog) -> None:
    with catalog.write() as connection:
        first = put_file(connection, "/a.pdf", HASHES[0])
        put_file(connection, "/b.pdf", HASHES[0])
        assert put_file(connection, "/b.pdf", HASHES[1]) != first
        assert [one.path for one in source.living(connection, first)] == ["/a.pdf"]


def test_a_vanished_file_withdraws_its_document_and_its_return_revives_it(catalog: Catalog) -> None:
    with catalog.write() as connection:
        first = put_file(connection, "/a.pdf", HASHES[0])
        source.mark_missing(connection, ["/a.pdf"], NOW)
        assert document.withdraw_orphans(connection, NOW) == [first]
        assert document.withdraw_orphans(connection, NOW) == []
        assert document.record_keys(connection) == {}
        assert document.view(connection, first).document.withdrawn  # type: ignore[union-attr]
        assert put_file(connection, "/elsewhere.pdf", HASHES[0]) == first
        assert list(document.record_keys(connection)) == [first]


def test_what_stands_beside_the_file_outweighs_what_is_in_it(catalog: Catalog) -> None:
    with catalog.write() as connection:
        one = put_file(
            connection,
            "/a.pdf",
            HASHES[0],
            title="Titel daneben",
            kind="protokoll",
            date="2012-05",
            visibility="members",
            municipalities=["05911000"],
            topics=["leerstand"],
        )
        annotation.replace_annotations(
            connection, one, [Annotation(Facet.KIND, "reader", 0.9), Annotation(Facet.DATE, "1999", 0.9)]
        )
        document.refresh(connection, one)
        view = document.view(connection, one)
    assert view is not None
    assert (view.document.title, view.document.kind, view.document.date) == ("Titel daneben", "protokoll", "2012-05")
    assert view.document.year == 2012
    assert view.document.visibility is Visibility.MEMBERS
    assert view.values(Facet.MUNICIPALITY) == ("05911000",)
    assert view.values(Facet.TOPIC) == ("leerstand",)


def test_a_document_is_as_confidential_as_its_most_confidential_file(catalog: Catalog) -> None:
    with catalog.write() as connection:
        one = put_file(connection, "/open/a.pdf", HASHES[0])
        put_file(connection, "/closed/a.pdf", HASHES[0], visibility="internal")
        assert document.view(connection, one).document.visibility is Visibility.INTERNAL  # type: ignore[union-attr]


def test_a_document_without_a_title_is_called_after_its_file() -> None:
    assert document.title_from_name("/x/Leerstand_in  Altena.pdf") == "Leerstand in Altena"
    assert document.title_from_name("/x/mail.eml//Anlage 1.docx") == "Anlage 1"


def made(value: str, confidence: float, role: Role | None = None) -> Annotation:
    facet = Facet.MUNICIPALITY if role else Facet.TOPIC
    return Annotation(facet, value, confidence, role=role, evidence=(Evidence(1, "Ein Satz."),), version="1")


def test_annotations_come_back_with_their_evidence(catalog: Catalog) -> None:
    with catalog.write() as connection:
        one = put_file(connection, "/a.pdf", HASHES[0])
        annotation.replace_annotations(connection, one, [made("leerstand", 0.4), made("leerstand", 0.8)])
        assert annotation.annotations_of(connection, one) == [made("leerstand", 0.8)]


def test_topics_are_shown_from_a_lower_confidence_than_others(catalog: Catalog) -> None:
    found = [made("leerstand", 0.4), made("parken", 0.39), made("05911000", 0.49, Role.MENTION)]
    found.append(made("05915000", 0.5, Role.MENTION))
    with catalog.write() as connection:
        one = put_file(connection, "/a.pdf", HASHES[0])
        annotation.replace_annotations(connection, one, found)
        document.refresh(connection, one)
        view = document.view(connection, one)
        assert view is not None
        assert (view.values(Facet.TOPIC), view.values(Facet.MUNICIPALITY)) == (("leerstand",), ("05915000",))


def decide(connection: Connection, one: str, value: str, decision: Decision, facet: Facet = Facet.TOPIC) -> None:
    annotation.correct(connection, Correction(one, facet, value, decision, "Office"), NOW)
    document.refresh(connection, one)


def topics(connection: Connection, one: str) -> tuple[str, ...]:
    view = document.view(connection, one)
    assert view is not None
    return view.values(Facet.TOPIC)


def test_corrections_outlive_every_machine(catalog: Catalog) -> None:
    with catalog.write() as connection:
        one = put_file(connection, "/a.pdf", HASHES[0], topics=["hitze"])
        annotation.replace_annotations(connection, one, [made("leerstand", 0.9), made("parken", 0.2)])
        document.refresh(connection, one)
        assert set(topics(connection, one)) == {"leerstand", "hitze"}
        decide(connection, one, "leerstand", Decision.REJECTED)
        decide(connection, one, "hitze", Decision.REJECTED)
        decide(connection, one, "parken", Decision.ACCEPTED)
        decide(connection, one, "kunst", Decision.ADDED)
        for step in range(3):  # tagged again, file changed, file gone and back
            if step == 1:
                put_file(connection, "/a.pdf", HASHES[1], topics=["hitze"])
            if step == 2:
                source.mark_missing(connection, ["/a.pdf"], NOW)
                document.withdraw_orphans(connection, NOW)
                put_file(connection, "/moved.pdf", HASHES[1], topics=["hitze"])
            annotation.replace_annotations(connection, one, [made("leerstand", 0.99), made("parken", 0.1)])
            document.refresh(connection, one)
            assert set(topics(connection, one)) == {"parken", "kunst"}
        decide(connection, one, "leerstand", Decision.ACCEPTED)  # a person may think again
        assert "leerstand" in topics(connection, one)


def test_an_added_kind_outweighs_the_guessed_one(catalog: Catalog) -> None:
    with catalog.write() as connection:
        one = put_file(connection, "/a.pdf", HASHES[0])
        annotation.replace_annotations(connection, one, [Annotation(Facet.KIND, "reader", 0.99)])
        decide(connection, one, "protokoll", Decision.ADDED, Facet.KIND)
        assert document.view(connection, one).document.kind == "protokoll"  # type: ignore[union-attr]


def test_the_review_queue_asks_first_what_teaches_most(catalog: Catalog) -> None:
    with catalog.write() as connection:
        one = put_file(connection, "/a.pdf", HASHES[0])
        two = put_file(connection, "/b.pdf", HASHES[1])
        annotation.replace_annotations(connection, one, [made("leerstand", 0.5), made("parken", 0.8)])
        annotation.replace_annotations(connection, two, [made("leerstand", 0.55), made("kunst", 0.05)])
        assert [doubt.tag.value for doubt in annotation.doubts(connection)] == ["leerstand", "leerstand", "parken"]
        decide(connection, one, "leerstand", Decision.ACCEPTED)
        remaining = [(doubt.document_id, doubt.tag.value) for doubt in annotation.doubts(connection)]
        assert (one, "leerstand") not in remaining
        assert remaining[-1] == (one, "parken") or remaining == [(two, "leerstand"), (one, "parken")]
        assert len(annotation.doubts(connection, limit=1)) == 1


def test_the_record_key_changes_with_what_is_indexed(catalog: Catalog) -> None:
    with catalog.write() as connection:
        one = put_file(connection, "/a.pdf", HASHES[0])
        keys = [document.record_keys(connection)[one]]
        document.refresh(connection, one)
        assert document.record_keys(connection)[one] == keys[0]
        decide(connection, one, "kunst", Decision.ADDED)
        keys.append(document.record_keys(connection)[one])
        put_file(connection, "/a.pdf", HASHES[0], visibility="internal")
        keys.append(document.record_keys(connection)[one])
        put_file(connection, "/b.pdf", HASHES[0])
        keys.append(document.record_keys(connection)[one])
        assert len(set(keys)) == 4


def test_figures_count_what_the_viewer_may_know(catalog: Catalog) -> None:
    with catalog.write() as connection:
        put_file(connection, "/a.pdf", HASHES[0], municipalities=["05911000"], date="2008")
        put_file(connection, "/b.pdf", HASHES[1], municipalities=["05114000"], date="2019", visibility="internal")
        seen = figure.figures(connection, PUBLIC)
        assert (seen.documents, seen.pages, seen.municipalities) == (1, 1, 1)
        assert (seen.first_year, seen.last_year) == ("2008", "2008")
        assert figure.figures(connection, STAFF).documents == 2
        assert [one.date for one in figure.newest(connection, STAFF, 5)] == ["2019", "2008"]
        assert tag.counts(connection, Facet.MUNICIPALITY, PUBLIC) == {"05911000": 1}
        assert len(tag.counts(connection, Facet.MUNICIPALITY)) == 2


@pytest.mark.parametrize(
    ("level", "count"), [(Visibility.PUBLIC, 1), (Visibility.MEMBERS, 2), (Visibility.INTERNAL, 3)]
)
def test_each_level_sees_the_ones_before_it(level: Visibility, count: int) -> None:
    assert len(Viewer(level).sees) == count


def test_a_rejected_tag_is_gone_from_the_tags_that_count(catalog: Catalog) -> None:
    with catalog.write() as connection:
        one = put_file(connection, "/a.pdf", HASHES[0])
        annotation.replace_annotations(
            connection, one, [made("05911000", 0.9, Role.OWNER), made("05114000", 0.6, Role.MENTION)]
        )
        document.refresh(connection, one)
        assert tag.roles(connection, one) == [("05911000", Role.OWNER), ("05114000", Role.MENTION)]
        decide(connection, one, "05911000", Decision.REJECTED, Facet.MUNICIPALITY)
        assert tag.roles(connection, one) == [("05114000", Role.MENTION)]
        assert tag.counts(connection, Facet.MUNICIPALITY) == {}
        assert Origin.RULE is annotation.annotations_of(connection, one)[0].origin


def test_people_outweigh_what_stands_beside_the_file_and_the_last_of_them_counts(catalog: Catalog) -> None:
    with catalog.write() as connection:
        one = put_file(connection, "/a.pdf", HASHES[0], kind="protokoll", date="2014")
        for minute, (facet, value) in enumerate(
            [(Facet.KIND, "reader"), (Facet.KIND, "leitfaden"), (Facet.DATE, "2016"), (Facet.KIND, "flyer")]
        ):
            correction = Correction(one, facet, value, Decision.ADDED)
            annotation.correct(connection, correction, NOW.replace(minute=minute))
            document.refresh(connection, one)
        found = document.view(connection, one)
    assert found is not None
    assert (found.document.kind, found.document.date) == ("flyer", "2016")
    assert found.values(Facet.KIND) == ("flyer",)


def test_a_municipality_that_is_added_is_a_subject(catalog: Catalog) -> None:
    with catalog.write() as connection:
        one = put_file(connection, "/a.pdf", HASHES[0])
        decide(connection, one, "05911000", Decision.ADDED, Facet.MUNICIPALITY)
        assert tag.roles(connection, one) == [("05911000", Role.SUBJECT)]
