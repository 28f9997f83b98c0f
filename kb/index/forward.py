"""What an engine keeps of a document for showing it: its head, its passages, and which terms each passage has.

One block of bytes, the same for every engine, so that passages are chosen and scored without the engine. Terms are kept
as sorted 32-bit checksums with their places: what to mark is found by binary search, without analyzing the text again.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from kb.index.record import IndexRecord
from kb.model import Passage

_HEAD = struct.Struct("<5I")
_MOST = 65_535  # a 16-bit number; what lies beyond is found, but not marked
_WIDTH = 5  # ordinal, page, section, start, bytes of text


@lru_cache(maxsize=400_000)
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


class Occurrence(NamedTuple):
    """A term at characters `start` to `end` of the passage at index `place`."""

    term: str
    place: int
    start: int
    end: int


def _columns(occurrences: Iterable[Occurrence]) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
    """Checksums in order, and beside them place, start and length."""
    kept = [one for one in occurrences if one.place <= _MOST and one.start <= _MOST]
    hashes = np.array([checksum(one.term) for one in kept], dtype=np.uint32)
    rest = np.array([(one.place, one.start, min(one.end - one.start, _MOST)) for one in kept], dtype=np.uint16)
    order = np.argsort(hashes, kind="stable")
    return hashes[order], rest.reshape(len(kept), 3)[order]


def encode(record: IndexRecord, occurrences: Iterable[Occurrence]) -> bytes:
    """The block for a record, `occurrences` being the terms of its passages in order."""
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
    hashes, rest = _columns(occurrences)
    identifier = record.id.encode("utf-8")
    head = _HEAD.pack(len(identifier), len(header), len(texts), len(hashes), record.year or 0)
    return b"".join((head, identifier, header, table.tobytes(), hashes.tobytes(), rest.tobytes(), *texts))


class StoredDocument:
    """A block, decoded as far as it is asked for. `year` is 0 where unknown."""

    __slots__ = ("_block", "_count", "_hashes", "_head", "_header", "_rest", "_table", "_texts", "id", "year")

    def __init__(self, block: bytes) -> None:
        identifier, header, count, terms, self.year = _HEAD.unpack_from(block)
        place = _HEAD.size + identifier
        self.id = block[_HEAD.size : place].decode("utf-8")
        self._block = block
        self._head: dict[str, Any] | None = None
        self._header = slice(place, place + header)
        place += header
        self._count = count
        self._table = np.frombuffer(block, np.int32, count * _WIDTH, place).reshape(count, _WIDTH)
        place += count * _WIDTH * 4
        self._hashes = np.frombuffer(block, np.uint32, terms, place)
        place += terms * 4
        self._rest = np.frombuffer(block, np.uint16, terms * 3, place).reshape(terms, 3)
        self._texts = place + terms * 6

    @property
    def head(self) -> dict[str, Any]:
        """What is shown of the document itself: title, kind, year, owners, sections, file."""
        if self._head is None:
            self._head = json.loads(self._block[self._header])
        return self._head

    @property
    def count(self) -> int:
        """How many passages there are."""
        return int(self._count)

    def passage(self, index: int) -> Passage:
        """The passage at this index (not its ordinal)."""
        ordinal, page, section, start, size = (int(number) for number in self._table[index])
        begin = self._texts + int(self._table[:index, 4].sum())
        text = self._block[begin : begin + size].decode("utf-8")
        return Passage(ordinal, page, text, None if section < 0 else section, start)

    def pages(self) -> list[int]:
        """The page of every passage."""
        return cast(list[int], self._table[:, 1].tolist())

    def section(self, passage: Passage) -> str:
        """The heading that a passage stands under, empty before the first."""
        titles: list[str] = self.head["sections"]
        return titles[passage.section] if passage.section is not None and passage.section < len(titles) else ""

    def occurrences(self, checksums: NDArray[np.uint32]) -> list[list[list[int]]]:
        """For each checksum the rows (index of the passage, start, length) of its occurrences, in reading order."""
        first = self._hashes.searchsorted(checksums, "left").tolist()
        last = self._hashes.searchsorted(checksums, "right").tolist()
        return [self._rest[start:end].tolist() if start < end else [] for start, end in zip(first, last, strict=True)]
