"""What DOCX, PPTX and XLSX share: their properties, read from the container without any of the three libraries.

The libraries would invent an author, a title and today's date for a file that has no properties.
"""

from __future__ import annotations

import zipfile

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
