"""What DOCX, PPTX and XLSX share: how a package is opened, checked and made readable, and its properties.

The properties are read without any of the three libraries, which would invent an author, a title and today's date for a
file that has none.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from lxml import etree

from kb.ingest.extractors import xml
from kb.ingest.extractors.property import meant

_CORE_TYPE = "/core-properties"
_KEYS = {
    "title": "title",
    "creator": "author",
    "subject": "subject",
    "keywords": "keywords",
    "description": "description",
    "language": "language",
    "category": "category",
    "created": "created",
    "modified": "modified",
}


# the namespaces of the "strict" variant of ISO 29500, which the libraries do not know
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")


@contextmanager
def opened(path: Path) -> Iterator[tuple[IO[bytes], dict[str, str]]]:
    """The package as a file that the libraries understand, and its properties (see `properties`).

    Raises ExtractionError(ARCHIVE_BOMB) for XML that declares entities.
    """
    with path.open("rb") as file:
        with zipfile.ZipFile(file) as container:
            xml.check_container(container)
            found = properties(container)
            package = _transitional(container) if _is_strict(container) else file
        package.seek(0)
        yield package, found


def _is_strict(container: zipfile.ZipFile) -> bool:
    return "_rels/.rels" in container.namelist() and _STRICT.search(container.read("_rels/.rels")) is not None


def _transitional(container: zipfile.ZipFile) -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as copy:
        for name in container.namelist():
            if name.endswith((".xml", ".rels")):
                copy.writestr(name, _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/\2", container.read(name)))
    return buffer


def properties(container: zipfile.ZipFile) -> dict[str, str]:
    """The core properties under the keys of `Extraction.metadata`, "title" among them; dates in ISO form."""
    root = xml.read(container, _core_name(container))
    found: dict[str, str] = {}
    for child in root if root is not None else ():
        key = _KEYS.get(etree.QName(child).localname)
        value = " ".join(xml.text_of(child).split())
        if key and value:
            found[key] = value
    program = _program(container)
    if program.startswith("LibreOffice"):
        found.pop("language", None)  # that of the installation, whatever the document is written in
    return meant(found) | ({"producer": program} if program else {})


def _core_name(container: zipfile.ZipFile) -> str:
    relationships = xml.read(container, "_rels/.rels")
    for relationship in relationships if relationships is not None else ():
        if relationship.get("Type", "").endswith(_CORE_TYPE):
            return relationship.get("Target", "").lstrip("/")
    return "docProps/core.xml"


def _program(container: zipfile.ZipFile) -> str:
    root = xml.read(container, "docProps/app.xml")
    for child in root if root is not None else ():
        if etree.QName(child).localname == "Application":
            return xml.text_of(child).strip()
    return ""
