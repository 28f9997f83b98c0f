"""Presentations (.pptx, .ppsx, .pptm): a page a slide, python-pptx for the package and an own walk over the shapes.

The own walk reaches what python-pptx does not list: shapes stored twice for old programs, SmartArt, charts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from lxml import etree
from pptx.exc import PythonPptxError
from pptx.package import Package

from kb.ingest.extractor import Limits
from kb.ingest.extractors import drawing, ooxml, xml
from kb.ingest.extractors.composer import Composer, clean
from kb.ingest.extractors.drawing import A
from kb.ingest.extractors.title import choose_title
from kb.model import Extraction

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TITLES = frozenset({"title", "ctrTitle"})
_RUNNING = frozenset({"dt", "ftr", "sldNum", "hdr"})
_MAX_RUNNING = 150  # characters: what is longer is content, however often it stands there

Element = etree._Element


class PptxExtractor:
    """Reads OOXML presentations."""

    version = "pptx-1"

    def extract(self, path: Path, limits: Limits) -> Extraction:  # noqa: ARG002 - the contract's
        """A page a slide, its title as section, its notes at its end."""
        composer = Composer()
        links: dict[str, None] = {}
        with ooxml.opened(path) as (package, properties):
            slides = list(_slides(package))
            repeated = _repeated(slides)
            for number, slide in enumerate(slides, 1):
                composer.break_page(_Slide(slide, number, composer).walk(repeated))
                links |= dict.fromkeys(
                    rel.target_ref for rel in slide.part.rels.values() if rel.is_external and rel.target_ref
                )
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


def _repeated(slides: Sequence[Any]) -> frozenset[str]:
    """What stands on at least half of the slides, and on three: the footer of those who draw it by hand."""
    counts: Counter[str] = Counter()
    for number, slide in enumerate(slides, 1):
        counts.update({_pattern(_lines(shape), number) for shape in _slide_shapes(slide) if not _placeholder(shape)})
    return frozenset(pattern for pattern, count in counts.items() if pattern and count >= max(3, len(slides) / 2))


def _pattern(lines: Sequence[str], number: int) -> str:
    """The text of a shape with the slide's own number taken out; nothing for one that is too long to be a footer."""
    text = " ".join(lines)
    return re.sub(rf"\b{number}\b", "#", text) if len(text) <= _MAX_RUNNING else ""


def _slide_shapes(slide: Any) -> list[Element]:
    return list(_shapes(slide.element.find(f"{_P}cSld/{_P}spTree")))


class _Slide:
    """One slide on its way into the composer."""

    def __init__(self, slide: Any, number: int, composer: Composer) -> None:
        self._slide = slide
        self._number = number
        self._composer = composer

    def walk(self, repeated: frozenset[str]) -> tuple[str, ...]:
        """Fill the composer; what the slide shares with the others is left out and returned."""
        running: list[str] = []
        shapes = _slide_shapes(self._slide)
        for shape in shapes:
            if _placeholder(shape) in _TITLES:
                self._composer.heading(" ".join(_lines(shape)), 1)
        for number, shape in enumerate(shapes):
            lines, kind = _lines(shape), _placeholder(shape)
            if kind in _RUNNING or (not kind and _pattern(lines, self._number) in repeated):
                running += lines
            elif shape.tag == f"{_P}graphicFrame":
                self._graphic(shape)
            elif kind not in _TITLES:
                self._block(lines, f"shape {number}")
        self._notes()
        return tuple(running)

    def _block(self, lines: Sequence[str], group: str) -> None:
        for line in lines:
            self._composer.block(line, group)

    def _graphic(self, frame: Element) -> None:
        for row in frame.iter(f"{A}tr"):
            self._composer.row([" ".join(_lines(cell)) for cell in row.iterchildren(f"{A}tc")])
        relationships = self._slide.part.rels
        for element in frame.iter(etree.Element):
            for identifier in drawing.references(element):
                for line in drawing.lines(relationships[identifier]) if identifier in relationships else ():
                    self._composer.block(line, "graphic")

    def _notes(self) -> None:
        if not self._slide.has_notes_slide:
            return
        for shape in _shapes(self._slide.notes_slide.element.find(f"{_P}cSld/{_P}spTree")):
            if _placeholder(shape) not in _RUNNING:
                self._block(_lines(shape), "note")


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
    with_text = (one for one in alternatives if next(one.iter(f"{A}t"), None) is not None)
    return next(with_text, alternatives[0] if len(alternatives) else None)


def _placeholder(shape: Element) -> str:
    """The kind of placeholder a shape is, "" for none."""
    holder = next(shape.iter(f"{_P}ph"), None)
    return holder.get("type", "obj") if holder is not None else ""


def _lines(shape: Element) -> list[str]:
    return [line for line in (clean(text).replace("\n", " ") for text in drawing.paragraphs(shape)) if line]
