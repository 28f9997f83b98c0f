"""What is wrong with vocabulary files, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb import resource
from kb.errors import InputError, VocabularyError
from kb.vocabulary import Vocabulary
from kb.vocabulary.check import check
from kb.vocabulary.concept import Problem
from kb.vocabulary.tree import FILES
from tests.vocabulary.skos import HEAD, topic, write


def problems(tmp_path: Path, text: str) -> list[Problem]:
    """The problems of one Turtle file."""
    file = tmp_path / "topics.ttl"
    file.write_text(HEAD + text, encoding="utf-8")
    return check([file])[1]


def codes(found: list[Problem]) -> list[str]:
    return [problem.code for problem in found]


def test_the_vocabulary_that_ships_has_no_errors_and_no_warnings() -> None:
    folder = resource.folder("vocabulary")
    content, found = check(folder / name for name in FILES)
    assert found == []
    assert len(content.topics) >= 60
    assert len(content.kinds) == 15


def test_a_circle_is_found_once_and_shown_whole(tmp_path: Path) -> None:
    text = topic("a", "A", "skos:broader :b") + topic("b", "B", "skos:broader :c") + topic("c", "C", "skos:broader :a")
    found = problems(tmp_path, text)
    assert codes(found) == ["circle"]
    assert "a → b → c → a" in found[0].message
    assert found[0].line == 5


def test_a_topic_above_itself_is_a_circle(tmp_path: Path) -> None:
    assert codes(problems(tmp_path, topic("a", "A", "skos:broader :a"))) == ["circle"]


def test_a_circle_through_narrower_is_a_circle_too(tmp_path: Path) -> None:
    text = topic("a", "A", "skos:narrower :b") + topic("b", "B", "skos:narrower :a")
    assert codes(problems(tmp_path, text)) == ["circle"]


def test_two_paths_to_the_same_topic_are_no_circle(tmp_path: Path) -> None:
    text = (
        topic("a", "A", "skos:broader :b, :c") + topic("b", "B", "skos:broader :d") + topic("c", "C", "skos:broader :d")
    )
    assert problems(tmp_path, text + topic("d", "D")) == []


def test_a_chain_of_thousands_does_not_exhaust_the_stack(tmp_path: Path) -> None:
    text = "".join(topic(f"t{n}", f"Thema {n}", f"skos:broader :t{n + 1}") for n in range(3000)) + topic(
        "t3000", "Ende"
    )
    assert problems(tmp_path, text) == []


@pytest.mark.parametrize("other", ["Flächenpool", "flächenpool", "Flaechenpool"])
def test_the_same_label_on_two_topics_is_found_however_it_is_written(tmp_path: Path, other: str) -> None:
    spelled = other.replace("ae", "ä")
    text = topic("a", "Flächenpool") + topic("b", "B", f'skos:altLabel "{spelled}"@de')
    found = problems(tmp_path, text)
    assert codes(found) == ["doubled label"]
    assert found[0].line == 6


def test_a_topic_may_repeat_its_own_label(tmp_path: Path) -> None:
    assert problems(tmp_path, topic("a", "Abriß", 'skos:hiddenLabel "Abriss"@de')) == []


def test_a_topic_without_label_is_found(tmp_path: Path) -> None:
    found = problems(tmp_path, ':a a skos:Concept ; skos:altLabel "A"@de ; skos:definition "x"@de .\n')
    assert codes(found) == ["no label"]


def test_a_second_preferred_label_is_found(tmp_path: Path) -> None:
    assert codes(problems(tmp_path, topic("a", "A", 'skos:prefLabel "Aa"@de'))) == ["preferred labels"]


@pytest.mark.parametrize("relation", ["broader", "related", "narrower"])
def test_a_pointer_into_the_void_is_found(tmp_path: Path, relation: str) -> None:
    found = problems(tmp_path, topic("a", "A", f"skos:{relation} :nirgends"))
    assert codes(found) == ["dangling"]
    assert "nirgends" in found[0].message


def test_a_missing_definition_is_a_warning_only(tmp_path: Path) -> None:
    found = problems(tmp_path, ':a a skos:Concept ; skos:prefLabel "A"@de .\n')
    assert [(problem.code, problem.warning) for problem in found] == [("no definition", True)]


def test_broken_syntax_is_named_with_its_line(tmp_path: Path) -> None:
    found = problems(tmp_path, topic("a", "A") + ":b skos:prefLabel oh nein .\n")
    assert codes(found) == ["syntax"]
    assert found[0].line == 6


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"hallo", b"", b"@prefix : <urn:x:> .\n:a :b " + b"[" * 3000])
def test_a_file_that_is_no_vocabulary_is_a_problem_not_a_crash(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "kaputt.ttl"
    file.write_bytes(content)
    found = check([file])[1]
    assert len(found) == 1
    assert str(file) in str(found[0])


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nicht_da\.ttl"):
        check([tmp_path / "nicht_da.ttl"])


def test_a_programme_that_ends_before_it_begins_is_found(tmp_path: Path) -> None:
    text = ':p kb:firstYear "2020" ; kb:lastYear "2010" ; skos:prefLabel "P"@de ; skos:definition "x"@de .\n'
    assert codes(problems(tmp_path, text)) == ["years"]


@pytest.mark.parametrize(
    ("text", "line"),
    [('[[kind]]\nid = "a"\nsingular = \n', 3), ('[[kind]]\nid = "a"\nsingular = "A"\n', 0), ("kind = 3\n", 0)],
)
def test_broken_kinds_are_found(tmp_path: Path, text: str, line: int) -> None:
    file = tmp_path / "kinds.toml"
    file.write_text(text, encoding="utf-8")
    found = check([file])[1]
    assert [problem.line for problem in found] == [line]


def test_two_kinds_with_one_name_are_found(tmp_path: Path) -> None:
    file = tmp_path / "kinds.toml"
    file.write_text('[[kind]]\nid = "a"\nsingular = "A"\nplural = "As"\n' * 2, encoding="utf-8")
    assert codes(check([file])[1]) == ["doubled label"]


def test_loading_a_vocabulary_with_errors_lists_them_all(tmp_path: Path) -> None:
    write(tmp_path, topic("a", "A", "skos:broader :a", "skos:related :nirgends") + topic("b", "a"))
    with pytest.raises(VocabularyError) as caught:
        Vocabulary.load(tmp_path)
    message = str(caught.value)
    assert "circle" in message
    assert "nirgends" in message
    assert "also a label" in message
