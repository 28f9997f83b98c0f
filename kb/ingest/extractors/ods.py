"""OpenDocument spreadsheets (.ods): a page a sheet, a line a row, cells as they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from kb.ingest.extractor import Limits
from kb.ingest.extractors.odf import Walk, rows
from kb.ingest.extractors.odfpackage import TABLE, open_package
from kb.ingest.extractors.xlsx import Sheets
from kb.model import Extraction


class OdsExtractor:
    """Reads OpenDocument spreadsheets."""

    version = "ods-1"

    def extract(self, path: Path, limits: Limits) -> Extraction:  # noqa: ARG002 - the contract's
        """As for Excel: a page a sheet, its name as section."""
        package = open_package(path)
        walk, sheets = Walk(package), Sheets()
        for table in package.body("spreadsheet").iterchildren(f"{TABLE}table"):
            sheets.add(table.get(f"{TABLE}name", ""), _rows(walk, table))
        return sheets.extraction(package.metadata, path, "odf")


def _rows(walk: Walk, table: etree._Element) -> Iterator[list[str]]:
    for row in rows(table):
        # a repeated row is said once: repetition is how programs store formatting, hardly ever how people write
        yield [
            text.strip()
            for text in walk.cells(list(row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell")))
        ]
