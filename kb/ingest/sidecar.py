"""What a file cannot know, written beside it by a person: TOML with the keys of `KEYS`.

    ordner.toml           in a folder: defaults for every file in it and below
    <file name>.toml      beside a file, "Protokoll.pdf.toml" beside "Protokoll.pdf": for that file alone
    .kbignore             in a folder: patterns, one a line, of names in it and below that are not documents

A nearer file outweighs a farther one, key by key. A file whose metadata cannot be understood is not ingested: it might
be a confidential one, and the line that says so is the one that is broken.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from kb.errors import ExtractionError, Reason
from kb.model import Visibility

FOLDER_DEFAULTS = "ordner.toml"
IGNORE = ".kbignore"
KEYS = ("title", "kind", "date", "visibility", "municipalities", "topics")


@dataclass(frozen=True, slots=True)
class Names:
    """How names in sidecar files are understood; each function gives the id, or None for an unknown name."""

    kind: Callable[[str], str | None]
    municipality: Callable[[str], str | None]
    topic: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class FolderRules:
    """What holds in one folder: metadata for its files, patterns of names to leave out, and what is broken in it."""

    defaults: Mapping[str, Any] = field(default_factory=dict)
    patterns: tuple[str, ...] = ()
    problem: str = ""

    def ignores(self, name: str, is_folder: bool) -> bool:
        """Whether an entry of this name is left out. A pattern that ends with "/" means folders only."""
        return any(
            fnmatchcase(name, pattern.rstrip("/")) and (is_folder or not pattern.endswith("/"))
            for pattern in self.patterns
        )


class Siblings:
    """The names in a folder, found however they are written: people write Ordner.toml, and some systems part umlauts."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = {_plainly(name): name for name in names}

    def like(self, name: str) -> str | None:
        """The name in the folder that is the same but for case and the form of its umlauts."""
        return self._names.get(_plainly(name))

    def is_sidecar(self, name: str) -> bool:
        """Whether the file `name` is metadata about its folder or about another file of it."""
        plain = _plainly(name)
        return plain == FOLDER_DEFAULTS or plain.removesuffix(".toml") in self._names


def _plainly(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def rules_of(folder: Path, above: FolderRules, siblings: Siblings, names: Names) -> FolderRules:
    """The rules of a folder, from those of the folder above it and its own files."""
    patterns = above.patterns
    ignore, defaults = siblings.like(IGNORE), siblings.like(FOLDER_DEFAULTS)
    try:
        if ignore:
            lines = (folder / ignore).read_text(encoding="utf-8").splitlines()
            patterns += tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
        if defaults:
            own = read(folder / defaults, names)
            return FolderRules({**above.defaults, **own}, patterns, above.problem)
    except ExtractionError as error:
        return FolderRules(above.defaults, patterns, error.detail)
    except (OSError, UnicodeDecodeError) as error:
        return FolderRules(above.defaults, patterns, f"{folder / IGNORE}: {error}")
    return FolderRules(above.defaults, patterns, above.problem)


def metadata_of(path: Path, rules: FolderRules, siblings: Siblings, names: Names) -> dict[str, Any]:
    """What is said of one file. Raises ExtractionError(SIDECAR_INVALID) when it cannot be understood."""
    if rules.problem:
        raise ExtractionError(Reason.SIDECAR_INVALID, rules.problem)
    beside = siblings.like(f"{path.name}.toml")
    return {**rules.defaults, **(read(path.with_name(beside), names) if beside else {})}


def read(path: Path, names: Names) -> dict[str, Any]:
    """One sidecar file with names turned into ids. Raises ExtractionError(SIDECAR_INVALID), naming file and key."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ExtractionError(Reason.SIDECAR_INVALID, f"{_named(path)}: {error}") from error
    unknown = sorted(set(values) - set(KEYS))
    if unknown:
        said = f"{_named(path)}: unknown key {', '.join(unknown)}; there are {', '.join(KEYS)}"
        raise ExtractionError(Reason.SIDECAR_INVALID, said)
    return {key: _value(path, key, value, names) for key, value in values.items()}


def _named(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _value(path: Path, key: str, value: object, names: Names) -> Any:
    if key == "title" and isinstance(value, str) and value.strip():
        return value.strip()
    if key == "date":
        return _date(path, value)
    if key == "visibility" and value in list(Visibility):
        return str(value)
    if key == "kind" and isinstance(value, str) and names.kind(value):
        return names.kind(value)
    if key in ("municipalities", "topics") and isinstance(value, list):
        find = names.municipality if key == "municipalities" else names.topic
        return [_id(path, key, each, find) for each in value]
    raise ExtractionError(Reason.SIDECAR_INVALID, f"{_named(path)}: {key} = {value!r} is not a valid {key}")


def _id(path: Path, key: str, value: object, find: Callable[[str], str | None]) -> str:
    found = find(str(value))
    if found is None:
        raise ExtractionError(Reason.SIDECAR_INVALID, f"{_named(path)}: {key}: {value!r} is not known")
    return found


def _date(path: Path, value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    for length, pattern in ((4, "%Y"), (7, "%Y-%m"), (10, "%Y-%m-%d")):
        if len(text) == length:
            try:
                datetime.strptime(text, pattern)  # noqa: DTZ007 - a day has no time zone
            except ValueError:
                break
            return text
    said = f"{_named(path)}: date = {value!r} is not 2012, 2012-05 or 2012-05-14"
    raise ExtractionError(Reason.SIDECAR_INVALID, said)
