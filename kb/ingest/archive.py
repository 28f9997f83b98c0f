"""Checks before a ZIP container is opened: number of entries, total size, ratio, encryption. No content is read here.

The sizes a container declares bound what Python's zipfile will inflate, so they are a safe ground for the checks. What is
inside is for the extractors; how deep archives may nest is the ZIP extractor's.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO

from kb.errors import ExtractionError, Reason

MAX_ENTRIES = 10_000
MAX_TOTAL = 500 * 1024 * 1024  # bytes, inflated
MAX_RATIO = 200
RATIO_FREE = 8 * 1024 * 1024  # bytes, inflated: below this, a high ratio is harmless (blank bitmaps, repetitive XML)
MAX_DIRECTORY = 8 * 1024 * 1024  # bytes of the central directory: bounds what listing the entries costs

_ENCRYPTED_FLAG = 0x1
_END_OF_DIRECTORY = 22  # bytes without the comment


def check(path: Path) -> None:
    """Pass a container that is safe to open.

    Raises ExtractionError with ARCHIVE_BOMB, ENCRYPTED or DAMAGED.
    """
    with path.open("rb") as file:
        check_stream(file)


def check_stream(file: IO[bytes]) -> None:
    """The same for an open, seekable file; its position afterwards is undefined."""
    size = file.seek(0, 2)
    _check_directory(file, size)
    try:
        with zipfile.ZipFile(file) as container:
            entries = container.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        raise ExtractionError(Reason.DAMAGED, f"{type(error).__name__}: {error}") from error
    _check_entries(entries, size)


def _check_directory(file: IO[bytes], size: int) -> None:
    # zipfile would build an object for each entry before anybody can count them; the directory's size says it sooner
    file.seek(max(0, size - _END_OF_DIRECTORY - 0xFFFF))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise ExtractionError(Reason.DAMAGED, "ZIP container without its directory (cut off?)")
    directory_size = int.from_bytes(tail[at + 12 : at + 16], "little")
    if directory_size == 0xFFFFFFFF:  # ZIP64: the record with the true size stands right before
        record = tail.rfind(b"PK\x06\x06", 0, at)
        directory_size = int.from_bytes(tail[record + 40 : record + 48], "little") if record >= 0 else size
    if directory_size > MAX_DIRECTORY:
        raise ExtractionError(Reason.ARCHIVE_BOMB, f"directory of {directory_size} bytes")


def _check_entries(entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > MAX_ENTRIES:
        raise ExtractionError(Reason.ARCHIVE_BOMB, f"{len(entries)} entries, the limit is {MAX_ENTRIES}")
    total = sum(entry.file_size for entry in entries)
    if total > MAX_TOTAL:
        raise ExtractionError(Reason.ARCHIVE_BOMB, f"inflates to {total} bytes, the limit is {MAX_TOTAL}")
    packed = sum(entry.compress_size for entry in entries)
    if total > RATIO_FREE and total > MAX_RATIO * packed:
        raise ExtractionError(Reason.ARCHIVE_BOMB, f"{packed} bytes inflate to {total}, ratio above {MAX_RATIO}")
    if packed > size:
        raise ExtractionError(Reason.ARCHIVE_BOMB, f"entries overlap: {packed} packed bytes in a file of {size}")
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        raise ExtractionError(Reason.ENCRYPTED, "ZIP container with a password")
