"""The directory of an OLE compound file, the container of legacy Office: the names of its streams, not their content.

Source of the layout: [MS-CFB] Compound File Binary File Format, sections 2.2 (header), 2.3 (sector chains), 2.6 (directory).
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import IO

from kb.errors import ExtractionError, Reason

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_LAST_SECTOR = 0xFFFFFFFA  # larger numbers are marks, not sectors
_MAX_SECTORS = 4096  # of the directory: a loop in a damaged chain ends here


def stream_names(path: Path) -> frozenset[str]:
    """The names of all streams and storages. Raises ExtractionError(DAMAGED) where the directory cannot be followed."""
    try:
        with path.open("rb") as file:
            header = file.read(512)
            shift, first = struct.unpack_from("<H", header, 30)[0], struct.unpack_from("<I", header, 48)[0]
            if shift not in (9, 12):
                raise ExtractionError(Reason.DAMAGED, f"OLE compound file with sectors of 2^{shift} bytes")
            table = struct.unpack_from("<109I", header, 76)
            return frozenset(_names(_directory(file, 1 << shift, first, table)))
    except (struct.error, OSError) as error:
        raise ExtractionError(Reason.DAMAGED, f"OLE compound file: {error}") from error


def _directory(file: IO[bytes], size: int, first: int, table: tuple[int, ...]) -> bytes:
    content, sector = bytearray(), first
    while sector < _LAST_SECTOR and len(content) < _MAX_SECTORS * size:
        file.seek((sector + 1) * size)
        content += file.read(size)
        sector = _next(file, size, sector, table)
    return bytes(content)


def _next(file: IO[bytes], size: int, sector: int, table: tuple[int, ...]) -> int:
    block, entry = divmod(sector, size // 4)
    if block >= len(table) or table[block] >= _LAST_SECTOR:
        return _LAST_SECTOR  # beyond the header's table only files of > 6.8 MB have one; their directory comes early
    file.seek((table[block] + 1) * size + entry * 4)
    return int(struct.unpack("<I", file.read(4))[0])


def _names(directory: bytes) -> list[str]:
    names = []
    for at in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        if 2 <= length <= 64 and directory[at + 66] in (1, 2, 5):
            names.append(directory[at : at + length - 2].decode("utf-16-le", "replace"))
    return names
