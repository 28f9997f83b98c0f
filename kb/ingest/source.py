"""Finding the files: one walk over the folders, one stat a file, nothing opened but metadata files."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from kb.errors import ExtractionError, InputError, Reason
from kb.ingest.sidecar import FolderRules, Names, Siblings, metadata_of, rules_of
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
        # links in the path stay as they are; "//" at its beginning would mean a file inside another
        path = Path("/" + os.path.abspath(Path(given).expanduser()).lstrip("/"))  # noqa: PTH100
        try:
            path.stat()
        except FileNotFoundError as error:
            raise InputError(f"there is no file or folder {given}; nothing was changed") from error
        except OSError as error:
            raise InputError(f"{given} cannot be looked at ({error.strerror}); nothing was changed") from error
        roots.append(path)
    return [path for path in sorted(set(roots)) if not any(other in path.parents for other in roots)]


def within(stored: str, roots: AbstractSet[Path]) -> bool:
    """Whether a stored path is one of the roots or below one."""
    path = real_path(stored.partition(INSIDE)[0])
    return path in roots or any(parent in roots for parent in path.parents)


def discover(roots: Sequence[Path], names: Names) -> Iterator[Found | Problem]:
    """Every file below the roots, in the order of their paths within a folder."""
    listings: dict[Path, Siblings] = {}
    for root in roots:
        if root.is_dir():
            yield from _walk(root, _rules_above(root, names, listings), names)
        else:
            rules = _rules_above(root, names, listings)
            yield from _entry(root, rules, listings[root.parent], names)


def _rules_above(root: Path, names: Names, listings: dict[Path, Siblings]) -> FolderRules:
    """The rules that folders above the root set, so that one file alone is taken in as it is with its whole folder."""
    rules = FolderRules()
    for folder in reversed(root.parents):
        if folder not in listings:
            try:
                listings[folder] = Siblings(entry.name for entry in folder.iterdir())
            except OSError:
                listings[folder] = Siblings()
        rules = rules_of(folder, rules, listings[folder], names)
    return rules


def _walk(folder: Path, above: FolderRules, names: Names) -> Iterator[Found | Problem]:
    try:
        with os.scandir(folder) as entries:
            listing = sorted(entries, key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        yield Problem(stored_path(folder), Reason.UNREADABLE, error.strerror or str(error))
        return
    siblings = Siblings(entry.name for entry in listing)
    rules = rules_of(folder, above, siblings, names)
    for entry in listing:
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            if not entry.name.startswith(".") and not rules.ignores(entry.name, is_folder=True):
                yield from _walk(path, rules, names)
        else:
            yield from _entry(path, rules, siblings, names)


def _entry(path: Path, rules: FolderRules, siblings: Siblings, names: Names) -> Iterator[Found | Problem]:
    """What one name in a folder stands for, if for anything."""
    name = path.name
    if name.startswith((".", "~$")) or rules.ignores(name, is_folder=False):
        return  # hidden files, the lock files of office programs, what .kbignore names
    if not name.lower().endswith(".toml"):
        yield from _file(path, rules, siblings, names)
    elif not siblings.is_sidecar(name):
        # Never a document: it was meant as metadata, and where it does not reach its file, it may be hiding something.
        yield Problem(stored_path(path), Reason.SIDECAR_INVALID, f"{name} belongs to no file of its folder")


def _file(path: Path, rules: FolderRules, siblings: Siblings, names: Names) -> Iterator[Found | Problem]:
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


def hash_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex digits. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_changed(found: Found) -> bool:
    """Whether the file is another one than the one that was found (a copy of ours from inside another never is)."""
    if found.container:
        return False
    try:
        status = found.location.stat()
    except OSError:
        return True
    return (status.st_size, status.st_mtime_ns) != (found.size, found.mtime)
