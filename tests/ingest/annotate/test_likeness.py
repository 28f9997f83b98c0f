"""How alike texts and topics are by all their words."""

from __future__ import annotations

from functools import lru_cache

import pytest

from kb.ingest.annotate.likeness import Likeness
from kb.vocabulary.concept import Topic
from tests.ingest.annotate.prepared import analyzer

TOPICS = (
    Topic(
        "radverkehr",
        "Radverkehr",
        ("Wege für Räder",),
        indicators=("Stadt", "Lenker"),
        definition="Fahren mit dem Rad.",
    ),
    Topic("stadtgruen", "Stadtgrün", ("Bäume in der Stadt",), indicators=("Stadt",), definition="Bäume und Parks."),
    Topic("leer", "Nichts"),
)


@lru_cache(maxsize=1)
def likeness() -> Likeness:
    return Likeness(TOPICS, analyzer())


def alike(text: str) -> dict[str, float]:
    return dict(likeness().of(analyzer().tokens(text)))


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Mit dem Rad kommt man auf diesen Wegen weit.", "radverkehr"),
        ("Die Lenker sind zu breit.", "radverkehr"),
        ("In der Stadt fehlen die Bäume.", "stadtgruen"),
        ("Der Straßenbaum ist krank.", "stadtgruen"),
    ],
)
def test_words_in_any_order_and_inside_compounds(text: str, topic: str) -> None:
    found = alike(text)
    assert next(iter(found)) == topic
    assert found[topic] == 1.0


def test_the_others_follow_in_order() -> None:
    values = list(alike("In der Stadt fehlen Bäume, mit dem Rad fährt man vorbei.").values())
    assert values == sorted(values, reverse=True)
    assert all(0 <= value <= 1 for value in values)


@pytest.mark.parametrize("text", ["", "Und der, die, das.", "Quittengelee schmeckt."])
def test_a_text_without_any_of_their_words_is_like_none(text: str) -> None:
    assert alike(text) == {}


def test_no_topics() -> None:
    assert Likeness((), analyzer()).of(analyzer().tokens("Ein Text.")) == {}


def test_a_word_of_many_topics_tells_less() -> None:
    topics = (
        Topic("radverkehr", "Radverkehr", indicators=("Stadt", "Lenker")),
        Topic("denkmal", "Denkmal", indicators=("Stadt", "Turm")),
        Topic("wochenmarkt", "Wochenmarkt", indicators=("Stadt", "Obst")),
    )
    found = Likeness(topics, analyzer()).of(analyzer().tokens("In der Stadt sind die Lenker breit."))
    assert found["radverkehr"] == 1.0
    assert 0 < found["denkmal"] < 0.4  # one of the two words, which would be about half if all told the same
