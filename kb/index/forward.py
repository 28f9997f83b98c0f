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
from numpy.typing import NDArray

from kb.index.record import IndexRecord
from kb.model import Passage

_HEAD = struct.Struct("<5I")
_decode: Callable[[str], Any] = json.JSONDecoder().decode  # json.loads finds out the encoding first, which is known
MOST = 65_535  # a 16-bit number; what lies beyond is found, but not marked
_WIDTH = 5  # ordinal, page, section, start, bytes of text
_ROW = struct.Struct(f"<{_WIDTH}i")


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

    Written for dozens of documents a query, of which little is read: places in the block, and no array before it is needed.
    """

    __slots__ = (
        "_block",
        "_hashes",
        "_head",
        "_header",
        "_rest",
        "_sorted",
        "_table",
        "_texts",
        "count",
        "terms",
        "year",
    )

    def __init__(self, block: bytes) -> None:
        identifier, header, count, terms, year = _HEAD.unpack_from(block)
        self._block = block
        self._header = start = _HEAD.size + identifier
        self._table = table = start + header
        self._hashes = hashes = table + count * _WIDTH * 4
        self._rest = rest = hashes + terms * 4
        self._texts = rest + terms * 6
        self._head: dict[str, Any] | None = None
        self._sorted: memoryview | None = None
        self.year: int = year
        self.count: int = count
        self.terms: int = terms

    @property
    def id(self) -> str:
        """The document's id."""
        return self._block[_HEAD.size : self._header].decode("utf-8")

    @property
    def head(self) -> dict[str, Any]:
        """What is shown of the document itself: title, kind, year, owners, sections, file."""
        if self._head is None:
            self._head = _decode(self._block[self._header : self._table].decode("utf-8"))
        return self._head

    def passage(self, index: int) -> Passage:
        """The passage at this index (not its ordinal)."""
        ordinal, page, section, start, size = _ROW.unpack_from(self._block, self._table + index * _ROW.size)
        begin = self._texts + (sum(self._rows()[_WIDTH - 1 : index * _WIDTH : _WIDTH]) if index else 0)
        text = self._block[begin : begin + size].decode("utf-8")
        return Passage(ordinal, page, text, None if section < 0 else section, start)

    def _rows(self) -> memoryview:
        return memoryview(self._block)[self._table : self._hashes].cast("i")

    def pages(self) -> list[int]:
        """The page of every passage."""
        return self._rows()[1::_WIDTH].tolist()

    def section(self, passage: Passage) -> str:
        """The heading that a passage stands under, empty before the first."""
        if passage.section is None:
            return ""
        titles: list[str] = self.head["sections"]
        return titles[passage.section] if passage.section < len(titles) else ""

    def occurrences(self, checksum: int) -> list[int]:
        """Index of the passage, start and length of every occurrence of a term, in reading order, in one list."""
        hashes = self._sorted
        if hashes is None:
            hashes = self._sorted = memoryview(self._block)[self._hashes : self._rest].cast("I")
        first = bisect_left(hashes, checksum)
        if first == self.terms or hashes[first] != checksum:
            return []
        last = bisect_right(hashes, checksum, first)
        return memoryview(self._block)[self._rest + first * 6 : self._rest + last * 6].cast("H").tolist()

    def parts(self) -> tuple[bytes, bytes]:
        """The checksums as 32-bit numbers, and for each three 16-bit numbers as `encode` takes them."""
        block, rest = self._block, self._rest
        return block[self._hashes : rest], block[rest : self._texts]


def passages_with(
    documents: Sequence[StoredDocument], checksums: Sequence[int], most: int = 4_000
) -> list[NDArray[np.intp]]:
    """For each term the passages that have it, numbered through all the documents; one may be named several times.

    Documents of at most `most` terms are looked through all at once, which takes a third of the time of looking into
    each; in longer ones every term is looked up.
    """
    counts, starts = [one.count for one in documents], [0]
    for count in counts:
        starts.append(starts[-1] + count)
    short = [number for number, one in enumerate(documents) if one.terms <= most]
    parts = [documents[number].parts() for number in short]
    hashes = np.frombuffer(b"".join([part[0] for part in parts]), np.uint32)
    indexes = np.frombuffer(b"".join([part[1] for part in parts]), np.uint16)[::3]
    ends = np.array([documents[number].terms for number in short], np.intp).cumsum()
    bases = np.array([starts[number] for number in short], np.intp)
    found: list[NDArray[np.intp]] = []
    for checksum in checksums:
        places = (hashes == checksum).nonzero()[0]
        found.append(indexes[places] + bases[ends.searchsorted(places, "right")] if len(places) else places)
    if len(short) < len(documents):
        _look_up(
            [(start, one) for start, one in zip(starts, documents, strict=False) if one.terms > most], checksums, found
        )
    return found


def _look_up(
    documents: Sequence[tuple[int, StoredDocument]], checksums: Sequence[int], found: list[NDArray[np.intp]]
) -> None:
    """Add the passages of long documents, each given with the number of its first passage."""
    for start, document in documents:
        for number, checksum in enumerate(checksums):
            indexes = document.occurrences(checksum)[::3]
            if indexes:
                found[number] = np.concatenate((found[number], np.array(indexes, np.intp) + start))
