"""What a child says arrives as it was, and what no child should say is refused."""

from __future__ import annotations

import pytest

from kb.errors import Reason
from kb.ingest import wire
from kb.ingest.extractors.pdf_fragment import Fragment, Recognition
from kb.model import Attachment, Extraction, Page, Section, TextOrigin

EXTRACTION = Extraction(
    pages=(Page(1, "Größe „5“"), Page(2, "gelesen", TextOrigin.OCR, 0.93, ("Kopf", "Seite 2"))),
    sections=(Section("Maß", 2, 2, 3),),
    title="Übersicht",
    metadata={"author": "Stadt Hamm", "created": "2012-05-14"},
    links=("https://example.org/ä",),
    attachments=(Attachment("leer.bin", b""), Attachment("Höfe.pdf", bytes(range(256)))),
    warnings=("ocr_too_slow: page 3",),
    extractor="pdfium",
    media_type="application/pdf",
    waiting=Reason.WAITS_FOR_OCR,
    unread=(3,),
)


def there_and_back(extraction: Extraction) -> Extraction:
    message, blobs = wire.unpack(wire.pack(*wire.from_extraction(extraction)))
    return wire.to_extraction(message, blobs)


def test_an_extraction_arrives_as_it_was() -> None:
    assert there_and_back(EXTRACTION) == EXTRACTION


def test_a_recognised_page_arrives_as_it_was() -> None:
    page = Recognition(3, 842.0, (Fragment("Straße", 1.5, 2.0, 3.0, 4.0, 4.0, 12.0, False, 7),), 0.5)
    message, _ = wire.unpack(wire.pack({"recognition": page}))
    assert wire.to_recognition(message["recognition"]) == page


def test_characters_that_no_database_takes_are_removed() -> None:
    dirty = Extraction(pages=(Page(1, "a\0b\ud800c"),), title="\udfff")
    clean = there_and_back(dirty)
    assert (clean.pages[0].text, clean.title) == ("ab?c", "?")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x05\0\0\0\0\0\0\0nope!",
        b"\xff" * 40,
        wire.pack({}, (b"abc",))[:-1],
        wire.pack({}) + b"more",
        b"\x02\0\0\0\0\0\0\0[]",
    ],
)
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.unpack(data)


@pytest.mark.parametrize(
    ("key", "value"),
    [("pages", [{"number": "x"}]), ("waiting", "boredom"), ("sections", 3), ("metadata", []), ("unread", ["a"])],
)
def test_an_extraction_of_another_shape_is_refused(key: str, value: object) -> None:
    plain, blobs = wire.from_extraction(EXTRACTION)
    with pytest.raises(wire.WireError):
        wire.to_extraction(plain | {key: value}, blobs)
    with pytest.raises(wire.WireError):
        wire.to_extraction({name: each for name, each in plain.items() if name != key}, blobs)
