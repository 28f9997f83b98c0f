"""What the thesaurus adds to a search, with the real analyzer and the real vocabulary."""

from __future__ import annotations

import pytest

from kb.language.analyzer import Analyzer, german
from kb.vocabulary import Addition, Vocabulary
from kb.vocabulary.matcher import Phrase, PhraseMatcher


@pytest.fixture(scope="module")
def words() -> Analyzer:
    return german()


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.load()


def terms(additions: tuple[Addition, ...], relation: str = "") -> set[str]:
    return {addition.term for addition in additions if relation in ("", addition.relation)}


@pytest.mark.parametrize(
    ("search", "added"),
    [
        ("Schrottimmobilie", "Problemimmobilien"),
        ("schrottimmobilien", "Problemimmobilien"),
        ("hofflächenprogramm", "Hof- und Fassadenprogramm"),
        ("Verfügungsfond Richtlinie", "Verfügungsfonds"),
        ("abriss", "Rückbau"),
        ("171b", "Fördergebiet"),
        ("isg", "Immobilien- und Standortgemeinschaft"),
        ("öpnv", "Nahverkehr"),
        ("leere Ladenlokale", "Ladenleerstand"),
        ("duesseldorf karstadt umnutzung", "Nachnutzung von Warenhäusern"),
    ],
)
def test_other_names_are_added(vocabulary: Vocabulary, words: Analyzer, search: str, added: str) -> None:
    assert added in terms(vocabulary.expansions(search, words), "alternative")


def test_narrower_and_related_topics_are_added_for_a_preferred_name(vocabulary: Vocabulary, words: Analyzer) -> None:
    found = vocabulary.expansions("Umnutzung", words)
    assert terms(found, "related") >= {"Denkmalschutz", "Nachnutzung von Warenhäusern"}
    assert "Schwammstadt" in terms(vocabulary.expansions("Klimaanpassung", words), "narrower")


def test_an_addition_names_the_word_it_was_made_for(vocabulary: Vocabulary, words: Analyzer) -> None:
    search = "Richtlinie für das Hofprogramm"
    found = [addition for addition in vocabulary.expansions(search, words) if addition.term == "Fassadenprogramm"]
    assert [(one.word, search[one.start : one.end], one.topic) for one in found] == [
        ("Hofprogramm", "Hofprogramm", "hof-und-fassadenprogramm")
    ]


def test_a_name_of_several_words_counts_as_a_whole(vocabulary: Vocabulary, words: Analyzer) -> None:
    found = vocabulary.expansions("Kunst im öffentlichen Raum", words)
    assert {addition.topic for addition in found} == {"kunst"}


def test_a_word_inside_a_compound_is_not_expanded(vocabulary: Vocabulary, words: Analyzer) -> None:
    assert "Stadtgrün" not in terms(vocabulary.expansions("Parkhaus", words))


def test_what_the_search_finds_anyway_is_not_added(vocabulary: Vocabulary, words: Analyzer) -> None:
    assert "Gebäuderückbau" not in terms(vocabulary.expansions("Rückbau", words))


def test_misspellings_are_never_added(vocabulary: Vocabulary, words: Analyzer) -> None:
    hidden = {name for topic in vocabulary.topics() for name in topic.hidden}
    for topic in vocabulary.topics():
        assert not hidden & terms(vocabulary.expansions(topic.label, words))


@pytest.mark.parametrize("search", ["", "   ", "Raumfahrt", "und", "!!!", "„", "a" * 500])
def test_nothing_is_added_to_what_no_topic_is_called(vocabulary: Vocabulary, words: Analyzer, search: str) -> None:
    assert vocabulary.expansions(search, words) == ()


def test_at_most_a_dozen_terms_are_added(vocabulary: Vocabulary, words: Analyzer) -> None:
    everything = " ".join(topic.label for topic in vocabulary.topics())
    assert len(vocabulary.expansions(everything, words)) == 12


def found_in(text: str, phrase: str, words: Analyzer, *, strict: bool = False) -> bool:
    matcher = PhraseMatcher([Phrase(phrase, "x", strict)], words)
    return bool(matcher.matches(text, words.tokens(text)))


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("Leerstandsmanagement", "das Wohnungsleerstandsmanagement der Stadt", True),
        ("Fassadenprogramm", "Haus- und Fassadenprogramme", True),
        ("leerstehende Ladenlokale", "die vielen leerstehenden kleinen Ladenlokale", True),
        ("leerstehende Ladenlokale", "leerstehende Häuser, daneben ein neues und sehr gut gehendes Ladenlokal", False),
        ("leerstehende Ladenlokale", "Es war leerstehend. Ladenlokale gibt es hier.", False),
        ("ISG", "die ISG Nordstadt", True),
        ("ISG", "der isg", False),
        ("§ 177", "nach § 177 Abs. 1 BauGB", True),
        ("§ 177", "insgesamt 177 Wohnungen", False),
    ],
)
def test_phrases_fit_inflected_compound_and_spread_words(
    words: Analyzer, phrase: str, text: str, expected: bool
) -> None:
    assert found_in(text, phrase, words) is expected


@pytest.mark.parametrize(
    ("text", "expected"), [("des Parks", ["park"]), ("das Parken", ["parken"]), ("Zechenpark", ["park"])]
)
def test_of_phrases_with_one_stem_the_one_that_is_written_fits(words: Analyzer, text: str, expected: list[str]) -> None:
    matcher = PhraseMatcher([Phrase("Parken", "parken"), Phrase("Park", "park")], words)
    assert [match.entry.value for match in matcher.matches(text, words.tokens(text))] == expected


def test_a_strict_phrase_allows_no_gap(words: Analyzer) -> None:
    assert found_in("in direkter Nachbarschaft", "in direkter Nachbarschaft", words, strict=True)
    assert not found_in("in ganz direkter Nachbarschaft", "in direkter Nachbarschaft", words, strict=True)
