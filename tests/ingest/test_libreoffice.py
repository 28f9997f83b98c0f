"""Files written by the real LibreOffice in every format it shares with us, and old Office files read through it."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image
from pptx import Presentation

from kb.errors import ExtractionError, Reason
from kb.ingest import compound
from kb.ingest.extraction import extract_file
from kb.ingest.extractor import Limits
from kb.ingest.reading import Reader
from kb.model import Extraction
from tests.ingest import samples
from tests.ingest.office import convert, needed

pytestmark = [needed, pytest.mark.timeout(300)]


def formats(quick: str, *others: str) -> list[object]:
    """Parameters for formats; LibreOffice takes seconds for each, so most of them are slow tests."""
    return [*quick.split(), *(pytest.param(name, marks=pytest.mark.slow) for name in others)]


WORDS = formats("docx doc", "odt", "rtf")
SLIDES = formats("pptx", "odp", "ppt")
SHEETS = formats("xlsx", "ods", "xls")
FAMILIES = {"text": ("odt", "docx", "rtf", "doc"), "slides": ("odp", "pptx", "ppt"), "sheets": ("ods", "xlsx", "xls")}


def story(path: Path) -> Path:
    """Text with everything that offices write, as OpenDocument that LibreOffice then rewrites."""
    box = f'<draw:frame text:anchor-type="paragraph" svg:width="5cm"><draw:text-box><text:p>Kasten: {samples.ITEMS[0]}</text:p>'
    box += "</draw:text-box></draw:frame>"
    comment = "<office:annotation><dc:creator>J. S.</dc:creator><text:p>nur intern</text:p></office:annotation>"
    items = "".join(f"<text:list-item><text:p>{item}</text:p></text:list-item>" for item in samples.ITEMS)
    author = "<dc:creator>J. S.</dc:creator><dc:date>2014-05-06T07:08:09</dc:date>"
    changes = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion>'
        f"<office:change-info>{author}</office:change-info><text:p>gestrichenes Wort</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>"
    )
    body = (
        f'{changes}<text:p text:style-name="Title">{samples.TITLE}</text:p>'
        f'<text:h text:outline-level="1" text:style-name="Heading_20_1">{samples.FIRST}</text:h>'
        f"<text:p>{box}{samples.SENTENCE}{samples.odf_note(samples.NOTE)}{comment}</text:p>"
        f'<text:list text:style-name="L2">{items}</text:list>{samples.odf_table()}'
        f'<text:p>Der Rat hat <text:change text:change-id="c1"/>entschieden.</text:p>'
        f'<text:h text:outline-level="2" text:style-name="Seite">{samples.SECOND}</text:h><text:p>{samples.CLOSING}</text:p>'
    )
    return samples.odf_package(path, "text", body, f"<dc:title>{samples.TITLE}</dc:title>")


@dataclass
class Made:
    """Makes the contents in a format once, and reads each file once."""

    folder: Path
    sources: dict[str, Path]
    extractions: dict[str, Extraction] = field(default_factory=dict)

    def file(self, name: str) -> Path:
        """The file in a format of LibreOffice."""
        source = next(self.sources[family] for family, names in FAMILIES.items() if name in names)
        path = self.folder / f"{source.stem}.{name}"
        return path if path.is_file() else convert(source, name, self.folder)

    def extraction(self, name: str) -> Extraction:
        """What was read from it."""
        if name not in self.extractions:
            detected, self.extractions[name] = extract_file(self.file(name), Limits(seconds=100))
            assert detected.format == name
        return self.extractions[name]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    source = tmp_path_factory.mktemp("source")
    sources = {
        "text": story(source / "text.odt"),
        "slides": samples.pptx(source / "folien.pptx"),
        "sheets": samples.xlsx(source / "tabelle.xlsx"),
    }
    return Made(tmp_path_factory.mktemp("office"), sources)


def whole(extraction: Extraction) -> str:
    return "\n\n".join(page.text for page in extraction.pages)


@pytest.mark.parametrize("name", WORDS)
def test_all_of_a_text(name: str, made: Made) -> None:
    text = whole(made.extraction(name))
    assert f"{samples.SENTENCE}[1]" in text
    for once in (samples.CLOSING, samples.NOTE, f"Kasten: {samples.ITEMS[0]}", *samples.ROWS):
        assert text.count(once) == 1, once
    for item in samples.ITEMS:
        assert any(line.endswith(item) and line[:1] == "12"[samples.ITEMS.index(item)] for line in text.splitlines()), (
            item
        )


@pytest.mark.parametrize("name", WORDS)
def test_comments_and_deletions_are_left_out(name: str, made: Made) -> None:
    text = whole(made.extraction(name))
    assert "nur intern" not in text
    assert "gestrichen" not in text
    assert "Der Rat hat entschieden." in text


@pytest.mark.parametrize("name", WORDS)
def test_sections_and_pages_of_a_text(name: str, made: Made) -> None:
    extraction = made.extraction(name)
    assert [(section.title, section.level, section.page) for section in extraction.sections] == [
        (samples.TITLE, 1, 1),
        (samples.FIRST, 1, 1),
        (samples.SECOND, 2, 2),
    ]
    for section in extraction.sections:
        assert extraction.pages[section.page - 1].text.startswith(section.title, section.start)
    assert extraction.title == samples.TITLE


@pytest.mark.parametrize("name", SLIDES)
def test_slides(name: str, made: Made) -> None:
    extraction = made.extraction(name)
    assert [(section.title, section.page) for section in extraction.sections] == [
        (samples.FIRST, 1),
        (samples.SECOND, 2),
    ]
    for once in (samples.SENTENCE, samples.NOTE, *samples.ITEMS, *samples.ROWS):
        assert extraction.pages[0].text.count(once) == 1, once
    assert samples.CLOSING in extraction.pages[1].text
    assert extraction.title == samples.TITLE


@pytest.mark.parametrize("name", SHEETS)
def test_sheets(name: str, made: Made) -> None:
    extraction = made.extraction(name)
    assert [(section.title, section.page) for section in extraction.sections] == [
        (samples.FIRST, 1),
        (samples.SECOND, 2),
    ]
    assert extraction.pages[0].text.splitlines()[2:] == list(samples.ROWS)
    assert samples.SENTENCE in extraction.pages[1].text


@pytest.mark.parametrize("name", formats("doc", "ppt", "xls"))
def test_old_formats_name_their_converter(name: str, made: Made) -> None:
    assert made.extraction(name).extractor.startswith("libreoffice+")


@pytest.mark.parametrize("name", formats("doc", "ppt", "xls"))
def test_without_a_converter_old_files_wait(
    name: str, made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made.file(name)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ExtractionError) as caught:
        extract_file(path, Limits())
    assert caught.value.reason is Reason.WAITS_FOR_CONVERTER
    assert "apt-get install libreoffice-" in caught.value.detail


@pytest.mark.skipif(shutil.which("antiword") is None, reason="antiword is not installed")
def test_antiword_reads_word_where_libreoffice_is_missing(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "antiword").symlink_to(shutil.which("antiword") or "")
    path = made.file("doc")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/nowhere")
    _, extraction = extract_file(path, Limits())
    assert extraction.extractor == "antiword"
    assert samples.SENTENCE in " ".join(whole(extraction).split())


@pytest.mark.slow
@pytest.mark.parametrize(("name", "extension"), [("doc", ".docx"), ("ppt", ".pdf"), ("xls", ".doc")])
def test_old_files_under_a_wrong_name(name: str, extension: str, made: Made, tmp_path: Path) -> None:
    path = tmp_path / f"a{extension}"
    shutil.copyfile(made.file(name), path)
    _, extraction = extract_file(path, Limits(seconds=100))
    assert extraction.warnings == (f"extension_wrong: named {extension}, is {name}",)
    assert samples.CLOSING in whole(extraction)


def test_an_old_file_that_was_cut_off_is_damaged(made: Made, tmp_path: Path) -> None:
    (tmp_path / "a.doc").write_bytes(made.file("doc").read_bytes()[:4000])
    with pytest.raises(ExtractionError) as caught:
        extract_file(tmp_path / "a.doc", Limits(seconds=100))
    assert caught.value.reason is Reason.DAMAGED


def patched(path: Path, target: Path, stream: str, offset: int, change: Callable[[int], int]) -> Path:
    """A compound file with one byte near the beginning of a stream changed."""
    data = bytearray(path.read_bytes())
    start = data.find(compound.head(path, stream, 512)[:64])
    data[start + offset] = change(data[start + offset])
    target.write_bytes(data)
    return target


def test_an_old_document_with_a_password(made: Made, tmp_path: Path) -> None:
    path = patched(made.file("doc"), tmp_path / "a.doc", "WordDocument", 11, lambda flags: flags | 0x01)
    with pytest.raises(ExtractionError) as caught:
        extract_file(path, Limits())
    assert caught.value.reason is Reason.ENCRYPTED


@pytest.mark.slow
def test_an_old_spreadsheet_with_a_password(made: Made, tmp_path: Path) -> None:
    head = compound.head(made.file("xls"), "Workbook", 512)
    second = 4 + int.from_bytes(head[2:4], "little")  # the record after the beginning of the file
    path = patched(made.file("xls"), tmp_path / "a.xls", "Workbook", second, lambda _: 0x2F)
    data = bytearray(path.read_bytes())
    start = data.find(head[:second])
    data[start + second + 1] = 0
    path.write_bytes(data)
    with pytest.raises(ExtractionError) as caught:
        extract_file(path, Limits())
    assert caught.value.reason is Reason.ENCRYPTED


@pytest.mark.slow
def test_a_large_old_file_is_recognised(tmp_path: Path) -> None:
    """Beyond 6.8 MB the table of sectors does not fit into the header any more."""
    noise = Image.frombytes("RGB", (1700, 1700), random.Random(1).randbytes(1700 * 1700 * 3))
    noise.save(tmp_path / "rauschen.png")
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = samples.TITLE
    slide.shapes.add_picture(str(tmp_path / "rauschen.png"), 0, 0)
    deck.save(str(tmp_path / "gross.pptx"))
    path = convert(tmp_path / "gross.pptx", "ppt", tmp_path)
    assert path.stat().st_size > 7_500_000
    assert {"PowerPoint Document", "Current User"} <= set(compound.streams(path))


@pytest.mark.slow
def test_converters_run_side_by_side_in_the_sandbox(made: Made) -> None:
    paths = [made.file(name) for name in ("doc", "ppt", "xls")]
    with Reader(Limits(seconds=100), workers=2) as reader:
        readings = {reading.format: reading for reading in reader.read(paths)}
    assert {name: reading.reason for name, reading in readings.items()} == {"doc": None, "ppt": None, "xls": None}
    for reading in readings.values():
        assert reading.extraction is not None
        assert samples.CLOSING in whole(reading.extraction)


@pytest.mark.slow
@pytest.mark.parametrize("megabytes", [60, 100])
def test_a_converter_short_of_memory_ends_as_a_reason(megabytes: int, made: Made) -> None:
    with pytest.raises(ExtractionError) as caught:
        extract_file(made.file("ppt"), Limits(memory=megabytes * 1024 * 1024))
    assert caught.value.reason in (Reason.CRASHED, Reason.DAMAGED)
