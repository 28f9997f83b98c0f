"""What a file is, by its content: every format under a strange name, and what is refused with which reason."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from kb.errors import ExtractionError, Reason
from kb.ingest.detection import EXTENSIONS, MEDIA_TYPES, ZIPPED, Detected, detect
from tests.ingest import samples

COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")


def written(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def compound_file(path: Path, names: list[str], embedded: str = "") -> Path:
    """An OLE compound file of one directory sector; its streams are empty, `embedded` is one inside a storage."""
    header = bytearray(512)
    header[:8] = COMPOUND
    header[30:32] = (9).to_bytes(2, "little")
    header[48:52] = (1).to_bytes(4, "little")  # the directory begins in sector 1
    header[76:512] = b"\xff" * 436
    header[76:80] = (0).to_bytes(4, "little")  # the table of sectors is sector 0
    table = bytearray(b"\xff" * 512)
    table[4:8] = (0xFFFFFFFE).to_bytes(4, "little")
    directory = bytearray()
    nothing = 0xFFFFFFFF
    for number, name in enumerate(["Root Entry", *names, embedded]):
        encoded = name.encode("utf-16-le") + b"\0\0"
        entry = bytearray(128)
        entry[: len(encoded)] = encoded
        entry[64:66] = len(encoded).to_bytes(2, "little")
        entry[66] = 2 if number else 5
        right = number + 1 if 0 < number < len(names) else nothing
        child = 1 if number == 0 else len(names) + 1 if number == len(names) and embedded else nothing
        entry[68:80] = b"".join(place.to_bytes(4, "little") for place in (nothing, right, child))
        directory += entry
    path.write_bytes(bytes(header) + bytes(table) + bytes(directory.ljust(512, b"\0")))
    return path


@pytest.mark.parametrize("name", sorted(set(samples.BUILDERS) - {"markdown"}))
def test_content_decides_whatever_the_name(name: str, tmp_path: Path) -> None:
    assert detect(samples.build(name, tmp_path, extension="")) == Detected(name, MEDIA_TYPES[name])
    assert detect(samples.build(name, tmp_path, extension=".xyz")).format == name
    assert detect(samples.build(name, tmp_path, extension=".jpg")) == Detected(
        name, MEDIA_TYPES[name], extension_wrong=True
    )


@pytest.mark.parametrize("name", sorted(set(samples.BUILDERS) - {"text"}))
def test_every_own_extension_is_right(name: str, tmp_path: Path) -> None:
    for extension in EXTENSIONS[name]:
        assert not detect(samples.build(name, tmp_path, extension=extension)).extension_wrong
        assert not detect(samples.build(name, tmp_path, extension=extension.upper())).extension_wrong


@pytest.mark.parametrize("name", ["a.txt", "a.TXT", "a.csv", "a.log", "README", "a.json", "a.unbekannt"])
def test_plain_text_goes_under_many_names(name: str, tmp_path: Path) -> None:
    assert detect(written(tmp_path, name, "Größe: 3\n")) == Detected("text", "text/plain")


@pytest.mark.parametrize(
    ("streams", "expected"),
    [
        (["WordDocument", "1Table"], "doc"),
        (["Current User", "PowerPoint Document"], "ppt"),
        (["Workbook"], "xls"),
        (["Book"], "xls"),
    ],
)
def test_legacy_office_is_told_apart_by_its_streams(streams: list[str], expected: str, tmp_path: Path) -> None:
    assert detect(compound_file(tmp_path / "a.dat", streams)).format == expected


def test_what_is_embedded_does_not_decide(tmp_path: Path) -> None:
    path = compound_file(tmp_path / "a.ppt", ["PowerPoint Document", "ObjectPool"], embedded="WordDocument")
    assert detect(path) == Detected("ppt", MEDIA_TYPES["ppt"])


@pytest.mark.parametrize(
    ("streams", "reason"),
    [
        (["EncryptionInfo", "EncryptedPackage"], Reason.ENCRYPTED),
        (["__properties_version1.0"], Reason.UNSUPPORTED),
        (["Anderes"], Reason.UNSUPPORTED),
    ],
)
def test_other_compound_files_are_named(streams: list[str], reason: Reason, tmp_path: Path) -> None:
    with pytest.raises(ExtractionError) as caught:
        detect(compound_file(tmp_path / "a.docx", streams))
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY),
        (b" \r\n\t\n", Reason.EMPTY),
        (b"\0" * 5000, Reason.EMPTY),
        (b"\xef\xbb\xbf\n", Reason.EMPTY),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0", Reason.UNSUPPORTED),
        (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 8, Reason.UNSUPPORTED),
        (bytes(range(256)) * 8, Reason.UNSUPPORTED),
        (b"PK\x03\x04 cut off", Reason.DAMAGED),
        (COMPOUND + b"\0" * 100, Reason.DAMAGED),
        (COMPOUND + b"\0" * 600, Reason.DAMAGED),
    ],
)
def test_what_cannot_be_read_has_a_reason(data: bytes, reason: Reason, tmp_path: Path) -> None:
    with pytest.raises(ExtractionError) as caught:
        detect(written(tmp_path, "a.pdf", data))
    assert caught.value.reason is reason


def test_an_empty_archive_is_empty(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w"):
        pass
    with pytest.raises(ExtractionError) as caught:
        detect(tmp_path / "a.zip")
    assert caught.value.reason is Reason.EMPTY


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, Path.exists])
def test_what_is_no_file_is_unreadable(make: object, tmp_path: Path) -> None:
    assert callable(make)
    make(tmp_path / "a.txt")
    with pytest.raises(ExtractionError) as caught:
        detect(tmp_path / "a.txt")
    assert caught.value.reason is Reason.UNREADABLE


@pytest.mark.parametrize("junk", [b"", b"\n\n", b"\xef\xbb\xbf", b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 900])
def test_a_pdf_may_have_junk_before_its_header(junk: bytes, tmp_path: Path) -> None:
    path = written(tmp_path, "a.pdf", junk + b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n")
    assert detect(path) == Detected("pdf", "application/pdf")


def test_a_text_that_speaks_of_pdf_is_a_text(tmp_path: Path) -> None:
    assert detect(written(tmp_path, "a.txt", "Dateien beginnen mit %PDF-1.4, sagt die Norm.")).format == "text"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", "<!DOCTYPE html>\n<html><body>x", "html"),
        ("a", '<?xml version="1.0"?><!-- Stand 2014 --><html xmlns="http://www.w3.org/1999/xhtml"/>', "html"),
        ("a.html", "<p>Nur ein Absatz</p>", "html"),
        ("a.txt", "Der Befehl <p> beginnt einen Absatz.", "text"),
        ("a.md", "<div>\n\n# Titel\n\n</div>", "markdown"),
        ("a", "# Titel\n\nText\n\n## Noch einer\n", "markdown"),
        ("a.txt", "# Titel\n\nText\n\n## Noch einer\n", "text"),
        ("a.eml", "From: a@b.de\nSubject: Gruß\n\nText", "eml"),
        ("a.txt", "MIME-Version: 1.0\nFrom: a@b.de\nSubject: Gruß\n\nText", "eml"),
        ("a.txt", "Subject: Tagesordnung\nDate: morgen\n\nEine Notiz", "text"),
        ("a.txt", "Von: Müller\nAn: Meier\nBetreff: Förderung\n\nText", "text"),
    ],
)
def test_texts_of_other_formats(name: str, content: str, expected: str, tmp_path: Path) -> None:
    assert detect(written(tmp_path, name, content)).format == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp850"])
def test_text_in_any_encoding_is_text(encoding: str, tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", "Größe, Öl und Übermaß in den Straßen der Städte\n".encode(encoding) * 20)
    assert detect(path).format == "text"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_html_in_wide_encodings_is_html(encoding: str, tmp_path: Path) -> None:
    assert detect(written(tmp_path, "a.txt", "<!DOCTYPE html><html><p>Größe".encode(encoding))).format == "html"


def test_zipped_formats_are_known_to_be_checked(tmp_path: Path) -> None:
    for name in samples.BUILDERS:
        path = samples.build(name, tmp_path)
        assert detect(path).zipped == path.read_bytes().startswith(b"PK") == (name in ZIPPED)
