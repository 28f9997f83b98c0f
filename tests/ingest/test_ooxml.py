"""What the three Office formats share: the strict variant of the standard, properties, lack of memory."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from kb.errors import Reason
from kb.ingest.extraction import extract_file
from kb.ingest.extractor import Limits
from kb.ingest.reading import Reader
from tests.ingest import samples

FORMATS = ["docx", "pptx", "xlsx"]


def strict(path: Path) -> Path:
    """The package in the strict variant of ISO 29500, as Office saves it on demand."""
    with zipfile.ZipFile(path) as container:
        members = {name: container.read(name) for name in container.namelist()}
    pattern = re.compile(
        rb"http://schemas\.openxmlformats\.org/(officeDocument|\w+ml)/2006/(relationships/?|main|chart)"
    )
    for name, data in members.items():
        if "docProps" not in name:
            members[name] = pattern.sub(rb"http://purl.oclc.org/ooxml/\1/\2", data)
    return samples.zipped(path.with_name(f"strict{path.suffix}"), members)


@pytest.mark.parametrize("name", FORMATS)
def test_the_strict_variant_reads_the_same(name: str, tmp_path: Path) -> None:
    path = samples.build(name, tmp_path)
    _, expected = extract_file(path, Limits())
    _, extraction = extract_file(strict(path), Limits())
    assert extraction.pages == expected.pages
    assert extraction.sections == expected.sections
    assert extraction.title == expected.title


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_without_properties_has_none_invented(name: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(samples.build(name, tmp_path)) as container:
        members = {entry: container.read(entry) for entry in container.namelist() if not entry.startswith("docProps/")}
    for entry in ("_rels/.rels", "[Content_Types].xml"):
        members[entry] = re.sub(rb"<(?:Relationship|Override)\b[^>]*docProps[^>]*/>", b"", members[entry])
    _, extraction = extract_file(samples.zipped(tmp_path / f"Bericht_2014.{name}", members), Limits())
    assert dict(extraction.metadata) == {}


@pytest.mark.slow
def test_lack_of_memory_is_called_by_its_name(tmp_path: Path) -> None:
    body = "".join(f"<w:p><w:r><w:t>Absatz {number}</w:t></w:r></w:p>" for number in range(500_000))
    pages = "<!DOCTYPE html>" + "".join(f"<p>Absatz {number}" for number in range(500_000))
    odf = "".join(f"<text:p>Absatz {number}</text:p>" for number in range(800_000))
    (tmp_path / "a.html").write_text(pages)
    paths = [
        samples.word_package(tmp_path / "a.docx", body),
        samples.odf_package(tmp_path / "a.odt", "text", odf),
        tmp_path / "a.html",
    ]
    with Reader(Limits(memory=300 * 1024 * 1024), workers=1) as reader:
        reasons = {reading.path.name: reading.reason for reading in reader.read(paths)}
    assert reasons == dict.fromkeys(("a.docx", "a.odt", "a.html"), Reason.TOO_MUCH_MEMORY)
