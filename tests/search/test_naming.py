"""What values of facets are called, and where topics stand."""

from __future__ import annotations

from functools import lru_cache

from kb.search.naming import Names
from kb.vocabulary import Vocabulary


@lru_cache(maxsize=1)
def names() -> Names:
    return Names(Vocabulary.load())


def test_topics_stand_below_the_first_above_them() -> None:
    places = names().places
    for topic in Vocabulary.load().topics():
        place, level = places[topic.id]
        assert (level == 0) == (not topic.broader)
        assert any(places[above][0] < place and places[above][1] == level - 1 for above in topic.broader) or not level


def test_what_nobody_knows_stands_last_under_its_own_name() -> None:
    assert names().label("topic", "raumfahrt") == "raumfahrt"
    assert names().places["raumfahrt"] == (len(Vocabulary.load().topics()), 0)


def test_what_addresses_name_is_not_kept_for_good() -> None:
    labels, places = names().labels("topic"), names().places
    known = len(places)
    for number in range(25_000):
        assert labels[f"x{number}"] == f"x{number}"
        assert places[f"x{number}"] == (known, 0)
    assert len(labels) <= 10_000
    assert len(places) == known
    assert labels["rueckbau"] == "Rückbau"
