"""OpenDocument presentations (.odp): a page a slide, its title as section, its notes at its end."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from kb.ingest.extractor import Limits
from kb.ingest.extractors.odf import Walk
from kb.ingest.extractors.odfpackage import DRAW, PRESENTATION, TEXT, open_package
from kb.ingest.extractors.title import choose_title
from kb.model import Extraction

_RUNNING = frozenset({"header", "footer", "date-time", "page-number"})


class OdpExtractor:
    """Reads OpenDocument presentations."""

    version = "odp-1"

    def extract(self, path: Path, limits: Limits) -> Extraction:  # noqa: ARG002 - the contract's
        """A page a slide."""
        package = open_package(path)
        walk = Walk(package)
        for number, slide in enumerate(package.body("presentation").iterchildren(f"{DRAW}page")):
            if number:
                walk.composer.break_page()
            _slide(walk, slide)
        metadata = dict(package.metadata)
        titles = [section.title for section in walk.composer.sections]
        title = choose_title([metadata.pop("title", None)], titles, path)
        return Extraction(
            pages=walk.composer.finish(),
            sections=tuple(walk.composer.sections),
            title=title,
            metadata=metadata,
            links=tuple(dict.fromkeys(walk.links)),
            extractor="odf",
        )


def _slide(walk: Walk, slide: etree._Element) -> None:
    shapes = [child for child in slide if isinstance(child.tag, str)]
    for shape in shapes:
        if _kind(shape) == "title":
            walk.composer.heading(" ".join(map(walk.inline, shape.iter(f"{TEXT}p"))), 1)
    notes = [shape for shape in shapes if shape.tag == f"{PRESENTATION}notes"]
    walk.blocks(shape for shape in shapes if shape not in notes and _kind(shape) not in _RUNNING | {"title"})
    for note in notes:
        walk.blocks(shape for shape in note if isinstance(shape.tag, str) and _kind(shape) not in _RUNNING)


def _kind(shape: etree._Element) -> str:
    return shape.get(f"{PRESENTATION}class", "")
