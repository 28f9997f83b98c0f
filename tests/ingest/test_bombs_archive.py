"""Files made to hurt, other than PDFs: each ends as a reason, or as its plain text, within its limits.

What only costs much is run through the sandbox and is slow; what must be refused before it is opened is tried directly.
"""

from __future__ import annotations

import io
import re
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from kb.errors import ExtractionError, Reason
from kb.ingest import archive
from kb.ingest.extraction import extract_file
from kb.ingest.extractor import Limits
from kb.ingest.reading import Reader
from kb.model import Extraction
from tests.ingest import samples

LIMITS = Limits()
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
LEAK = '<!DOCTYPE x [<!ENTITY a SYSTEM "{}">]>'
ZEROS = bytes(20 * 1024 * 1024)


def reason_of(path: Path, limits: Limits = LIMITS) -> Reason:
    with pytest.raises(ExtractionError) as caught:
        extract_file(path, limits)
    return caught.value.reason


def read(path: Path, limits: Limits = LIMITS) -> Extraction:
    return extract_file(path, limits)[1]


def text_of(extraction: Extraction) -> str:
    return "\n".join(page.text for page in extraction.pages)


def packed(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as container:
        for name, data in members.items():
            container.writestr(name, data)
    return buffer.getvalue()


def with_member(path: Path, name: str, data: bytes | str) -> Path:
    """The same container with one more member."""
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as container:
        container.writestr(name, data)
    return path


@pytest.mark.parametrize(
    "name",
    sorted(
        archive_format
        for archive_format in samples.BUILDERS
        if archive_format in {"docx", "odt", "odp", "ods", "pptx", "xlsx", "epub", "zip"}
    ),
)
def test_a_container_that_inflates_too_much_is_not_opened(name: str, tmp_path: Path) -> None:
    assert reason_of(with_member(samples.build(name, tmp_path), "media/bild.bmp", ZEROS)) is Reason.ARCHIVE_BOMB


def test_repetitive_content_below_the_threshold_is_harmless(tmp_path: Path) -> None:
    path = with_member(samples.build("docx", tmp_path), "word/media/bild.bmp", ZEROS[: archive.RATIO_FREE // 2])
    assert samples.SENTENCE in text_of(read(path))


def test_too_many_entries(tmp_path: Path) -> None:
    path = samples.zipped(tmp_path / "a.zip", {f"{number}.txt": "x" for number in range(archive.MAX_ENTRIES + 1)})
    assert reason_of(path) is Reason.ARCHIVE_BOMB


def test_a_directory_too_large_is_refused_before_it_is_listed(tmp_path: Path) -> None:
    data = bytearray(packed({"a.txt": b"x"}))
    end = data.rfind(b"PK\x05\x06")
    data[end + 12 : end + 16] = (archive.MAX_DIRECTORY + 1).to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(data)
    assert reason_of(tmp_path / "a.zip") is Reason.ARCHIVE_BOMB


def test_entries_that_share_their_bytes(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as container:
        container.writestr("0.txt", samples.SENTENCE * 1000)
        kernel = container.infolist()[0]
        for number in range(1, 50):
            twin = zipfile.ZipInfo(f"{number}.txt")
            twin.header_offset, twin.CRC = kernel.header_offset, kernel.CRC
            twin.file_size, twin.compress_size = kernel.file_size, kernel.compress_size
            container.filelist.append(twin)
    (tmp_path / "a.zip").write_bytes(buffer.getvalue())
    assert reason_of(tmp_path / "a.zip") is Reason.ARCHIVE_BOMB


def test_an_entry_that_lies_about_its_size_gives_no_more_than_it_says(tmp_path: Path) -> None:
    data = bytearray(packed({"a.txt": ZEROS}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.rfind(signature) + offset
        data[at : at + 4] = (10).to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(data)
    extraction_or_reason = reason_of(tmp_path / "a.zip")
    assert extraction_or_reason in (Reason.DAMAGED, Reason.EMPTY)


@pytest.mark.parametrize("depth", [3, 5, 9])
def test_archives_nested_too_deeply_are_not_opened(depth: int, tmp_path: Path) -> None:
    data = packed({"tief.txt": samples.SENTENCE.encode()})
    for level in range(depth - 1):
        data = packed({f"{level}.zip": data})
    (tmp_path / "a.zip").write_bytes(data)
    assert reason_of(tmp_path / "a.zip") is Reason.ARCHIVE_BOMB


def test_what_is_nested_too_deeply_does_not_take_the_rest_along(tmp_path: Path) -> None:
    deep = packed({"zwei.zip": packed({"drei.zip": packed({"vier.txt": b"x"}), "gut.txt": b"Inhalt"})})
    (tmp_path / "a.zip").write_bytes(packed({"eins.zip": deep, "oben.txt": b"Inhalt"}))
    extraction = read(tmp_path / "a.zip")
    assert [member.name for member in extraction.attachments] == ["oben.txt"]
    assert extraction.warnings == ("nested_too_deep: eins.zip/zwei.zip",)


def test_a_bomb_inside_an_archive(tmp_path: Path) -> None:
    path = samples.zipped(tmp_path / "a.zip", {"innen.zip": packed({"null.bin": ZEROS})})
    assert reason_of(path) is Reason.ARCHIVE_BOMB


def test_members_that_together_exceed_the_limit(tmp_path: Path) -> None:
    path = samples.zipped(
        tmp_path / "a.zip", {f"{number}.zip": packed({"a.txt": b"x" * 40_000}) for number in range(5)}
    )
    assert reason_of(path, Limits(size=150_000)) is Reason.TOO_LARGE


def test_names_that_climb_out_of_the_archive_are_only_names(tmp_path: Path) -> None:
    names = ["../../etc/passwd", "/etc/shadow", "..\\..\\windows.txt", "C:/a/../b.txt"]
    extraction = read(samples.zipped(tmp_path / "a.zip", dict.fromkeys(names, "x")))
    assert [member.name for member in extraction.attachments] == [
        "etc/passwd",
        "etc/shadow",
        "windows.txt",
        "C:/a/b.txt",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip"]


def test_an_archive_with_a_password(tmp_path: Path) -> None:
    data = bytearray(packed({"a.txt": b"geheim"}))
    data[6] |= 1
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    assert reason_of(tmp_path / "a.zip") is Reason.ENCRYPTED


def test_open_document_with_a_password(tmp_path: Path) -> None:
    manifest = '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
    path = samples.odf_package(tmp_path / "a.odt", "text", "<text:p>x</text:p>", manifest=manifest)
    assert reason_of(path) is Reason.ENCRYPTED


def test_a_book_whose_chapters_are_locked(tmp_path: Path) -> None:
    lock = '<encryption><CipherReference URI="OEBPS/b.xhtml"/></encryption>'
    assert reason_of(with_member(samples.build("epub", tmp_path), "META-INF/encryption.xml", lock)) is Reason.ENCRYPTED


def test_a_book_with_obscured_fonts_is_open(tmp_path: Path) -> None:
    lock = '<encryption><CipherReference URI="OEBPS/font.otf"/></encryption>'
    path = with_member(samples.build("epub", tmp_path), "META-INF/encryption.xml", lock)
    assert samples.SENTENCE in text_of(read(path))


def poisoned(name: str, folder: Path, declaration: str) -> Path:
    """A sample whose main part begins with a declaration and uses its entities."""
    source = samples.build(name, folder, "vorlage")
    main = {"docx": "word/document.xml", "pptx": "ppt/slides/slide1.xml", "xlsx": "xl/worksheets/sheet1.xml"}
    with zipfile.ZipFile(source) as container:
        members = {entry: container.read(entry) for entry in container.namelist()}
    part = main.get(name, "content.xml")
    head, separator, rest = (
        members[part].partition(b"?>") if members[part].startswith(b"<?xml") else (b"", b"", members[part])
    )
    rest = re.sub(rb">([^<>]{3,})<", rb">\1 &j;&a;<", rest)
    members[part] = head + separator + declaration.encode() + rest
    return samples.zipped(folder / f"a.{name}", members)


OFFICE = ["docx", "odt", "odp", "ods", "pptx", "xlsx"]


@pytest.mark.parametrize("name", OFFICE)
def test_entities_that_multiply_are_refused(name: str, tmp_path: Path) -> None:
    assert reason_of(poisoned(name, tmp_path, LAUGHS)) is Reason.ARCHIVE_BOMB


@pytest.mark.parametrize("name", OFFICE)
@pytest.mark.parametrize("padding", [0, 100_000])
def test_entities_hidden_behind_a_long_comment_expand_to_nothing(name: str, padding: int, tmp_path: Path) -> None:
    path = poisoned(name, tmp_path, f"<!--{'x' * padding}-->{LAUGHS}")
    try:
        text = text_of(read(path))
    except ExtractionError as error:
        assert error.reason in (Reason.ARCHIVE_BOMB, Reason.DAMAGED)
    else:
        assert "hahaha" not in text


@pytest.mark.parametrize("name", OFFICE)
@pytest.mark.parametrize("padding", [0, 100_000])
def test_entities_never_read_another_file(name: str, padding: int, tmp_path: Path) -> None:
    (tmp_path / "geheim.txt").write_text("STRENG GEHEIM")
    path = poisoned(name, tmp_path, f"<!--{'x' * padding}-->" + LEAK.format((tmp_path / "geheim.txt").as_uri()))
    try:
        text = text_of(read(path))
    except ExtractionError as error:
        assert error.reason in (Reason.ARCHIVE_BOMB, Reason.DAMAGED)
    else:
        assert "GEHEIM" not in text


@pytest.mark.parametrize("declaration", [LAUGHS, LEAK.format("file:///etc/hostname")])
def test_pages_have_no_entities_of_their_own(declaration: str, tmp_path: Path) -> None:
    svg = f"<svg xmlns='http://www.w3.org/2000/svg'><text>&j;&a;</text></svg><p>{samples.SENTENCE} &j;</p>"
    (tmp_path / "a.html").write_text(f"{declaration}<html><body>{svg}</body></html>", encoding="utf-8")
    text = text_of(read(tmp_path / "a.html"))
    assert samples.SENTENCE in text
    assert "haha" not in text


def test_a_document_type_alone_is_no_crime(tmp_path: Path) -> None:
    declaration = (
        '<!DOCTYPE office:document-content PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "office.dtd">'
    )
    path = samples.odf_package(
        tmp_path / "a.odt", "text", f"<text:p>{samples.SENTENCE}</text:p>", declaration=declaration
    )
    assert text_of(read(path)) == samples.SENTENCE


def test_xml_nested_deeper_than_any_document(tmp_path: Path) -> None:
    open_, close = "<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"
    body = open_ * 5000 + samples.word_paragraph("tief") + close * 5000
    assert reason_of(samples.word_package(tmp_path / "a.docx", body)) is Reason.DAMAGED


def test_a_page_nested_deeper_than_python_recurses(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<!DOCTYPE html><body>" + "<div>" * 20_000 + samples.SENTENCE, encoding="utf-8")
    assert samples.SENTENCE in text_of(read(tmp_path / "a.html"))


def test_rtf_of_nothing_but_braces(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_text(r"{\rtf1 Text" + "{" * 300_000)
    assert text_of(read(tmp_path / "a.rtf")) == "Text"


def test_a_mail_in_a_mail_in_a_mail(tmp_path: Path) -> None:
    data = bytes(samples.mail())
    for level in range(500):
        head = (
            f'From: a@b.de\nMIME-Version: 1.0\nSubject: {level}\nContent-Type: multipart/mixed; boundary="b{level}"\n\n'
        )
        data = f"{head}--b{level}\nContent-Type: message/rfc822\n\n".encode() + data + f"\n--b{level}--\n".encode()
    (tmp_path / "a.eml").write_bytes(data)
    try:
        attachments = read(tmp_path / "a.eml").attachments
    except ExtractionError as error:
        assert error.reason is Reason.DAMAGED
    else:
        assert len(attachments) == 1


def test_a_mail_with_hundreds_of_parts(tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "a@b.de", "viele", "<1@b.de>"
    message.set_content("Text")
    for number in range(500):
        message.add_attachment(b"x", maintype="application", subtype="pdf", filename=f"{number}.pdf")
    (tmp_path / "a.eml").write_bytes(bytes(message))
    assert len(read(tmp_path / "a.eml").attachments) == 500


def sheet(path: Path, dimension: str, data: str) -> Path:
    """A workbook whose first sheet has this stored size and these rows."""
    source = samples.xlsx(path.with_name("vorlage.xlsx"))
    with zipfile.ZipFile(source) as container:
        members = {entry: container.read(entry) for entry in container.namelist()}
    members["xl/worksheets/sheet1.xml"] = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="{dimension}"/><sheetData>{data}</sheetData></worksheet>'
    ).encode()
    return samples.zipped(path, members)


def test_a_sheet_that_claims_to_be_endless(tmp_path: Path) -> None:
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>allein</t></is></c></row>'
    extraction = read(sheet(tmp_path / "a.xlsx", "A1:XFD1048576", cell))
    assert extraction.pages[0].text == f"{samples.FIRST}\n\nallein"


def test_a_cell_in_the_last_corner_of_a_sheet(tmp_path: Path) -> None:
    cell = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>Ecke</t></is></c></row>'
    extraction = read(sheet(tmp_path / "a.xlsx", "A1", cell))
    assert extraction.warnings == (f"cut: sheet {samples.FIRST!r} is only read in part",)
    assert samples.SENTENCE in extraction.pages[1].text


def test_repeated_cells_and_rows_are_said_once(tmp_path: Path) -> None:
    cell = '<table:table-cell table:number-columns-repeated="16384"><text:p>immer</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    path = samples.odf_package(tmp_path / "a.ods", "spreadsheet", f'<table:table table:name="T">{row}</table:table>')
    assert text_of(read(path)) == "T\n\nimmer"


def test_a_billion_blanks(tmp_path: Path) -> None:
    path = samples.odf_package(tmp_path / "a.odt", "text", '<text:p>vorn<text:s text:c="1000000000"/>hinten</text:p>')
    assert text_of(read(path)) == "vorn hinten"


def _million_paragraphs(folder: Path) -> list[Path]:
    lines = [f"Absatz {number} über Leerstände" for number in range(1_000_000)]
    word = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    odf = "".join(f"<text:p>{line}</text:p>" for line in lines)
    (folder / "a.html").write_text("<!DOCTYPE html><body>" + "".join(f"<p>{line}" for line in lines), encoding="utf-8")
    (folder / "a.txt").write_text("\n\n".join(lines), encoding="utf-8")
    (folder / "a.rtf").write_text(r"{\rtf1 " + "".join(rf"Absatz {number}\par " for number in range(1_000_000)))
    return [
        samples.word_package(folder / "a.docx", word),
        samples.odf_package(folder / "a.odt", "text", odf),
        *(folder / f"a.{extension}" for extension in ("html", "txt", "rtf")),
    ]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_million_paragraphs_end_within_the_limits(tmp_path: Path) -> None:
    limits = Limits(seconds=90)
    paths = _million_paragraphs(tmp_path)
    with Reader(limits, workers=1) as reader:
        readings = {reading.path: reading for reading in reader.read(paths)}
    assert set(readings) == set(paths)
    for reading in readings.values():
        assert reading.seconds < limits.seconds + 20
        if reading.extraction is not None:
            assert reading.extraction.pages[-1].text.endswith(("Absatz 999999 über Leerstände", "Absatz 999999"))
        else:
            assert reading.reason in (Reason.TOO_MUCH_MEMORY, Reason.TOO_SLOW, Reason.TOO_LARGE)


@pytest.mark.slow
def test_a_text_larger_than_memory_ends_as_a_reason(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"Leerstand und Umnutzung\n" * 8_000_000)
    with Reader(LIMITS, workers=1) as reader:
        (reading,) = reader.read([tmp_path / "a.txt"])
    assert reading.reason is Reason.TOO_LARGE
