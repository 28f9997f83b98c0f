"""OLE compound files, the container of legacy Office: the names of the streams, and the beginning of one.

Source of the layout: [MS-CFB] Compound File Binary File Format, sections 2.2 (header), 2.3 (sector chains), 2.6 (directory).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kb.errors import ExtractionError, Reason

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_LAST_SECTOR = 0xFFFFFFFA  # larger numbers are marks, not sectors
_MAX_SECTORS = 4096  # of a chain: a loop in a damaged one ends here
_MAX_TABLE = 100_000  # sectors of the table of sectors: 6.5 GB of file
_SHORT = 4096  # bytes: shorter streams live in small sectors inside a stream that the root entry points to
_SMALL_SECTOR = 64  # bytes
_ENTRY = 128  # bytes of a directory entry


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream or storage of a compound file: `start` is its first sector, `size` in bytes.

    `left`, `right` and `child` are places in the directory, where what a storage holds is a binary tree.
    """

    name: str
    left: int
    right: int
    child: int
    start: int
    size: int


def streams(path: Path) -> dict[str, Stream]:
    """The streams and storages at the top level by name; what is embedded in a document is not among them.

    Raises ExtractionError(DAMAGED) where the directory cannot be followed.
    """
    with path.open("rb") as file:
        return {stream.name: stream for stream in _Container(file).top()}


def head(path: Path, name: str, length: int) -> bytes:
    """The first bytes of a stream, at least `length` where it has so many, none without such a stream. Raises as `streams`."""
    with path.open("rb") as file:
        container = _Container(file)
        found = next((stream for stream in container.top() if stream.name == name), None)
        if found is None:
            return b""
        return container.chain(found.start, length) if found.size >= _SHORT else container.short(found)


class _Container:
    """An open compound file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        try:
            header = file.read(512)
            shift = struct.unpack_from("<H", header, 30)[0]
            self._directory = struct.unpack_from("<I", header, 48)[0]
            self._small_table = struct.unpack_from("<I", header, 60)[0]
            more: int = struct.unpack_from("<I", header, 68)[0]
            self._table = list(struct.unpack_from("<109I", header, 76))
        except struct.error as error:
            raise ExtractionError(Reason.DAMAGED, f"OLE compound file: {error}") from error
        if shift not in (9, 12):
            raise ExtractionError(Reason.DAMAGED, f"OLE compound file with sectors of 2^{shift} bytes")
        self._size = 1 << shift
        self._extend_table(more)
        self._entries = self._directory_entries()

    def _extend_table(self, sector: int) -> None:
        # files of > 6.8 MB keep the rest of the table that the header begins in sectors of their own
        while sector < _LAST_SECTOR and len(self._table) < _MAX_TABLE:
            self._file.seek((sector + 1) * self._size)
            block = self._file.read(self._size)
            if len(block) < self._size:
                return
            *entries, sector = struct.unpack(f"<{self._size // 4}I", block)
            self._table += entries

    def top(self) -> list[Stream]:
        """What the root storage holds."""
        found, waiting, seen = [], [self._entries[0].child] if self._entries else [], set[int]()
        while waiting:
            number = waiting.pop()
            if number < len(self._entries) and number not in seen:
                seen.add(number)
                found.append(self._entries[number])
                waiting += (found[-1].left, found[-1].right)
        return found

    def _directory_entries(self) -> list[Stream]:
        directory, found = self.chain(self._directory, _MAX_SECTORS * self._size), []
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            length = min(max(2, struct.unpack_from("<H", directory, at + 64)[0]), 64)
            name = directory[at : at + length - 2].decode("utf-16-le", "replace")
            tree, place = struct.unpack_from("<III", directory, at + 68), struct.unpack_from("<II", directory, at + 116)
            found.append(Stream(name, *tree, *place))
        return found

    def chain(self, sector: int, length: int) -> bytes:
        """The content of a chain of sectors, cut after the sector in which `length` bytes are reached."""
        content = bytearray()
        while sector < _LAST_SECTOR and len(content) < min(length, _MAX_SECTORS * self._size):
            self._file.seek((sector + 1) * self._size)
            content += self._file.read(self._size)
            sector = self._next(sector)
        return bytes(content)

    def short(self, stream: Stream) -> bytes:
        """The content of a stream in small sectors."""
        root = self._entries[0]
        sectors, table = self.chain(root.start, root.size), self.chain(self._small_table, _MAX_SECTORS * self._size)
        content, sector = bytearray(), stream.start
        while sector * 4 + 4 <= len(table) and len(content) < stream.size:
            content += sectors[sector * _SMALL_SECTOR : (sector + 1) * _SMALL_SECTOR]
            sector = struct.unpack_from("<I", table, sector * 4)[0]
        return bytes(content[: stream.size])

    def _next(self, sector: int) -> int:
        block, entry = divmod(sector, self._size // 4)
        if block >= len(self._table) or self._table[block] >= _LAST_SECTOR:
            return _LAST_SECTOR
        self._file.seek((self._table[block] + 1) * self._size + entry * 4)
        number = self._file.read(4)
        return int(struct.unpack("<I", number)[0]) if len(number) == 4 else _LAST_SECTOR
