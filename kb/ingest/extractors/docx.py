"""Word documents (.docx, .docm, .dotx): python-docx opens the package, kb/ingest/extractors/wordml.py walks the text.

Old binary Word files are kb/ingest/extractors/legacy.py's.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from docx.opc.exceptions import OpcError
from docx.package import Package
from lxml import etree

from kb.errors import ExtractionError, Reason
from kb.ingest.extractor import Limits
from kb.ingest.extractors import drawing, ooxml, xml
from kb.ingest.extractors.numbering import Numbering
from kb.ingest.extractors.title import choose_title
from kb.ingest.extractors.wordml import Notes, Walk, w
from kb.ingest.extractors.wordstyle import Styles
from kb.model import Extraction

_RELATION = "/relationships/"


class DocxExtractor:
    """Reads OOXML word processing."""

    version = "docx-1"

    def extract(self, path: Path, limits: Limits) -> Extraction:  # noqa: ARG002 - the contract's
        """Pages by the breaks that Word left in the file; without any, one page."""
        with ooxml.opened(path) as (package, properties):
            document = _open(package)
        walk = _walk(document)
        pages = walk.composer.finish(running=tuple(_running(document)))
        headings = [walk.title] if walk.title else [section.title for section in walk.composer.sections]
        title = choose_title([properties.pop("title", None)], headings, path)
        return Extraction(
            pages=pages,
            sections=tuple(walk.composer.sections),
            title=title,
            metadata=properties,
            links=tuple(dict.fromkeys(walk.links)),
            extractor="python-docx",
        )


def _open(package: IO[bytes]) -> Any:
    try:
        # Document() would refuse macro documents and templates; their text is the same
        return Package.open(package).main_document_part
    except (OpcError, etree.LxmlError, AttributeError, TypeError) as error:
        raise xml.failure("python-docx", error) from error


def _walk(document: Any) -> Walk:
    styles = _related(document, "styles")
    numbering = _related(document, "numbering")
    walk = Walk(
        styles=Styles(styles[0] if styles else None),
        numbering=Numbering(numbering[0] if numbering else None),
        notes=Notes(_related(document, "footnotes"), _related(document, "endnotes")),
        graphics={key: drawing.lines(rel) for key, rel in document.rels.items()},
        targets={key: rel.target_ref for key, rel in document.rels.items() if rel.is_external and rel.target_ref},
    )
    body = _root(document).find(w("body"))
    if body is None:
        raise ExtractionError(Reason.DAMAGED, "Word document without a body")
    walk.document(body)
    return walk


def _root(part: Any) -> etree._Element:
    element = getattr(part, "element", None)
    return element if element is not None else xml.parse(part.blob)


def _related(document: Any, kind: str) -> list[etree._Element]:
    return [
        _root(rel.target_part)
        for rel in document.rels.values()
        if not rel.is_external and str(rel.reltype).endswith(_RELATION + kind)
    ]


def _running(document: Any) -> list[str]:
    """The lines of all headers and footers, each once."""
    lines: dict[str, None] = {}
    for kind in ("header", "footer"):
        for root in _related(document, kind):
            walk = Walk()
            walk.document(root)
            for page in walk.composer.finish():
                lines.update(dict.fromkeys(line for line in page.text.splitlines() if line))
    return list(lines)
