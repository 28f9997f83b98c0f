"""What a text is about when it does not say so, by all its words."""

from __future__ import annotations

from functools import lru_cache

from kb.ingest.annotate.linear import load
from kb.ingest.annotate.topic import TopicAnnotator
from kb.ingest.annotate.wording import FLOOR, TABLE, Wording
from tests.ingest.annotate.prepared import analyzer, prepared, vocabulary

CHURCH = (
    "Seit die Gemeinde keine Gottesdienste mehr feiert, stehen Altar und Bänke leer. Der Küster schließt nur noch zum "
    "Lüften auf. Nun ziehen Wohnungen und ein Nachbarschaftscafé in das Kirchenschiff, die Orgel wurde verkauft."
)
OTHER = "Die Kasse wurde geprüft. Der Vorstand wurde entlastet. Die Beiträge bleiben gleich. Das nächste Treffen ist im Mai. "


@lru_cache(maxsize=1)
def wording() -> Wording:
    return Wording(load(TABLE))


def test_a_text_of_which_no_word_is_known_says_nothing() -> None:
    assert wording().of(prepared("")) == {}
    assert wording().of(prepared("Und wieder Xqzwv.")) == {}


def test_the_part_that_speaks_most_of_a_topic_counts() -> None:
    assert next(iter(wording().of(prepared(CHURCH)))) == "umnutzung-von-kirchen"
    together = wording().of(prepared(OTHER * 20, OTHER * 8 + CHURCH + OTHER * 8, OTHER * 20))
    scattered = wording().of(prepared(*(f"{OTHER * 12}{sentence}." for sentence in CHURCH.split(". "))))
    assert FLOOR < scattered["umnutzung-von-kirchen"] < together["umnutzung-von-kirchen"]


def test_the_sentences_that_speak_for_it_are_shown_in_reading_order() -> None:
    text = prepared(f"{OTHER}{CHURCH}", OTHER)
    found = wording().telling(text, ["umnutzung-von-kirchen"], 2)["umnutzung-von-kirchen"]
    shown = [page.text[start:end] for page, start, end in found]
    assert len(shown) == 2
    assert shown == sorted(shown, key=text.pages[0].text.index)
    assert all(sentence in CHURCH for sentence in shown)


def test_a_topic_that_is_described_but_not_named_is_given_with_the_sentences_that_describe_it() -> None:
    assert "umnutz" not in CHURCH.lower()
    found = {one.value: one for one in TopicAnnotator(vocabulary(), analyzer()).annotate(prepared(f"{OTHER}{CHURCH}"))}
    church = found["umnutzung-von-kirchen"]
    assert church.confidence >= 0.5
    assert church.evidence
    assert all(one.sentence in CHURCH for one in church.evidence)


def test_the_table_that_ships_knows_the_topics_that_are_given() -> None:
    given = {one.id for one in vocabulary().topics() if not vocabulary().is_group(one.id)}
    assert set(load(TABLE).values) == given, "fit it anew: bench/fit_words.py --write"
