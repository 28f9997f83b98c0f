"""ZIP archives: every member becomes a file of its own, archives inside archives are opened to a depth of two.

Members are kept under their names alone: nothing is ever unpacked to a path that an archive names.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from kb.errors import ExtractionError, Reason
from kb.ingest import archive
from kb.ingest.extractor import Limits
from kb.ingest.extractors.composer import Composer, clean
from kb.ingest.extractors.title import choose_title
from kb.model import Attachment, Extraction

MAX_DEPTH = 2
_JUNK = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


class ZipExtractor:
    """Reads ZIP archives."""

    version = "zip-1"

    def extract(self, path: Path, limits: Limits) -> Extraction:
        """The members as attachments, their names as text. Raises ExtractionError(TOO_LARGE) beyond `limits.size`."""
        members = _Members(limits.size)
        with path.open("rb") as file:
            members.add(file, "", 1)
        if not members.found:
            reason = Reason.ARCHIVE_BOMB if members.too_deep else Reason.EMPTY
            raise ExtractionError(reason, "; ".join(members.warnings) or "archive without files")
        composer = Composer()
        for member in members.found:
            composer.block(member.name, "member")
        return Extraction(
            pages=composer.finish(),
            title=choose_title([], [], path),
            attachments=tuple(members.found),
            warnings=tuple(members.warnings),
            extractor="zip",
        )


class _Members:
    """The files of an archive and of the archives in it, as long as they fit."""

    def __init__(self, room: int) -> None:
        self.found: list[Attachment] = []
        self.warnings: list[str] = []
        self.too_deep = False
        self._room = room
        self._entries = 0

    def add(self, file: IO[bytes], prefix: str, depth: int) -> None:
        archive.check_stream(file)
        with zipfile.ZipFile(file) as container:
            for entry in _files(container):
                self._member(container, entry, prefix, depth)

    def _member(self, container: zipfile.ZipFile, entry: zipfile.ZipInfo, prefix: str, depth: int) -> None:
        name = prefix + _name(entry)
        if name.lower().endswith(".zip") and depth >= MAX_DEPTH:
            self.too_deep = True
            self.warnings.append(f"nested_too_deep: {name}")
            return
        self._reserve(entry)
        try:
            data = container.read(entry)
        except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError, ValueError, OSError) as error:
            self.warnings.append(f"damaged_member: {name}: {error}")
            return
        if name.lower().endswith(".zip") and data.startswith(b"PK"):
            self._nested(data, name, depth)
        elif data:
            self.found.append(Attachment(name, data))

    def _nested(self, data: bytes, name: str, depth: int) -> None:
        try:
            self.add(io.BytesIO(data), f"{name}/", depth + 1)
        except ExtractionError as error:
            if error.reason in (Reason.ARCHIVE_BOMB, Reason.TOO_LARGE):
                raise
            self.warnings.append(f"{error.reason.value}_member: {name}: {error.detail}")

    def _reserve(self, entry: zipfile.ZipInfo) -> None:
        self._entries += 1
        self._room -= entry.file_size
        if self._entries > archive.MAX_ENTRIES:
            raise ExtractionError(Reason.ARCHIVE_BOMB, f"more than {archive.MAX_ENTRIES} members in nested archives")
        if self._room < 0:
            raise ExtractionError(Reason.TOO_LARGE, "the members together are larger than one file may be")


def _files(container: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    for entry in container.infolist():
        last = entry.filename.rsplit("/", 1)[-1]
        junk = entry.filename.startswith(_JUNK) or last.startswith((*_JUNK, "~$", "._", ".~lock"))
        if not entry.is_dir() and not junk:
            yield entry


_UTF8_FLAG = 0x800
_DOS_UMLAUTS, _WINDOWS_UMLAUTS = b"\x84\x94\x81\x8e\x99\x9a", b"\xe4\xf6\xfc\xc4\xd6\xdc\xdf"


def _name(entry: zipfile.ZipInfo) -> str:
    """A member's name: UTF-8 where it says or is so, else as DOS and Windows write umlauts."""
    name = entry.filename
    if not entry.flag_bits & _UTF8_FLAG and not name.isascii():
        raw = name.encode("cp437", "replace")
        try:
            name = raw.decode("utf-8")
        except UnicodeDecodeError:
            windows = any(byte in _WINDOWS_UMLAUTS for byte in raw) and not any(byte in _DOS_UMLAUTS for byte in raw)
            name = raw.decode("cp1252", "replace") if windows and b"\xe1" not in raw else name
    parts = [part for part in clean(name.replace("\\", "/")).split("/") if part not in ("", ".", "..")]
    return "/".join(parts) or "member"
