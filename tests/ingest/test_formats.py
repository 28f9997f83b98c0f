"""Every format tells the same story: umlauts, headings, tables, notes, titles, and what a wrong extension does."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import ExtractionError, Reason
from kb.ingest.extraction import extract_file
from kb.ingest.extractor import REGISTRY, Limits
from kb.model import Extraction
from tests.ingest import samples

LIMITS = Limits()
FORMATS = sorted(samples.BUILDERS)
WITH_HEADINGS = sorted(set(FORMATS) - {"eml", "text", "zip", "xlsx", "ods"})
PAGED = ["docx", "odt", "odp", "ods", "pptx", "xlsx", "rtf", "text", "epub"]


def whole(extraction: Extraction) -> str:
    return "\n\n".join(page.text for page in extraction.pages)


def assert_sections_point_at_their_words(extraction: Extraction) -> None:
    for section in extraction.sections:
        assert extraction.pages[section.page - 1].text.startswith(section.title, section.start)


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"zip"}))
def test_umlauts_and_all_of_the_text(name: str, tmp_path: Path) -> None:
    detected, extraction = extract_file(samples.build(name, tmp_path), LIMITS)
    text = whole(extraction)
    assert detected.format == name
    assert samples.SENTENCE in text
    assert samples.CLOSING in text
    assert extraction.media_type == detected.media_type
    assert extraction.extractor
    assert extraction.warnings == ()


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"zip"}))
def test_tables_keep_the_cells_of_a_row_together(name: str, tmp_path: Path) -> None:
    _, extraction = extract_file(samples.build(name, tmp_path), LIMITS)
    lines = [line.strip("| ") for line in whole(extraction).splitlines()]
    assert [line for line in lines if line in samples.ROWS] == list(samples.ROWS)


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"zip", "xlsx", "ods"}))
def test_notes_are_part_of_the_text_once(name: str, tmp_path: Path) -> None:
    _, extraction = extract_file(samples.build(name, tmp_path), LIMITS)
    assert whole(extraction).count(samples.NOTE) == 1


@pytest.mark.parametrize("name", ["docx", "odt", "rtf"])
def test_a_footnote_stands_below_its_paragraph(name: str, tmp_path: Path) -> None:
    _, extraction = extract_file(samples.build(name, tmp_path), LIMITS)
    assert f"{samples.SENTENCE}[1]\n\n[1] {samples.NOTE}" in extraction.pages[0].text


@pytest.mark.parametrize("name", WITH_HEADINGS)
def test_headings_become_sections(name: str, tmp_path: Path) -> None:
    _, extraction = extract_file(samples.build(name, tmp_path), LIMITS)
    titles = [section.title for section in extraction.sections if section.title != samples.TITLE]
    assert titles == [samples.FIRST, samples.SECOND]
    assert_sections_point_at_their_words(extraction)


@pytest.mark.parametrize("name", ["docx", "odt", "rtf", "html", "markdown", "epub"])
def test_headings_keep_their_level(name: str, tmp_path: Path) -> None:
    _, extraction = extract_file(samples.build(name, tmp_path), LIMITS)
    levels = {section.title: section.level for section in extraction.sections}
    assert (levels[samples.FIRST], levels[samples.SECOND]) == (1, 2)


@pytest.mark.parametrize("name", ["xlsx", "ods"])
def test_sheets_become_sections(name: str, tmp_path: Path) -> None:
    _, extraction = extract_file(samples.build(name, tmp_path), LIMITS)
    assert [(section.title, section.page) for section in extraction.sections] == [
        (samples.FIRST, 1),
        (samples.SECOND, 2),
    ]
    assert_sections_point_at_their_words(extraction)


@pytest.mark.parametrize("name", PAGED)
def test_pages_are_counted_where_the_format_has_them(name: str, tmp_path: Path) -> None:
    _, extraction = extract_file(samples.build(name, tmp_path), LIMITS)
    assert [page.number for page in extraction.pages] == [1, 2]
    assert samples.CLOSING not in extraction.pages[0].text
    assert samples.CLOSING in extraction.pages[1].text


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"zip", "text"}))
def test_title_and_author_come_from_the_properties(name: str, tmp_path: Path) -> None:
    _, extraction = extract_file(samples.build(name, tmp_path), LIMITS)
    assert extraction.title == samples.TITLE
    assert extraction.metadata["author"].startswith("Jörg Schüßler")


@pytest.mark.parametrize("name", ["docx", "html", "rtf", "eml"])
def test_dates_are_iso(name: str, tmp_path: Path) -> None:
    _, extraction = extract_file(samples.build(name, tmp_path), LIMITS)
    assert extraction.metadata["created"].startswith("2014-05-06")


@pytest.mark.parametrize("name", ["docx", "odt", "odp", "html", "markdown", "rtf"])
def test_list_items_stand_line_by_line(name: str, tmp_path: Path) -> None:
    _, extraction = extract_file(samples.build(name, tmp_path), LIMITS)
    lines = [line.lstrip("•- ") for line in whole(extraction).splitlines()]
    assert name == "odp" or [line for line in lines if line in samples.ITEMS] == list(samples.ITEMS)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("extension", [".pdf", ".doc"])
def test_a_wrong_extension_is_noted_and_not_fatal(name: str, extension: str, tmp_path: Path) -> None:
    detected, extraction = extract_file(samples.build(name, tmp_path, extension=extension), LIMITS)
    # nothing but its name tells Markdown from plain text
    expected = "text" if name == "markdown" else name
    assert detected.format == expected
    assert extraction.warnings == (f"extension_wrong: named {extension}, is {expected}",)


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_larger_than_the_limit_is_not_opened(name: str, tmp_path: Path) -> None:
    path = samples.build(name, tmp_path)
    with pytest.raises(ExtractionError) as caught:
        extract_file(path, Limits(size=path.stat().st_size - 1))
    assert caught.value.reason is Reason.TOO_LARGE


def test_every_format_of_the_registry_has_a_sample() -> None:
    made_elsewhere = {"pdf", "doc", "ppt", "xls"}
    assert set(REGISTRY) == set(samples.BUILDERS) | made_elsewhere
