"""`kb analyze`, run as the command it is."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from kb.language.analyzer import german
from tests.cli.command import KB, answer, environment, kb

TEXTS = "Wohnungsbau Der und Bürger*innen Stadt Umbau Plan Ort Ende St\ufffddte Haus- und Marktplätze"
SAMPLE = ["Haus- und Hofflächen für Bürger:innen", "", "Leerstandsmanagement in Gütersloh — „Grün“ & Städ\u00adtebau"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the forms of the words below are known, so that no process has to read the dictionary."""
    folder = tmp_path_factory.mktemp("data")
    analyzer = german(cache=folder / "cache" / "forms")
    for text in (TEXTS, *SAMPLE):
        analyzer.tokens(text)
    analyzer.save()
    return folder


def test_json_shows_offsets_folding_stem_and_parts(data: Path) -> None:
    (word,) = answer("analyze", "Leerstandsmanagement", "--data", data)["words"]
    assert word["parts"] == ["Leerstand", "Management"]
    assert (word["from"], word["to"], word["text"]) == (0, 20, "Leerstandsmanagement")
    assert word["folded"] == word["stem"] == "leerstandsmanagement"


def test_lines_gives_an_object_for_every_line_in_order(tmp_path: Path, data: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("\n".join(SAMPLE) + "\n", encoding="utf-8")
    done = kb("analyze", "--lines", path, "--data", data)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [json.loads(line)["words"] for line in done.stdout.splitlines()]
    analyzer = german()
    assert len(lines) == len(SAMPLE)
    for text, words in zip(SAMPLE, lines, strict=True):
        tokens = analyzer.tokens(text)
        assert [(word["from"], word["to"]) for word in words] == [(start, end) for start, end, _ in tokens]
        assert [word["text"] for word in words] == [text[start:end] for start, end, _ in tokens]
        assert [tuple(word["parts"]) for word in words] == [form.parts for _, _, form in tokens]
        assert [word["stem"] for word in words] == [form.stem for _, _, form in tokens]


def test_a_stump_is_printed_with_the_word_it_stands_for_there(tmp_path: Path, data: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("Haus- und Hofflächen\nHaus- und Marktplätze\n", encoding="utf-8")
    done = kb("analyze", "--lines", path, "--data", data)
    stems = [json.loads(line)["words"][0]["stem"] for line in done.stdout.splitlines()]
    assert stems == ["hausfläche", "hausplatz"]


def test_second_run_uses_the_forms_of_the_first(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("\n".join(SAMPLE), encoding="utf-8")
    outputs = [kb("analyze", "--lines", path, "--data", tmp_path / "data").stdout for _ in range(2)]
    assert outputs[0] == outputs[1]
    assert (tmp_path / "data" / "cache" / "forms").is_file()


@pytest.mark.parametrize("arguments", [["analyze", "-"], ["analyze", "--lines", "-"]])
def test_standard_input(arguments: list[str], data: Path) -> None:
    done = subprocess.run(
        [*KB, *arguments, "--data", str(data)],
        input="Wohnungsbau\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environment(),
    )
    assert done.returncode == 0, done.stderr
    assert "Wohnung" in done.stdout


def test_table_for_people_marks_stop_words(tmp_path: Path) -> None:
    done = kb("analyze", "Der Wohnungsbau", "und Bürger*innen", cwd=tmp_path)
    assert done.returncode == 0
    assert "Wohnung|Bau" in done.stdout
    assert done.stdout.count("(stop word)") == 2
    assert list(tmp_path.iterdir()) == [], "looking at a word makes no data folder"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["analyze"], "nothing to analyze"),
        (["analyze", "Wort", "--lines", "x.txt"], "nothing to analyze"),
        (["analyze", "--lines", "absent.txt"], "absent.txt cannot be read"),
        (["analyze", "--lines", "."], "cannot be read"),
    ],
)
def test_bad_calls_are_told_in_a_sentence(arguments: list[str], message: str, tmp_path: Path) -> None:
    done = kb(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_bytes_that_are_no_utf8_are_replaced(tmp_path: Path, data: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_bytes("Städte".encode("latin-1") + b"\nStadt\n")
    done = kb("analyze", "--lines", path, "--data", data)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 2


def test_only_a_line_feed_ends_a_line(tmp_path: Path, data: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_bytes("Stadt\rUmbau\x0cPlan\u2028Ort\r\n\nEnde".encode())
    done = kb("analyze", "--lines", path, "--data", data)
    lines = [json.loads(line)["words"] for line in done.stdout.splitlines()]
    assert [[word["text"] for word in words] for words in lines] == [["Stadt", "Umbau", "Plan", "Ort"], [], ["Ende"]]
