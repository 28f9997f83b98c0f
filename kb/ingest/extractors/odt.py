"""OpenDocument text (.odt, .ott). Presentations and spreadsheets are odp.py's and ods.py's, the walk itself odf.py's."""

from __future__ import annotations

from pathlib import Path

from kb.ingest.extractor import Limits
from kb.ingest.extractors.odf import Walk
from kb.ingest.extractors.odfpackage import open_package
from kb.ingest.extractors.title import choose_title
from kb.model import Extraction


class OdtExtractor:
    """Reads OpenDocument text."""

    version = "odt-1"

    def extract(self, path: Path, limits: Limits) -> Extraction:  # noqa: ARG002 - the contract's
        """Pages by the soft and hard page breaks in the file; without any, one page."""
        package = open_package(path)
        walk = Walk(package)
        walk.blocks(package.body("text"))
        if all(section.title == walk.title for section in walk.composer.sections):
            walk.composer.trust_looks()  # nobody used styles: what is a heading can only be seen
        pages = walk.composer.finish(package.running)
        headings = [walk.title] if walk.title else [section.title for section in walk.composer.sections]
        metadata = dict(package.metadata)
        title = choose_title([metadata.pop("title", None)], headings, path)
        return Extraction(
            pages=pages,
            sections=tuple(walk.composer.sections),
            title=title,
            metadata=metadata,
            links=tuple(dict.fromkeys(walk.links)),
            extractor="odf",
        )
