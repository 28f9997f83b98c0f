"""Presentations (.pptx, .ppsx, .pptm): a page a slide, python-pptx for the package and an own walk over the shapes.

The own walk reaches what python-pptx does not list: shapes stored twice for old programs, SmartArt, charts.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from lxml import etree
from pptx.exc import PythonPptxError
from pptx.package import Package

from kb.ingest.extractor import Limits
from kb.ingest.extractors import ooxml, xml
from kb.ingest.extractors.composer import Composer, clean
from kb.ingest.extractors.title import choose_title
from kb.model import Extraction

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TITLES = frozenset({"title", "ctrTitle"})
_RUNNING = frozenset({"dt", "ftr", "sldNum", "hdr"})

Element = etree._Element


class PptxExtractor:
    """Reads OOXML presentations."""

    version = "pptx-1"

    def extract(self, path: Path, limits: Limits) -> Extraction:  # noqa: ARG002 - the contract's
        """A page a slide, its title as section, its notes at its end."""
        composer = Composer()
        links: dict[str, None] = {}
        with ooxml.opened(path) as (package, properties):
            for number, slide in enumerate(_slides(package)):
                if number:
                    composer.break_page()
                _Slide(slide, composer).walk()
                links |= dict.fromkeys(rel.target_ref for rel in slide.part.rels.values() if rel.is_external)
        title = choose_title([properties.pop("title", None)], [s.title for s in composer.sections], path)
        return Extraction(
            pages=composer.finish(),
            sections=tuple(composer.sections),
            title=title,
            metadata=properties,
            links=tuple(links),
            extractor="python-pptx",
        )


def _slides(package: IO[bytes]) -> Iterator[Any]:
    try:
        # Presentation() would refuse slide shows; their slides are the same
        yield from Package.open(package).presentation_part.presentation.slides
    except (PythonPptxError, etree.LxmlError, AttributeError, TypeError) as error:
        raise xml.failure("python-pptx", error) from error


class _Slide:
    """One slide on its way into the composer."""

    def __init__(self, slide: Any, composer: Composer) -> None:
        self._slide = slide
        self._composer = composer
        self._running: list[str] = []

    def walk(self) -> None:
        shapes = list(_shapes(self._slide.element.find(f"{_P}cSld/{_P}spTree")))
        for shape in shapes:
            if _placeholder(shape) in _TITLES:
                self._composer.heading(" ".join(_lines(shape)), 1)
        for shape in shapes:
            if _placeholder(shape) not in _TITLES:
                self._shape(shape)
        self._notes()

    def _shape(self, shape: Element) -> None:
        if shape.tag == f"{_P}graphicFrame":
            self._graphic(shape)
        elif _placeholder(shape) not in _RUNNING:
            for number, line in enumerate(_lines(shape)):
                self._composer.block(line, f"shape {id(shape)}" if number else "")

    def _graphic(self, frame: Element) -> None:
        for row in frame.iter(f"{_A}tr"):
            self._composer.row([" ".join(_lines(cell)) for cell in row.iterchildren(f"{_A}tc")])
        for reference in frame.iter():
            if isinstance(reference.tag, str):
                for name in ("dm", "id"):  # the data of a SmartArt drawing, a chart
                    self._linked(reference.get(f"{_RELATION}{name}", ""))

    def _linked(self, relationship: str) -> None:
        rel = self._slide.part.rels.get(relationship)
        if rel is None or rel.is_external or not rel.reltype.endswith(("/diagramData", "/chart")):
            return
        root = xml.parse(rel.target_part.blob)
        texts = [*_paragraphs(root), *(v.text or "" for v in root.iter(f"{_C}v") if not _is_number(v.text or ""))]
        for text in dict.fromkeys(texts):
            self._composer.block(text, "graphic")

    def _notes(self) -> None:
        if not self._slide.has_notes_slide:
            return
        for shape in _shapes(self._slide.notes_slide.element.find(f"{_P}cSld/{_P}spTree")):
            if _placeholder(shape) not in _RUNNING:
                for number, line in enumerate(_lines(shape)):
                    self._composer.block(line, "note" if number else "")


def _shapes(parent: Element | None) -> Iterator[Element]:
    """The shapes below a tree or group in their order, each stored twice taken once."""
    for child in parent if parent is not None else ():
        if child.tag == f"{_P}grpSp":
            yield from _shapes(child)
        elif child.tag == f"{_MC}AlternateContent":
            yield from _shapes(_chosen(child))
        elif child.tag in (f"{_P}sp", f"{_P}cxnSp", f"{_P}graphicFrame"):
            yield child


def _chosen(alternatives: Element) -> Element | None:
    with_text = (one for one in alternatives if next(one.iter(f"{_A}t"), None) is not None)
    return next(with_text, alternatives[0] if len(alternatives) else None)


def _placeholder(shape: Element) -> str:
    """The kind of placeholder a shape is, "" for none."""
    holder = next(shape.iter(f"{_P}ph"), None)
    return holder.get("type", "obj") if holder is not None else ""


def _lines(shape: Element) -> list[str]:
    return [line for line in (clean(text).replace("\n", " ") for text in _paragraphs(shape)) if line]


def _paragraphs(root: Element) -> Iterator[str]:
    for paragraph in root.iter(f"{_A}p"):
        yield "".join(_pieces(paragraph))


def _pieces(paragraph: Element) -> Iterator[str]:
    for piece in paragraph.iter(f"{_A}t", f"{_A}br", f"{_A}tab"):
        field = piece.getparent()
        if field is None or field.get("type") != "slidenum":
            yield (piece.text or "") if piece.tag == f"{_A}t" else " "


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
