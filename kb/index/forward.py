"""What an engine keeps of a document for showing it: its head, its passages, and which terms each passage has.

One block of bytes, the same for every engine, so that passages are chosen and scored without the engine. Terms are kept
as sorted 32-bit checksums with their places: what to mark is found by binary search, without analyzing the text again.
"""

from __future__ import annotations

import json
import struct
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from kb.index.record import IndexRecord
from kb.model import Passage

_HEAD = struct.Struct("<5I")
_decode: Callable[[str], Any] = json.JSONDecoder().decode  # json.loads finds out the encoding first, which is known
MOST = 65_535  # a 16-bit number; what lies beyond is found, but not marked
_WIDTH = 5  # ordinal, page, section, start, bytes of text


def checksum(term: str) -> int:
    """The 32 bits that stand for a term. Two terms in 4 billion share them; then a word too many counts in a passage."""
    return zlib.crc32(term.encode("utf-8"))


def _header(record: IndexRecord) -> bytes:
    head = {
        "title": record.title,
        "kind": record.kind,
        "year": record.year,
        "owners": record.owners or record.municipalities,
        "sections": record.sections,
        "file": record.file_names[0] if record.file_names else "",
    }
    return json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def encode(record: IndexRecord, checksums: Sequence[int], places: Sequence[int]) -> bytes:
    """The block for a record.

    `checksums` are those of the terms of its passages, in order; `places` has three numbers for each, none above `MOST`:
    index of the passage, first character in it, length.
    """
    header, texts = _header(record), [passage.text.encode("utf-8") for passage in record.passages]
    table = np.array(
        [
            (
                passage.ordinal,
                passage.page,
                -1 if passage.section is None else passage.section,
                passage.start,
                len(text),
            )
            for passage, text in zip(record.passages, texts, strict=True)
        ],
        dtype=np.int32,
    ).reshape(len(texts), _WIDTH)
    hashes = np.array(checksums, dtype=np.uint32)
    order = np.argsort(hashes, kind="stable")
    rest = np.array(places, dtype=np.uint16).reshape(len(hashes), 3)[order]
    identifier = record.id.encode("utf-8")
    head = _HEAD.pack(len(identifier), len(header), len(texts), len(hashes), record.year or 0)
    return b"".join((head, identifier, header, table.tobytes(), hashes[order].tobytes(), rest.tobytes(), *texts))


class StoredDocument:
    """A block, decoded as far as it is asked for. `year` is 0 where unknown, `count` is how many passages there are.

    Written for thirty documents a query, of which little is read: so views and bisection, not arrays.
    """

    __slots__ = ("_block", "_hashes", "_head", "_header", "_rest", "_table", "_texts", "count", "id", "year")

    def __init__(self, block: bytes) -> None:
        identifier, header, count, terms, year = _HEAD.unpack_from(block)
        start = _HEAD.size + identifier
        table = start + header
        hashes = table + count * _WIDTH * 4
        rest = hashes + terms * 4
        view = memoryview(block)
        self.id = str(view[_HEAD.size : start], "utf-8")
        self.year: int = year
        self.count: int = count
        self._block = block
        self._head: dict[str, Any] | None = None
        self._header = (start, table)
        self._table = view[table:hashes].cast("i")
        self._hashes = view[hashes:rest].cast("I")
        self._texts = rest + terms * 6
        self._rest = view[rest : self._texts].cast("H")

    @property
    def head(self) -> dict[str, Any]:
        """What is shown of the document itself: title, kind, year, owners, sections, file."""
        if self._head is None:
            start, end = self._header
            self._head = _decode(self._block[start:end].decode("utf-8"))
        return self._head

    def passage(self, index: int) -> Passage:
        """The passage at this index (not its ordinal)."""
        ordinal, page, section, start, size = self._table[index * _WIDTH : (index + 1) * _WIDTH]
        begin = self._texts + sum(self._table[_WIDTH - 1 : index * _WIDTH : _WIDTH])
        text = self._block[begin : begin + size].decode("utf-8")
        return Passage(ordinal, page, text, None if section < 0 else section, start)

    def pages(self) -> list[int]:
        """The page of every passage."""
        return self._table[1::_WIDTH].tolist()

    def section(self, passage: Passage) -> str:
        """The heading that a passage stands under, empty before the first."""
        titles: list[str] = self.head["sections"]
        return titles[passage.section] if passage.section is not None and passage.section < len(titles) else ""

    def occurrences(self, checksum: int) -> list[int]:
        """Index of the passage, start and length of every occurrence of a term, in reading order, in one list."""
        hashes = self._hashes
        first = bisect_left(hashes, checksum)
        if first == len(hashes) or hashes[first] != checksum:
            return []
        return self._rest[first * 3 : bisect_right(hashes, checksum, first) * 3].tolist()
