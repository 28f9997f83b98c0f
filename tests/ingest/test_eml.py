"""Mails: bodies, headers that keep to no rule, attachments as files of their own."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from kb.errors import ExtractionError, Reason
from kb.ingest.extraction import extract_file
from kb.ingest.extractor import Limits
from kb.model import Extraction
from tests.ingest import samples

HEAD = "From: a@b.de\nTo: c@d.de\nMIME-Version: 1.0\n"


def read(folder: Path, content: str | bytes | EmailMessage) -> Extraction:
    data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else bytes(content)
    (folder / "Notiz_2014.eml").write_bytes(data)
    return extract_file(folder / "Notiz_2014.eml", Limits())[1]


def test_the_plain_body_is_preferred(tmp_path: Path) -> None:
    message = samples.mail()
    assert samples.NOTE in read(tmp_path, message).pages[0].text
    message.make_mixed()
    assert read(tmp_path, message).attachments == ()


def test_an_html_body_keeps_its_headings(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Subject"], message["Message-ID"] = "x y z", "<1@b>"
    message.set_content(samples.page(), subtype="html")
    extraction = read(tmp_path, message)
    assert [section.title for section in extraction.sections] == [samples.FIRST, samples.SECOND]
    assert extraction.title == "x y z"


def test_an_empty_plain_body_gives_way_to_html(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Subject"], message["Message-ID"] = "x y z", "<1@b>"
    message.set_content(" \n")
    message.add_alternative("<p>Inhalt</p>", subtype="html")
    assert read(tmp_path, message).pages[0].text == "Inhalt"


def test_attachments_keep_name_and_bytes(tmp_path: Path) -> None:
    message = samples.mail()
    message.add_attachment(b"\x00\x01", maintype="application", subtype="pdf", filename="Übersicht der Flächen.pdf")
    message.add_attachment("Text", filename="Anlage.txt")
    message.add_attachment(samples.mail(), filename=None)
    extraction = read(tmp_path, message)
    assert [attachment.name for attachment in extraction.attachments] == [
        "Übersicht der Flächen.pdf",
        "Anlage.txt",
        f"{samples.TITLE}.eml",
    ]
    assert extraction.attachments[0].data == b"\x00\x01"
    assert extraction.attachments[1].data.strip() == b"Text"
    assert samples.SENTENCE.encode() in extraction.attachments[2].data or b"Subject:" in extraction.attachments[2].data


def test_pictures_in_the_text_are_no_attachments(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Subject"], message["Message-ID"] = "x y z", "<1@b>"
    message.set_content("<p>Gruß <img src='cid:logo'></p>", subtype="html")
    message.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<logo>")
    assert read(tmp_path, message).attachments == ()


def test_a_mail_that_is_only_an_attachment(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Subject"], message["Message-ID"] = "Anlage", "<1@b>"
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="a.pdf")
    extraction = read(tmp_path, message)
    assert [attachment.name for attachment in extraction.attachments] == ["a.pdf"]


@pytest.mark.parametrize(
    ("header", "title"),
    [
        ("Subject: =?utf-8?q?Gr=C3=B6=C3=9Fe?= und =?iso-8859-1?b?1mw=?=", "Größe und Öl"),
        ("Subject: =?unsinn?q?Gr=F6?= x", "Gr"),
        ("Subject: =?utf-8?q?kaputt", "=?utf-8?q?kaputt"),
        ("Subject:", "Notiz 2014"),
        ("Subject: Zeile eins\n  und zwei", "Zeile eins und zwei"),
    ],
)
def test_subjects(header: str, title: str, tmp_path: Path) -> None:
    assert read(tmp_path, f"{HEAD}{header}\n\nText").title.startswith(title)


@pytest.mark.parametrize(
    ("date", "created"),
    [
        ("Tue, 06 May 2014 23:08:09 +0200", "2014-05-06T23:08:09+02:00"),
        ("6 May 2014 07:08:09 -0000", "2014-05-06T07:08:09"),
        ("gestern", None),
        ("Tue, 99 May 2014 99:08:09", None),
    ],
)
def test_dates(date: str, created: str | None, tmp_path: Path) -> None:
    assert read(tmp_path, f"{HEAD}Date: {date}\n\nText").metadata.get("created") == created


RAW = "Gr\udcc3\udcb6\udcc3\udc9fe"  # bytes of UTF-8 as they stand in a file


@pytest.mark.parametrize(
    "content",
    [
        f"Content-Type: text/plain; charset=unsinn\n\n{RAW}",
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nR3LDtsOfZQ==",
        "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nGr=F6=DFe",
        f"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain; charset=utf-8\n\n{RAW}",
        f"Content-Type: text/html\n\n<p>{RAW}</p>",
    ],
)
def test_bodies_that_keep_to_no_rule(content: str, tmp_path: Path) -> None:
    assert read(tmp_path, f"{HEAD}{content}").pages[0].text == "Größe"


@pytest.mark.parametrize(
    "header", ["From: @@@<<>>", "From: =?x?", "To: (((", "Content-Type: ;;;", "Content-Disposition: ="]
)
def test_headers_that_keep_to_no_rule(header: str, tmp_path: Path) -> None:
    assert read(tmp_path, f"{header}\n{HEAD}Message-ID: <x>\n\nText").pages[0].text == "Text"


def test_a_mail_without_text_and_attachments(tmp_path: Path) -> None:
    with pytest.raises(ExtractionError) as caught:
        read(tmp_path, f"{HEAD}Subject: leer\n\n\n")
    assert caught.value.reason is Reason.NO_TEXT
