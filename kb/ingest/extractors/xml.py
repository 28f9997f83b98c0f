"""The one way in which XML is parsed: no entities, no network, no huge trees. What the elements mean is the formats'.

A DOCTYPE is allowed (real OpenDocument files have one), a declaration of entities is not: no office program writes one.
"""

from __future__ import annotations

import zipfile
from typing import Final

from lxml import etree

from kb.errors import ExtractionError, Reason

_PROLOG = 4096  # bytes in which a DOCTYPE is looked for before parsing; the parser itself expands nothing in any case
_DECLARATIONS: Final = tuple("<!ENTITY".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))


def parse(data: bytes) -> etree._Element:
    """The root of an XML document. Raises ExtractionError: ARCHIVE_BOMB for entities, DAMAGED for what is not XML."""
    refuse_entities(data[:_PROLOG], "XML")
    try:
        return etree.fromstring(data, _parser())
    except etree.LxmlError as error:
        raise failure("XML", error) from error


def failure(where: str, error: Exception) -> ExtractionError:
    """What an exception of a library that parses XML means: TOO_MUCH_MEMORY or DAMAGED.

    libxml2 reports lack of memory as an error of syntax that stands nowhere in the document.
    """
    if isinstance(error, etree.XMLSyntaxError) and not error.lineno:
        return ExtractionError(Reason.TOO_MUCH_MEMORY, f"{where}: {error}")
    return ExtractionError(Reason.DAMAGED, f"{where}: {type(error).__name__}: {error}")


def read(container: zipfile.ZipFile, name: str) -> etree._Element | None:
    """The root of an entry of a ZIP container, None where there is none. Raises as `parse`."""
    try:
        return parse(container.read(name))
    except KeyError:
        return None


def refuse_entities(head: bytes, name: str) -> None:
    """Raise ExtractionError(ARCHIVE_BOMB) where the head of an XML document declares entities."""
    if any(declaration in head for declaration in _DECLARATIONS):
        raise ExtractionError(Reason.ARCHIVE_BOMB, f"{name} declares XML entities")


def check_container(container: zipfile.ZipFile) -> None:
    """Look at the head of every XML entry of an office file, before a library parses it its own way."""
    for entry in container.infolist():
        if entry.filename.lower().endswith((".xml", ".rels")):
            with container.open(entry) as file:
                refuse_entities(file.read(_PROLOG), entry.filename)


def text_of(element: etree._Element) -> str:
    """All text below an element, comments and processing instructions left out."""
    return "".join(str(piece) for piece in element.itertext("*"))


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
