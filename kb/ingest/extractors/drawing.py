"""The words inside SmartArt and charts, which DOCX and PPTX keep in parts of their own beside the text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from kb.ingest.extractors import xml

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_KINDS = ("/diagramData", "/chart")


def references(element: etree._Element) -> Iterator[str]:
    """The relationship ids that an element may name a SmartArt drawing or chart by."""
    for name in ("dm", "id"):
        identifier = element.get(f"{RELATION}{name}")
        if identifier:
            yield identifier


def lines(relationship: Any) -> list[str]:
    """The words of the drawing at the other end of a relationship of python-docx or python-pptx, each line once."""
    if relationship.is_external or not str(relationship.reltype).endswith(_KINDS):
        return []
    root = xml.parse(relationship.target_part.blob)
    labels = (value.text or "" for value in root.iter(f"{_C}v"))
    return list(dict.fromkeys([*paragraphs(root), *(label for label in labels if not _is_number(label))]))


def paragraphs(root: etree._Element) -> Iterator[str]:
    """The texts of the DrawingML paragraphs below an element, numbers of slides left out."""
    for paragraph in root.iter(f"{A}p"):
        yield "".join(_pieces(paragraph))


def _pieces(paragraph: etree._Element) -> Iterator[str]:
    for piece in paragraph.iter(f"{A}t", f"{A}br", f"{A}tab"):
        field = piece.getparent()
        if field is None or field.get("type") != "slidenum":
            yield (piece.text or "") if piece.tag == f"{A}t" else " "


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
