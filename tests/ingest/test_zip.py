"""Archives and books: names of members, what is skipped, order of chapters."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from kb.errors import ExtractionError, Reason
from kb.ingest.extraction import extract_file
from kb.ingest.extractor import Limits
from kb.model import Extraction
from tests.ingest import samples


def read(path: Path) -> Extraction:
    return extract_file(path, Limits())[1]


def named(path: Path, name: bytes, utf8: bool = False) -> Path:
    """An archive with one member, its name stored as these bytes."""
    placeholder = "x" * len(name)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as container:
        container.writestr(placeholder, "Inhalt")
    data = bytearray(buffer.getvalue().replace(placeholder.encode(), name))
    if utf8:
        data[7] |= 8
        data[data.rfind(b"PK\x01\x02") + 9] |= 8
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "cp437", "cp850", "cp1252"])
@pytest.mark.parametrize("name", ["Übersicht Gräben.txt", "Größe.txt", "äöüÄÖÜß.txt"])
def test_names_with_umlauts_however_they_were_written(encoding: str, name: str, tmp_path: Path) -> None:
    extraction = read(named(tmp_path / "a.zip", name.encode(encoding)))
    assert [attachment.name for attachment in extraction.attachments] == [name]


def test_names_of_a_mac_are_composed(tmp_path: Path) -> None:
    assert (
        read(named(tmp_path / "a.zip", "U\u0308bersicht.txt".encode(), utf8=True)).attachments[0].name
        == "Übersicht.txt"
    )


def test_members_keep_their_bytes_and_the_archive_names_them(tmp_path: Path) -> None:
    extraction = read(samples.build("zip", tmp_path))
    names = ["Leitfaden.docx", "Ordner/Übersicht.txt", "innen.zip/Innen.txt"]
    assert [attachment.name for attachment in extraction.attachments] == names
    assert extraction.pages[0].text.splitlines() == names
    assert extraction.attachments[1].data.decode() == samples.SENTENCE
    (tmp_path / "innen.docx").write_bytes(extraction.attachments[0].data)
    assert read(tmp_path / "innen.docx").title == samples.TITLE


def test_leftovers_of_programs_are_skipped(tmp_path: Path) -> None:
    junk = ("__MACOSX/._a.txt", "x/.DS_Store", "Thumbs.db", "~$brief.docx", ".~lock.a.odt#", "leer.txt", "ordner/")
    members = dict.fromkeys(junk, "x") | {"leer.txt": "", "gut.txt": "Inhalt"}
    assert [attachment.name for attachment in read(samples.zipped(tmp_path / "a.zip", members)).attachments] == [
        "gut.txt"
    ]


def test_an_archive_of_nothing_but_leftovers_is_empty(tmp_path: Path) -> None:
    with pytest.raises(ExtractionError) as caught:
        read(samples.zipped(tmp_path / "a.zip", {"Thumbs.db": "x"}))
    assert caught.value.reason is Reason.EMPTY


def test_a_damaged_member_leaves_a_warning_and_the_others(tmp_path: Path) -> None:
    path = samples.zipped(tmp_path / "a.zip", {"a.txt": "A" * 300, "b.txt": "B" * 300}, stored=("a.txt", "b.txt"))
    path.write_bytes(path.read_bytes().replace(b"AAAA", b"AAAC", 1))
    extraction = read(path)
    assert [attachment.name for attachment in extraction.attachments] == ["b.txt"]
    assert extraction.warnings[0].startswith("damaged_member: a.txt")


def test_an_inner_archive_with_a_password_leaves_a_warning(tmp_path: Path) -> None:
    inner = bytearray(samples.zipped(tmp_path / "b.zip", {"a.txt": "x"}).read_bytes())
    inner[6] |= 1
    inner[inner.rfind(b"PK\x01\x02") + 8] |= 1
    extraction = read(samples.zipped(tmp_path / "a.zip", {"innen.zip": bytes(inner), "b.txt": "x"}))
    assert extraction.warnings == ("encrypted_member: innen.zip: ZIP container with a password",)


def test_chapters_come_in_the_order_of_the_spine(tmp_path: Path) -> None:
    extraction = read(samples.build("epub", tmp_path))
    assert [section.page for section in extraction.sections] == [1, 2]
    assert extraction.metadata == {"author": "Jörg Schüßler"}


def test_a_book_with_a_chapter_missing(tmp_path: Path) -> None:
    with zipfile.ZipFile(samples.build("epub", tmp_path)) as container:
        members = {name: container.read(name) for name in container.namelist() if name != "OEBPS/b.xhtml"}
    extraction = read(samples.zipped(tmp_path / "a.epub", members))
    assert extraction.warnings == ("missing_chapter: OEBPS/b.xhtml",)
    assert samples.SENTENCE in extraction.pages[0].text


@pytest.mark.parametrize("lost", ["META-INF/container.xml", "OEBPS/buch.opf"])
def test_a_book_without_its_package(lost: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(samples.build("epub", tmp_path)) as container:
        members = {name: container.read(name) for name in container.namelist() if name != lost}
    with pytest.raises(ExtractionError) as caught:
        read(samples.zipped(tmp_path / "a.epub", members))
    assert caught.value.reason is Reason.DAMAGED
