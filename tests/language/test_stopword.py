"""The stop word lists: each says why it is there, and holds nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb import resource
from kb.language.wordlist import read_words

LISTS = sorted(resource.folder("stopwords").glob("*.txt"))


def test_there_are_a_general_and_an_administrative_list() -> None:
    assert {"german.txt", "administration.txt"} <= {path.name for path in LISTS}


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.name)
def test_a_list_gives_its_reason_and_each_word_once(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    words = [line for line in lines if not line.startswith("#")]
    assert lines[0].startswith("# ")
    assert any(line.startswith("# Reason:") for line in lines)
    assert words == sorted(set(words))
    assert all(word == word.lower().strip() and word for word in words)
    assert read_words(path) == set(words)


def test_no_word_stands_in_two_lists() -> None:
    words = [word for path in LISTS for word in read_words(path)]
    assert len(words) == len(set(words))


def test_comments_and_blank_lines_are_no_words(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("# head\n\nEins # why\n  zwei\n", encoding="utf-8")
    assert read_words(path) == {"eins", "zwei"}
