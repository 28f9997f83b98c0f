"""`kb search` on the sample corpus: the JSON that programs read, either engine, bad input."""

from pathlib import Path

import pytest

from tests.cli.command import answer, kb

HIT = {"document", "title", "kind", "municipalities", "year", "score", "passages"}


@pytest.mark.parametrize("engine", ["tantivy", "whoosh"])
def test_json(installation: Path, engine: str) -> None:
    results = answer("search", "Leerstand", "--data", installation, "--engine", engine)
    assert results["total"] >= 5
    assert results["milliseconds"] > 0
    assert len(results["hits"]) == min(10, results["total"])
    for hit in results["hits"]:
        assert set(hit) == HIT
        for passage in hit["passages"]:
            assert passage["page"] >= 1
            assert all(0 <= start < end <= len(passage["text"]) for start, end in passage["highlights"])
    assert any(passage["highlights"] for hit in results["hits"] for passage in hit["passages"])
    assert {"topic", "municipality", "kind", "year", "regbez"} <= set(results["facets"])
    for rows in results["facets"].values():
        assert all(set(row) == {"value", "label", "count"} for row in rows)
        assert all(row["count"] <= results["total"] for row in rows)


def test_spellings_find_the_same(installation: Path) -> None:
    def found(text: str) -> set[str]:
        hits = answer("search", text, "--data", installation, "--limit", "100")["hits"]
        return {hit["document"] for hit in hits}

    plain = found("Leerstand")
    assert found("leerstaende") == plain
    assert found("LEERSTÄNDE") == plain
    assert len(found("Wohnungsleerstand") & plain) >= 3


def test_filters_narrow_to_their_count(installation: Path) -> None:
    everything = answer("search", "Leerstand", "--data", installation)
    row = everything["facets"]["kind"][0]
    narrowed = answer("search", "Leerstand", "--kind", row["label"], "--data", installation)
    assert narrowed["total"] == row["count"]
    assert {hit["kind"] for hit in narrowed["hits"]} == {row["value"]}
    year = everything["facets"]["year"][0]
    assert answer("search", "Leerstand", "--year", year["value"], "--data", installation)["total"] == year["count"]


def test_pages_follow_each_other(installation: Path) -> None:
    first = answer("search", "Stadt", "--limit", "5", "--data", installation)
    second = answer("search", "Stadt", "--limit", "5", "--page", "2", "--data", installation)
    assert not {hit["document"] for hit in first["hits"]} & {hit["document"] for hit in second["hits"]}


def test_text_output_and_explanation(installation: Path) -> None:
    done = kb("search", "Wohnungsleerstand", "--explain", "--data", installation)
    assert done.returncode == 0
    assert "Seite" in done.stdout
    assert "[" in done.stdout
    assert "Wohnung + Leerstand" in done.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--municipality", "Entenhausen"), "Entenhausen"),
        (("--topic", "Nichtda"), "Nichtda"),
        (("--year", "neulich"), "2010..2015"),
        (("--limit", "0"), "--limit"),
        (("--page", "-1"), "--page"),
    ],
)
def test_bad_options(installation: Path, options: tuple[str, ...], said: str) -> None:
    done = kb("search", "Leerstand", *options, "--data", installation)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", ["(" * 2000, '"offen', "a" * 10_001, "jahr:x"])
def test_odd_queries_are_answered(installation: Path, text: str) -> None:
    assert answer("search", text, "--data", installation)["notices"]
