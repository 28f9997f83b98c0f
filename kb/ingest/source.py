"""Finding the files: one walk over the folders, one stat a file, nothing opened but metadata files."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from kb.errors import ExtractionError, InputError, Reason
from kb.ingest.sidecar import FolderRules, Names, is_sidecar, metadata_of, rules_of
from kb.model import INSIDE

_BYTES = "bytes:"


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it lies there now: `path` as it is put down, size in bytes, mtime in nanoseconds.

    `location` is where its bytes are: the same place, or a copy for a file from inside another. `sha256` is set where
    it is known without reading; `container` is the path of the mail or archive it is in.
    """

    path: str
    location: Path
    size: int
    mtime: int
    sidecar: dict[str, Any] = field(default_factory=dict)
    sha256: str = ""
    container: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A file or folder that cannot be taken in, found out without opening it."""

    path: str
    reason: Reason
    detail: str


def stored_path(path: Path) -> str:
    """The path as text that every database takes; names that are not UTF-8 are quoted, reversibly."""
    text = str(path)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return _BYTES + quote_from_bytes(os.fsencode(path), safe="/ ")
    return text


def real_path(stored: str) -> Path:
    """The file that a stored path names."""
    if stored.startswith(_BYTES):
        return Path(os.fsdecode(unquote_to_bytes(stored[len(_BYTES) :])))
    return Path(stored)


def roots_of(paths: Sequence[str | Path]) -> list[Path]:
    """The folders and files to look at, absolute, none inside another.

    Raises InputError for one that is not there: a missing folder must not look like a folder whose files are gone.
    """
    roots: list[Path] = []
    for given in paths:
        path = Path(os.path.abspath(Path(given).expanduser()))  # noqa: PTH100 - links in the path stay as they are
        if not path.exists():
            raise InputError(f"there is no file or folder {given}; nothing was changed")
        roots.append(path)
    return [path for path in sorted(set(roots)) if not any(other in path.parents for other in roots)]


def within(stored: str, roots: Sequence[Path]) -> bool:
    """Whether a stored path is one of the roots or below one."""
    path = real_path(stored.partition(INSIDE)[0])
    return any(root == path or root in path.parents for root in roots)


def discover(roots: Sequence[Path], names: Names) -> Iterator[Found | Problem]:
    """Every file below the roots, in the order of their paths within a folder."""
    for root in roots:
        rules, listed = _rules_above(root, names)
        if root.is_dir():
            yield from _walk(root, rules, names)
        else:
            yield from _file(root, rules, listed, names)


def _rules_above(root: Path, names: Names) -> tuple[FolderRules, frozenset[str]]:
    """The rules that folders above the root set, so that one file alone is taken in as it is with its whole folder."""
    rules, listed = FolderRules(), frozenset[str]()
    for folder in reversed(root.parents):
        marks = {name for name in ("ordner.toml", ".kbignore") if (folder / name).is_file()}
        beside = f"{root.name}.toml"
        listed = frozenset(marks | ({beside} if folder == root.parent and (folder / beside).is_file() else set()))
        rules = rules_of(folder, rules, listed, names)
    return rules, listed


def _walk(folder: Path, above: FolderRules, names: Names) -> Iterator[Found | Problem]:
    try:
        with os.scandir(folder) as entries:
            listing = sorted(entries, key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        yield Problem(stored_path(folder), Reason.UNREADABLE, error.strerror or str(error))
        return
    siblings = frozenset(entry.name for entry in listing)
    rules = rules_of(folder, above, siblings, names)
    for entry in listing:
        if entry.name.startswith((".", "~$")) or is_sidecar(entry.name, siblings):
            continue  # hidden files, the lock files of office programs, metadata about other files
        is_folder = entry.is_dir(follow_symlinks=False)
        if rules.ignores(entry.name, is_folder):
            continue
        path = Path(entry.path)
        yield from _walk(path, rules, names) if is_folder else _file(path, rules, siblings, names)


def _file(path: Path, rules: FolderRules, siblings: frozenset[str], names: Names) -> Iterator[Found | Problem]:
    stored = stored_path(path)
    try:
        status = path.stat()
    except OSError as error:
        yield Problem(stored, Reason.UNREADABLE, error.strerror or str(error))
        return
    if stat.S_ISDIR(status.st_mode):
        return  # a link to a folder: followed, it might lead in a circle or be ingested twice
    if not stat.S_ISREG(status.st_mode):
        yield Problem(stored, Reason.UNSUPPORTED, "not a regular file")
        return
    try:
        sidecar = metadata_of(path, rules, siblings, names)
    except ExtractionError as error:
        yield Problem(stored, error.reason, error.detail)
        return
    yield Found(stored, path, status.st_size, status.st_mtime_ns, sidecar)
