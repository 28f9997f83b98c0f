"""The cache of word forms, in memory and in a file across runs, both of limited size.

The file is a line with version and checksum, then a line a form. It is replaced as a whole, so a reader sees the old one or
the new one; what another process added in the meantime is kept. A damaged file is a cold start, never an error.
"""

from __future__ import annotations

import logging
import os
import tempfile
import zlib
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from kb.language.token import Form

_LOG = logging.getLogger(__name__)
_MAGIC = "kb forms"
_FIELD, _ITEM = "\t", "\x1f"
_LONGEST = 100  # letters; longer "words" are garbage of a text recognition, seldom seen twice


class FormCache(dict[str, Form]):
    """Surface → Form. A missing form is taken from the file's lines, else built; beyond `limit` the oldest half goes."""

    def __init__(self, build: Callable[[str], Form], version: str, path: Path | None, limit: int) -> None:
        super().__init__()
        self._build, self._version, self._path, self._limit = build, version, path, limit
        self._lines = _read(path, version) if path else {}
        self._fresh = False

    def __missing__(self, surface: str) -> Form:
        line = self._lines.get(surface)
        if line is None:
            form = self._build(surface)
            self._fresh = True
        else:
            form = _decode(line)
        if len(self) >= self._limit:
            for old in list(self)[: self._limit // 2]:
                self.pop(old, None)  # another thread may have been here
        self[surface] = form
        return form

    def save(self) -> None:
        """Writes the forms to the file, where there is one and something is new; those of this run before older ones."""
        if self._path is None or not self._fresh:
            return
        lines = {surface: _encode(form) for surface, form in list(self.items()) if _is_fit(surface)}
        for surface, line in (self._lines | _read(self._path, self._version)).items():
            lines.setdefault(surface, line)
        lines = dict(islice(lines.items(), self._limit))
        try:
            _write(self._path, self._version, lines)
        except OSError as error:
            _LOG.warning("the cache of word forms %s cannot be written: %s", self._path, error)
            return
        self._lines, self._fresh = lines, False


def _is_fit(surface: str) -> bool:
    """Whether the file can hold it: no garbage, and none of the characters that part lines and fields."""
    return len(surface) <= _LONGEST and not any(mark in surface for mark in (_FIELD, _ITEM, "\n"))


def _encode(form: Form) -> str:
    lists = (_ITEM.join(items) for items in (form.parts, form.part_stems, form.spans))
    return _FIELD.join((form.text, form.folded, form.stem, *lists, "1" if form.stop else ""))


def _decode(line: str) -> Form:
    text, folded, stem, parts, part_stems, spans, stop = line.split(_FIELD)
    return Form(text, folded, stem, _items(parts), _items(part_stems), _items(spans), bool(stop))


def _items(joined: str) -> tuple[str, ...]:
    return tuple(joined.split(_ITEM)) if joined else ()


def _header(version: str, body: bytes) -> bytes:
    return f"{_MAGIC}\t{version}\t{zlib.crc32(body):08x}\n".encode()


def _read(path: Path, version: str) -> dict[str, str]:
    try:
        head, _, body = path.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return {}
    except OSError as error:
        _LOG.warning("the cache of word forms %s cannot be read and is built anew: %s", path, error)
        return {}
    if head + b"\n" != _header(version, body):
        if not head.startswith(_MAGIC.encode()) or version.encode() in head:
            _LOG.warning("the cache of word forms %s is damaged and is built anew", path)
        return {}
    return dict(line.split(_FIELD, 1) for line in body.decode("utf-8").split("\n") if line)


def _write(path: Path, version: str, lines: dict[str, str]) -> None:
    body = "".join(f"{surface}{_FIELD}{line}\n" for surface, line in lines.items()).encode("utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".new")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_header(version, body) + body)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
