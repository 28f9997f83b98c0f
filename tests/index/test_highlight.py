"""Marks and scores of passages: looking at many documents at once, or near a word only, finds what looking at all does."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from kb.index.forward import StoredDocument, checksum, passages_with
from kb.index.highlight import Concept, Marker
from kb.index.schema import entry_of, term
from kb.language.folding import fold
from tests.index.sample import analyzer, record

WORDS = [
    "alte",
    "Zeche",
    "z.",
    "B.",
    "die",
    "Alte",
    "Haus-",
    "und",
    "Hofflächen",
    "–",
    "§",
    "12",
    "a",
    "Zechen",
    "Stadt,",
]


def stored(identifier: str, *texts: str) -> StoredDocument:
    return StoredDocument(entry_of(record(identifier, *texts), analyzer()).stored)


def texts(dice: random.Random, most: int) -> list[str]:
    return [" ".join(dice.choices(WORDS, k=dice.randint(1, most))) for _ in range(dice.randint(0, 4))]


@pytest.mark.parametrize("most", [0, 60, 4000])
def test_documents_looked_through_together_have_what_each_has_alone(most: int) -> None:
    dice = random.Random(most)
    documents = [stored(f"d{number}", *texts(dice, 40)) for number in range(12)]
    sums = [checksum(name) for name in ("zech", "alt", "stadt", "hofflach", "nirgends")]
    expected: list[set[int]] = [set() for _ in sums]
    start = 0
    for document in documents:
        for found, one in zip(expected, sums, strict=True):
            found.update(start + index for index in document.occurrences(one)[::3])
        start += document.count
    assert [set(found.tolist()) for found in passages_with(documents, sums, most)] == expected
    assert any(expected)


@given(
    st.lists(st.tuples(st.sampled_from([*WORDS, "eis", "Reis"]), st.sampled_from([" ", "\n", "-", ", "])), max_size=12)
)
def test_every_place_of_a_word_is_marked_whatever_stands_before_it(pieces: list[tuple[str, str]]) -> None:
    text = "Anfang " + "".join(map("".join, pieces))
    for wanted in ("alte", "zeche", "eis"):
        accepts = Concept(1.0, accepts=lambda found, wanted=wanted: {one for one in found if one == wanted})
        places = [one.span() for one in re.finditer(r"\w+(?:-\w+)*", text) if fold(one[0]) == wanted]
        marked = [passage.highlights for passage in Marker([accepts], analyzer()).best(stored("a", text))]
        assert [span for one in marked for span in one] == places


def sequence(*words: str, slop: int = 0) -> Concept:
    forms = [analyzer().form(word) for word in words]
    stems = tuple(dict.fromkeys(term(form.stem) for form in forms if not form.stop))
    return Concept(1.0, ((1.0, stems),), sequence=tuple(term(form.folded) for form in forms), slop=slop)


@given(st.lists(st.sampled_from(WORDS), max_size=60), st.integers(0, 3))
def test_a_phrase_is_marked_near_its_words_as_in_the_whole_text(words: list[str], slop: int) -> None:
    text = " ".join(["Anfang", *words])
    for phrase in (("alte", "Zeche"), ("die", "alte", "Zeche"), ("Zechen", "und")):
        everywhere = Concept(1.0, sequence=sequence(*phrase).sequence, slop=slop)
        document = stored("a", text)
        [near] = Marker([sequence(*phrase, slop=slop)], analyzer()).best(document)
        [whole] = Marker([everywhere], analyzer()).best(document)
        assert near.highlights == whole.highlights


@given(
    st.lists(st.sampled_from([*WORDS, "Foerderung", "Zeche-Nord", "AEBC", "Straße", "ZECHE", "zecheae"]), max_size=40)
)
def test_length_and_first_letter_rule_out_no_word_that_is_accepted(words: list[str]) -> None:
    text = " ".join(["Anfang", *words])
    for wanted in ("zeche", "forderung", "strasse"):

        def near(found: set[str], wanted: str = wanted) -> set[str]:
            return {one for one in found if OSA.distance(one, wanted) <= 1}

        def begins(found: set[str], wanted: str = wanted) -> set[str]:
            return {one for one in found if one.startswith(wanted[:4])}

        narrow = [
            Concept(1.0, accepts=near, shortest=len(wanted) - 1, longest=len(wanted) + 1),
            Concept(1.0, accepts=begins, shortest=4, initial=wanted[0]),
        ]
        for concept, free in zip(narrow, (Concept(1.0, accepts=near), Concept(1.0, accepts=begins)), strict=True):
            marked = [Marker([one], analyzer()).best(stored("a", text))[0].highlights for one in (concept, free)]
            assert marked[0] == marked[1]
        assert near({fold(wanted)})
