"""Learning from corrections: on a real catalog, with the real matcher, models only where they are better."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kb.catalog import annotation, document, source
from kb.catalog.annotation import Correction, Decision
from kb.errors import VocabularyError
from kb.ingest.annotate import learned
from kb.ingest.annotate.learned import load, log_odds, weigh
from kb.model import Facet, Origin
from kb.services import Services
from kb.settings import Settings
from tests.cli.command import answer, kb

PLACES = ("Altena", "Krefeld", "Hamm", "Siegen", "Werdohl", "Bochum", "Remscheid", "Gladbeck", "Arnsberg", "Dortmund")
# The matcher sees the topic in both; only the second half of the sentence tells them apart.
ABOUT = (
    "Die Stadt {place} handelt: Parken in der Innenstadt wird neu geordnet, Stellplätze und Gebühren werden beraten."
)
BESIDE = (
    "In {place} gab es beim Parkhaus auf dem Parkplatz ein Konzert mit Chor und Blaskapelle, die Zuhörer klatschten."
)


def taken_in(tmp_path: Path) -> Services:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for index, place in enumerate(PLACES):
        (corpus / f"an {index}.txt").write_text(ABOUT.format(place=place) * 2, encoding="utf-8")
        (corpus / f"bei {index}.txt").write_text(BESIDE.format(place=place) * 2, encoding="utf-8")
    services = Services(Settings(data=str(tmp_path / "data")))
    services.ingest([corpus])
    return services


def test_a_topic_is_learned_from_corrections_and_shown_as_learned(tmp_path: Path) -> None:
    services = taken_in(tmp_path)
    assert services.train().verdicts == ()
    with services.catalog.read() as connection:
        files = source.all_of(connection)
        topics = {tag.value for one in files.values() for tag in annotation.annotations_of(connection, one.document_id)}
    topic = next(one for one in ("parken", "parkraumbewirtschaftung", "ruhender-verkehr") if one in topics)
    with services.catalog.write() as connection:
        for path, one in files.items():
            is_about = Path(path).name.startswith("an")
            decision = Decision.ACCEPTED if is_about else Decision.REJECTED
            annotation.correct(connection, Correction(one.document_id, Facet.TOPIC, topic, decision), datetime.now(UTC))
            document.refresh(connection, one.document_id)
    lesson = services.train()
    (verdict,) = lesson.verdicts
    assert verdict.examples == 20
    assert verdict.f1 is not None and verdict.matcher_f1 is not None
    assert verdict.is_on == (verdict.f1 > verdict.matcher_f1 + 0.02)
    assert verdict.is_on
    assert load(services.models) == lesson.learned

    (tmp_path / "corpus" / "neu.txt").write_text(BESIDE.format(place="Lünen") * 3, encoding="utf-8")
    again = Services(Settings(data=str(tmp_path / "data")))
    again.ingest([tmp_path / "corpus"])
    with again.catalog.read() as connection:
        new = next(one for path, one in source.all_of(connection).items() if path.endswith("neu.txt"))
        made = annotation.annotations_of(connection, new.document_id)
        old = next(one for path, one in source.all_of(connection).items() if path.endswith("an 0.txt"))
        learned_tag = next(tag for tag in annotation.annotations_of(connection, old.document_id) if tag.value == topic)
    assert not any(annotation.is_shown(tag) for tag in made if tag.value == topic)
    assert learned_tag.origin is Origin.MODEL
    assert learned_tag.version == lesson.learned.version
    assert learned_tag.evidence
    table = kb("train", "--dry-run", "--data", tmp_path / "data").stdout
    assert topic in table and " on" in table


def test_few_corrections_teach_nothing(tmp_path: Path) -> None:
    services = taken_in(tmp_path)
    with services.catalog.write() as connection:
        one = document.all_of(connection)[0]
        annotation.correct(connection, Correction(one.id, Facet.TOPIC, "parken", Decision.REJECTED), datetime.now(UTC))
    (verdict,) = services.train().verdicts
    assert not verdict.is_on
    assert "needs 12 decisions" in verdict.reason


def test_the_review_command_decides(tmp_path: Path) -> None:
    services = taken_in(tmp_path)
    data = tmp_path / "data"
    with services.catalog.read() as connection:
        one = document.all_of(connection)[0]
    assert kb("review", "add", one.id, "topic", "Verfügungsfonds", "--by", "Office", "--data", data).returncode == 0
    assert kb("review", "reject", one.id, "municipality", "Altena", "--data", data).returncode == 0
    with services.catalog.read() as connection:
        view = document.view(connection, one.id)
    assert view is not None
    assert "verfuegungsfonds" in view.values(Facet.TOPIC)
    found = answer("search", "", "--topic", "verfuegungsfonds", "--data", data)
    assert [hit["document"] for hit in found["hits"]] == [one.id]
    for wrong in (
        ["add", one.id, "topic", "Unsinn"],
        ["add", "0000", "topic", "Verfügungsfonds"],
        ["add", one.id, "topic"],
        ["add", one.id, "date", "gestern"],
    ):
        done = kb("review", *wrong, "--data", data)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
    queue = answer("review", "--data", data)["doubts"]
    assert all(0.15 <= doubt["confidence"] < 0.95 for doubt in queue)


def test_a_model_file_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "topics.json"
    assert load(path) is None
    for text in ("", "[]", '{"topics": {"a": {}}, "idf": {}, "version": "1"}'):
        path.write_text(text)
        with pytest.raises(VocabularyError, match="kb train"):
            load(path)


def test_features_have_unit_length_and_log_odds_are_kept_finite() -> None:
    weights = weigh({"a": 3, "b": 1, "unknown": 9}, {"a": 1.0, "b": 2.0})
    assert abs(sum(weight**2 for weight in weights.values()) - 1) < 1e-9
    assert set(weights) == {"a", "b"}
    assert weigh({}, {"a": 1.0}) == {}
    assert log_odds(0.0) == -4.0
    assert log_odds(1.0) == 4.0
    assert log_odds(0.5) == 0.0
    assert learned.terms_of([]) == {}
