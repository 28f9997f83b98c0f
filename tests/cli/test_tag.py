"""`kb tag`: files and lines, JSON, bad lines, exit codes. The real command in a process of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import kb

TEXT = "Die Stadt Werl kämpft gegen den Ladenleerstand. Ladenlokale in Werl stehen leer. In Essen auch."


def lines(path: Path, *rows: object) -> Path:
    """A file with these rows, text as it is."""
    path.write_text(
        "\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows), "utf-8"
    )
    return path


def test_lines_as_json(tmp_path: Path) -> None:
    file = lines(
        tmp_path / "texts.jsonl", {"id": "a", "title": "Leerstand", "text": TEXT}, "", {"id": 2, "text": "Nichts."}
    )
    done = kb("tag", "--lines", file, "--json", "--data", tmp_path / "data")
    assert done.returncode == 0, done.stderr
    first, second = map(json.loads, done.stdout.splitlines())
    assert list(first) == ["id", "kind", "date", "topics", "municipalities"]
    assert (first["id"], second["id"]) == ("a", 2)
    assert set(first["kind"]) == {"value", "confidence"}
    werl, essen = first["municipalities"]
    assert list(werl) == ["ags", "name", "role", "confidence", "evidence"]
    assert (werl["ags"], werl["name"], essen["ags"]) == ("05974052", "Werl", "05113000")
    assert werl["role"] in ("owner", "subject", "mention")
    assert [(one["page"], TEXT[one["from"] : one["to"]]) for one in werl["evidence"]] == [(1, "Werl"), (1, "Werl")]
    assert werl["evidence"][1]["sentence"] == "Ladenlokale in Werl stehen leer."
    topic = next(one for one in first["topics"] if one["id"] == "ladenleerstand")
    assert list(topic) == ["id", "label", "confidence", "evidence"]
    assert list(topic["evidence"][0]) == ["page", "sentence"]
    assert second["municipalities"] == second["topics"] == []


BAD = (
    "kein JSON",
    "[1, 2]",
    '{"id": "x"}',
    '{"text": "ohne id"}',
    '{"id": null, "text": "x"}',
    '{"id": "x", "text": 5}',
    '{"id": "x", "title": [], "text": "x"}',
    "[" * 100_000,
)


def test_bad_lines_are_named_and_the_others_are_tagged(tmp_path: Path) -> None:
    file = lines(tmp_path / "texts.jsonl", {"id": "a", "text": "Eins"}, *BAD, {"id": "b", "text": "Zwei"})
    done = kb("tag", "--lines", file, "--json", "--data", tmp_path / "data")
    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["a", "b"]
    complaints = done.stderr.splitlines()
    assert [f"line {number}:" in line for number, line in enumerate(complaints, start=2)] == [True] * len(BAD)


def test_odd_characters_keep_the_offsets(tmp_path: Path) -> None:
    text = "Ein 🙂 und \\ud800 halbes Zeichen vor Werl\\u0000."
    file = tmp_path / "texts.jsonl"
    file.write_text(f'{{"id": "\\ud800", "title": null, "text": "{text}"}}\n', "utf-8")
    done = kb("tag", "--lines", file, "--json", "--data", tmp_path / "data")
    assert done.returncode == 0, done.stderr
    (town,) = json.loads(done.stdout)["municipalities"]
    (evidence,) = town["evidence"]
    assert json.loads(f'"{text}"')[evidence["from"] : evidence["to"]] == "Werl"


def test_files(tmp_path: Path) -> None:
    good, empty = tmp_path / "bericht.txt", tmp_path / "leer.pdf"
    good.write_text(TEXT, "utf-8")
    empty.write_bytes(b"")
    done = kb("tag", good, empty, "--json", "--data", tmp_path / "data")
    assert done.returncode == 1
    assert "leer.pdf" in done.stderr
    made = {row["id"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert [town["name"] for town in made[str(good)]["municipalities"]] == ["Werl", "Essen"]


def test_people_read_a_listing(tmp_path: Path) -> None:
    good = tmp_path / "bericht.txt"
    good.write_text(TEXT, "utf-8")
    done = kb("tag", good, "--data", tmp_path / "data")
    assert done.returncode == 0, done.stderr
    assert "municipality  Werl" in done.stdout
    assert "topic         Ladenleerstand" in done.stdout


@pytest.mark.parametrize("arguments", [[], ["x.txt", "--lines", "y.jsonl"], ["--lines", "gibt-es-nicht.jsonl"]])
def test_a_call_that_cannot_be_carried_out(tmp_path: Path, arguments: list[str]) -> None:
    done = kb("tag", *arguments, "--data", tmp_path / "data", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("kb: ")
    assert "Traceback" not in done.stderr
