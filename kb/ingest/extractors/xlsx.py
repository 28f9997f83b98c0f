"""Spreadsheets (.xlsx, .xlsm): a page a sheet, a line a row; openpyxl in its read-only mode, values instead of formulas."""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from kb.errors import ExtractionError, Reason
from kb.ingest.extractor import Limits
from kb.ingest.extractors import ooxml, xml
from kb.ingest.extractors.composer import Composer
from kb.ingest.extractors.title import choose_title
from kb.model import Extraction

MAX_ROWS = 100_000  # with content, in the whole file: beyond it is a data set, not a document
MAX_EMPTY = 20_000  # rows without content in a row: what follows is formatting to the edge of the sheet


class XlsxExtractor:
    """Reads OOXML spreadsheets."""

    version = "xlsx-1"

    def extract(self, path: Path, limits: Limits) -> Extraction:  # noqa: ARG002 - the contract's
        """A page a sheet, its name as section. A sheet that is cut leaves a warning."""
        sheets = Sheets()
        with ooxml.opened(path) as (package, properties), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl names every extension of Excel that it drops
            _fill(package, sheets)
        return sheets.extraction(properties, path, "openpyxl")


class Sheets:
    """Sheets on their way to pages; shared by the spreadsheet formats."""

    def __init__(self) -> None:
        self._composer = Composer()
        self._warnings: list[str] = []
        self._started = False
        self._rows = 0

    def add(self, name: str, rows: Iterable[Sequence[str]]) -> None:
        """A sheet with the texts of its cells; stops reading rows where the limits say so."""
        if self._started:
            self._composer.break_page()
        self._started = True
        self._composer.heading(name, 1)
        empty = 0
        for row in rows:
            if self._rows >= MAX_ROWS or empty >= MAX_EMPTY:
                self._warnings.append(f"cut: sheet {name!r} is only read in part")
                return
            if any(row):
                self._composer.row(row)
                self._rows, empty = self._rows + 1, 0
            else:
                empty += 1

    def extraction(self, properties: dict[str, str], path: Path, extractor: str) -> Extraction:
        """All of it; sheets that are called "Tabelle1" are no title."""
        metadata = dict(properties)
        if not self._rows:
            raise ExtractionError(Reason.NO_TEXT, "spreadsheet without values")
        sections = tuple(self._composer.sections)
        return Extraction(
            pages=self._composer.finish(),
            sections=sections,
            title=choose_title([metadata.pop("title", None)], [], path),
            metadata=metadata,
            warnings=tuple(self._warnings),
            extractor=extractor,
        )


def _fill(package: IO[bytes], sheets: Sheets) -> None:
    try:
        # by its content: given a path, openpyxl goes by the extension
        workbook = openpyxl.load_workbook(package, read_only=True, data_only=True, keep_links=False)
        try:
            for sheet in workbook.worksheets:
                # the stored size may claim a million rows, and openpyxl would fill them up
                sheet.reset_dimensions()
                sheets.add(sheet.title, (_texts(row) for row in sheet.iter_rows(values_only=True)))
        finally:
            workbook.close()
    except (InvalidFileException, AttributeError, TypeError, SyntaxError) as error:
        raise xml.failure("openpyxl", error) from error


def _texts(row: Sequence[Any]) -> list[str]:
    texts = [_text(value) for value in row]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
    return str(value).strip()
