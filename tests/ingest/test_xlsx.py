"""Spreadsheets: values as people read them, sheets that claim more than they hold."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from kb.errors import ExtractionError, Reason
from kb.ingest.extraction import extract_file
from kb.ingest.extractor import Limits
from kb.ingest.extractors.xlsx import MAX_ROWS, Sheets
from kb.model import Extraction


def read(folder: Path, rows: list[list[object]], name: str = "Mappe_2014.xlsx") -> Extraction:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Blatt"
    for row in rows:
        sheet.append(row)
    workbook.save(folder / name)
    return extract_file(folder / name, Limits())[1]


def test_values_as_people_read_them(tmp_path: Path) -> None:
    row = [
        1.0,
        2.5,
        10**12,
        True,
        datetime.date(2014, 5, 6),
        datetime.datetime(2014, 5, 6, 7, 8),  # noqa: DTZ001 - spreadsheets know no zones
        datetime.time(9, 5),
        " x\ny ",
    ]
    assert read(tmp_path, [row]).pages[0].text.splitlines()[-1] == (
        "1 | 2.5 | 1000000000000 | True | 2014-05-06 | 2014-05-06 07:08 | 09:05:00 | x y"
    )


def test_empty_cells_between_full_ones_are_kept_and_empty_rows_are_not(tmp_path: Path) -> None:
    assert read(tmp_path, [["a", None, "c", None], [], [None, "b"]]).pages[0].text == "Blatt\n\na | | c\n| b"


def test_formulas_without_a_stored_value_are_no_text(tmp_path: Path) -> None:
    assert read(tmp_path, [["Summe", "=1+1"]]).pages[0].text == "Blatt\n\nSumme"


def test_names_of_sheets_are_no_title(tmp_path: Path) -> None:
    assert read(tmp_path, [["x"]]).title == "Mappe 2014"


def test_a_workbook_without_values(tmp_path: Path) -> None:
    with pytest.raises(ExtractionError) as caught:
        read(tmp_path, [])
    assert caught.value.reason is Reason.NO_TEXT


def test_a_data_set_is_cut_and_says_so() -> None:
    sheets = Sheets()
    sheets.add("erstes", ([str(number)] for number in range(MAX_ROWS + 10)))
    sheets.add("zweites", [["y"]])
    extraction = sheets.extraction({}, Path("a.xlsx"), "x")
    assert extraction.warnings == (
        "cut: sheet 'erstes' is only read in part",
        "cut: sheet 'zweites' is only read in part",
    )
    assert extraction.pages[0].text.splitlines()[-1] == str(MAX_ROWS - 1)
