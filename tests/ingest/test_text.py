"""Plain text and Markdown: encodings that German offices wrote in thirty years, and the structure of Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import ExtractionError, Reason
from kb.ingest.extraction import extract_file
from kb.ingest.extractor import Limits
from kb.ingest.extractors.text import MAX_SIZE, decode
from kb.model import Extraction

WORDS = "Die Größe der Flächen übersteigt das Maß; Ämter und Bürger äußern sich zu den Straßen."


def read(folder: Path, content: str | bytes, name: str = "a.md") -> Extraction:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return extract_file(folder / name, Limits())[1]


def text(folder: Path, content: str) -> str:
    return "\f".join(page.text for page in read(folder, content).pages)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "cp850", "cp437"],
)
@pytest.mark.parametrize("times", [1, 50])
def test_encodings(encoding: str, times: int, tmp_path: Path) -> None:
    extraction = read(tmp_path, "\n".join([WORDS] * times).encode(encoding), "a.txt")
    assert extraction.pages[0].text.splitlines() == [WORDS] * times


@pytest.mark.parametrize("words", ["Müller", "Gruß", "äöü", "ÄÖÜ", "Größe: 5 €", "„Zitat“ – Strich …"])
def test_a_few_letters_of_windows_are_enough(words: str) -> None:
    assert decode(words.encode("cp1252"))[0] == words


def test_the_encoding_is_told(tmp_path: Path) -> None:
    assert read(tmp_path, WORDS.encode("cp1252"), "a.txt").metadata == {"encoding": "cp1252"}


def test_lines_and_pages(tmp_path: Path) -> None:
    extraction = read(tmp_path, "eins\r\nzwei\rdrei\n\n\n\nvier\fSeite\u00a0zwei\f", "a.txt")
    assert [page.text for page in extraction.pages] == ["eins\nzwei\ndrei\n\nvier", "Seite zwei"]


def test_the_first_line_is_a_title_unless_it_is_a_paragraph(tmp_path: Path) -> None:
    assert read(tmp_path, "\n\nVermerk zum Ankauf\n\nText", "2014_Akte.txt").title == "Vermerk zum Ankauf"
    assert read(tmp_path, "Langer Satz. " * 20, "2014_Akte.txt").title == "2014 Akte"


def test_a_text_that_is_a_data_set(tmp_path: Path) -> None:
    with pytest.raises(ExtractionError) as caught:
        read(tmp_path, b"x" * (MAX_SIZE + 1), "a.txt")
    assert caught.value.reason is Reason.TOO_LARGE


def test_headings_of_markdown(tmp_path: Path) -> None:
    content = "# Eins #\n\nText\n## Zwei\nSetext\n===\n\nUnter\n---\nLetzter\n\n"
    content += "#kein\n\n- Liste\n---\n\n| a |\n---\n####### sieben"
    sections = [(section.title, section.level) for section in read(tmp_path, content).sections]
    assert sections == [("Eins", 1), ("Zwei", 2), ("Setext", 1), ("Unter", 2)]


def test_code_is_kept_and_has_no_headings(tmp_path: Path) -> None:
    extraction = read(tmp_path, "Text\n\n```\n# kein Titel\n\nweiter\n```\n\n# Titel\n")
    assert [section.title for section in extraction.sections] == ["Titel"]
    assert "# kein Titel\n\nweiter" in extraction.pages[0].text


def test_sections_point_at_their_words(tmp_path: Path) -> None:
    extraction = read(tmp_path, "Vorspann\n\n# Gro\u0308ße  **fett**\n\nText\fSeite\n\n## [Zweite](x.html)\n")
    assert [(section.title, section.page) for section in extraction.sections] == [("Größe fett", 1), ("Zweite", 2)]
    for section in extraction.sections:
        assert extraction.pages[section.page - 1].text.startswith(section.title, section.start)


def test_links_give_their_words_and_their_target(tmp_path: Path) -> None:
    extraction = read(
        tmp_path, 'Siehe [die Akte](https://example.org/a?b=1 "Titel"), [oben](#oben) und ![Bild](b.png).'
    )
    assert extraction.pages[0].text == "Siehe die Akte, oben und Bild."
    assert extraction.links == ("https://example.org/a?b=1",)


def test_front_matter_is_metadata(tmp_path: Path) -> None:
    extraction = read(
        tmp_path, '---\r\ntitle: "Öl: ein Bericht"\r\nDate: 2014-05-06\r\ntags:\r\n  - a\r\n---\r\n# Titel\r\n'
    )
    assert extraction.title == "Öl: ein Bericht"
    assert extraction.metadata == {"encoding": "utf-8", "date": "2014-05-06"}
    assert extraction.pages[0].text == "Titel"


@pytest.mark.parametrize("content", ["---\nkein Ende\n", "Text\n---\nx: y\n---\n", "\n---\na: b\n---\n"])
def test_rules_that_are_no_front_matter(content: str, tmp_path: Path) -> None:
    words = " ".join(text(tmp_path, content).split())
    assert "kein Ende" in words or "x: y" in words or "a: b" in words


def test_sections_of_plain_text(tmp_path: Path) -> None:
    content = "BERICHT ÜBER DEN LEERSTAND\n\nAUSGANGSLAGE\nText der Lage.\nBAUGB\n\n"
    content += "Erste Ziele\n===========\n\nNRW\n2014 / 15\n\na\nb\n---\n"
    extraction = read(tmp_path, content, "a.txt")
    assert [(section.title, section.level) for section in extraction.sections] == [
        ("BERICHT ÜBER DEN LEERSTAND", 2),
        ("AUSGANGSLAGE", 2),
        ("Erste Ziele", 1),
    ]
    assert extraction.pages[0].text.endswith("Text der Lage.\nBAUGB\n\nErste Ziele\n\nNRW\n2014 / 15\n\na\nb\n---")
    for section in extraction.sections:
        assert extraction.pages[0].text.startswith(section.title, section.start)


def test_emphasis_of_markdown_is_not_text(tmp_path: Path) -> None:
    content = (
        "*Fiktiv, über\nzwei Zeilen.* **Wichtig** und _leise_; Bürger*innen, Eigentümer*innen, snake_case_name\n\n"
        "* Punkt\n* noch *einer*"
    )
    text = read(tmp_path, content).pages[0].text
    for kept in ("Fiktiv, über\nzwei Zeilen. Wichtig und leise;", "Bürger*innen, Eigentümer*innen", "snake_case_name"):
        assert kept in text
    assert "*einer*" not in text
