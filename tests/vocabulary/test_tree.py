"""The vocabulary in memory: the tree, names, the file it is kept in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kb.vocabulary import Vocabulary, slug
from tests.vocabulary.skos import topic, write

GROUPS = [
    "wohnen", "innenstadt-und-zentren", "flaechen", "quartier-und-zusammenhalt", "umwelt", "mobilitaet", "baukultur",
    "verfahren-und-geld",
]  # fmt: skip


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.load()


def test_the_eight_groups_are_the_roots(vocabulary: Vocabulary) -> None:
    assert [root.id for root in vocabulary.roots()] == GROUPS
    assert all(vocabulary.is_group(root.id) for root in vocabulary.roots())


def test_every_id_is_the_slug_of_its_label(vocabulary: Vocabulary) -> None:
    assert [topic.id for topic in vocabulary.topics() if topic.id != slug(topic.label)] == []


def test_slugs_are_ascii() -> None:
    assert slug("Öffentlicher Raum & Straßen, Plätze!") == "oeffentlicher-raum-strassen-plaetze"


def test_above_and_below(vocabulary: Vocabulary) -> None:
    assert vocabulary.ancestors("teilrueckbau") == ("rueckbau", "wohnen")
    assert [topic.id for topic in vocabulary.narrower("umnutzung")] == ["umnutzung-von-kirchen", "umnutzung-von-zechen"]
    assert "teilrueckbau" in vocabulary.descendants("wohnen")
    assert [vocabulary.level(name) for name in ("wohnen", "rueckbau", "teilrueckbau")] == [0, 1, 2]


def test_a_topic_below_two_has_both_above(tmp_path: Path) -> None:
    text = (
        topic("a", "A") + topic("b", "B") + topic("c", "C", "skos:broader :a, :b") + topic("d", "D", "skos:broader :c")
    )
    vocabulary = Vocabulary.load(write(tmp_path, text))
    assert set(vocabulary.ancestors("d")) == {"a", "b", "c"}
    assert vocabulary.ancestors("d")[0] == "c"


def test_narrower_says_the_same_as_broader(tmp_path: Path) -> None:
    vocabulary = Vocabulary.load(write(tmp_path, topic("a", "A", "skos:narrower :b") + topic("b", "B")))
    assert vocabulary.ancestors("b") == ("a",)


def test_labels_of_everything_and_of_what_is_gone(vocabulary: Vocabulary) -> None:
    assert vocabulary.label("oepnv") == "ÖPNV"
    assert vocabulary.label("protokoll") == "Protokoll"
    assert vocabulary.label("stadtumbau-west") == "Stadtumbau West"
    assert vocabulary.label("gibt-es-nicht-mehr") == "gibt-es-nicht-mehr"


def test_an_unknown_topic_is_a_key_error(vocabulary: Vocabulary) -> None:
    with pytest.raises(KeyError):
        vocabulary.topic("gibt-es-nicht")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("isek", "isek"),
        ("SCHROTTIMMOBILIE", "problemimmobilien"),
        ("Immobilien- und Standortgemeinschaft (ISG)", "immobilien-und-standortgemeinschaft"),
        ("Verfügungsfond", "verfuegungsfonds"),
        ("verfuegungsfond", "verfuegungsfonds"),
        (" VERFUGUNGSFONDS", "verfuegungsfonds"),
        ("Hof- und Fassadenprogramm", "hof-und-fassadenprogramm"),
        ("", None),
        ("(ISG)", None),
        ("Raumfahrt", None),
    ],
)
def test_finding_a_topic_by_any_name(vocabulary: Vocabulary, name: str, found: str | None) -> None:
    topic_found = vocabulary.find(name)
    assert (topic_found.id if topic_found else None) == found


def test_programmes_have_years_and_successors(vocabulary: Vocabulary) -> None:
    west = vocabulary.programme("stadtumbau-west")
    assert (west.first_year, west.last_year, west.replaced_by) == (2004, 2016, ("stadtumbau",))
    assert west.years == "2004–2016"
    assert vocabulary.programme("lebendige-zentren").years == "seit 2020"
    small = vocabulary.programme("kleinere-staedte-und-gemeinden")
    assert len(small.replaced_by) == 3


def test_kinds_come_in_the_files_order(vocabulary: Vocabulary) -> None:
    kinds = [kind.id for kind in vocabulary.kinds()]
    assert (kinds[0], kinds[-1], len(kinds)) == ("protokoll", "sonstiges", 15)
    assert vocabulary.kind("leitfaden").plural == "Leitfäden"


def test_labels_of_other_languages_count_only_where_there_is_no_german(tmp_path: Path) -> None:
    text = topic("a", "Park", 'skos:prefLabel "park"@en') + ':b skos:prefLabel "mall"@en ; skos:definition "x"@en .\n'
    vocabulary = Vocabulary.load(write(tmp_path, text))
    assert [vocabulary.label(name) for name in ("a", "b")] == ["Park", "mall"]


def test_a_change_of_a_file_changes_the_version(tmp_path: Path) -> None:
    before = Vocabulary.load(write(tmp_path, topic("a", "A"))).version
    after = Vocabulary.load(write(tmp_path, topic("a", "B")))
    assert after.version != before
    assert after.label("a") == "B"


def test_the_kept_file_gives_the_same_vocabulary(tmp_path: Path) -> None:
    cache = tmp_path / "data" / "vocabulary.json"
    first = Vocabulary.load(cache=cache)
    kept = json.loads(cache.read_text(encoding="utf-8"))
    kept["topics"][0]["label"] = "Aus der Datei"
    copy = tmp_path / "copy.json"
    copy.write_text(json.dumps(kept), encoding="utf-8")
    second = Vocabulary.load(cache=copy)
    assert second.topics()[0].label == "Aus der Datei"
    assert second.topics()[1:] == first.topics()[1:]
    assert (second.programmes(), second.kinds()) == (first.programmes(), first.kinds())


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 0}', '{"format": 3, "version": "alt", "topics": []}'])
def test_a_damaged_or_old_kept_file_is_made_anew(tmp_path: Path, content: str) -> None:
    cache = tmp_path / "vocabulary.json"
    cache.write_text(content, encoding="utf-8")
    assert len(Vocabulary.load(cache=cache).topics()) >= 60
    assert len(json.loads(cache.read_text(encoding="utf-8"))["topics"]) >= 60


def test_a_kept_file_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    assert len(Vocabulary.load(cache=blocked / "vocabulary.json").topics()) >= 60
