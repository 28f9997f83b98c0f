"""Tables of words: the arithmetic, and what is said of a damaged one."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from kb.errors import VocabularyError
from kb.ingest.annotate.linear import Model, load, read

TABLE = "# a comment\nvalues\tkirche\tpark\nbias\t-1\t-0.5\nglock\t2\t0:3 1:-1\nturm\t1\t0:1\n"


def table(tmp_path: Path, text: str = TABLE) -> Model:
    (tmp_path / "words.tsv").write_text(text, encoding="utf-8")
    return read(tmp_path / "words.tsv")


def test_the_margin_is_bias_and_weighted_words_of_unit_length(tmp_path: Path) -> None:
    model = table(tmp_path)
    assert model.values == ("kirche", "park")
    bell, tower = (1 + math.log(2)) * 2, 1.0
    length = math.hypot(bell, tower)
    margins = model.margins([model.words["glock"], model.words["turm"], model.words["glock"]])
    assert margins == pytest.approx([-1 + (3 * bell + tower) / length, -0.5 - bell / length])


def test_without_words_there_is_the_bias_alone(tmp_path: Path) -> None:
    assert table(tmp_path).margins([]) == pytest.approx([-1, -0.5])


def test_another_table_has_another_version(tmp_path: Path) -> None:
    assert table(tmp_path).version == table(tmp_path).version
    assert table(tmp_path).version != table(tmp_path, TABLE.replace("0:3", "0:4")).version


@pytest.mark.parametrize(
    "text",
    [
        "",
        "values\ta\n",
        "values\ta\nbias\t1\t2\nwort\t1\t0:1\n",
        "values\ta\nbias\tx\n",
        "values\ta\nbias\t1\nwort\t1\n",
        "values\ta\nbias\t1\nwort\t1\t3:1\n",
        "values\ta\nbias\t1\nwort\t1\t0-1\n",
        "values\ta\nbias\t1\nwort\t1\t-1:1\n",
        "values\ta\nbias\tnan\nwort\t1\t0:1\n",
        "bias\t1\nvalues\ta\nwort\t1\t0:1\n",
    ],
)
def test_a_damaged_table_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(VocabularyError, match=r"words\.tsv.*install kb again"):
        table(tmp_path, text)


def test_a_missing_table_is_named() -> None:
    with pytest.raises(VocabularyError, match=r"no_such_table\.tsv"):
        load("no_such_table.tsv")
