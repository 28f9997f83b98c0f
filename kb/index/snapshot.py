"""Which folder holds the current index, and how a new one takes its place without a moment of no service.

    index/<engine>/CURRENT           names the generation in use, with the versions it was built with
    index/<engine>/<generation>/     an engine's files
    index/<engine>/lock              held by the one process that writes

A new generation is built beside the current one, under a name made of its versions, so that a killed rebuild finds its
own half and goes on. Renaming CURRENT is the swap. What an engine does inside its folder is engine.py's.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from kb.errors import EngineError, LockedError
from kb.index import schema
from kb.index.schema import Analyzer


@dataclass(frozen=True, slots=True)
class Versions:
    """What the contents of an index depend on."""

    schema: str
    analyzer: str

    @classmethod
    def now(cls, analyzer: Analyzer) -> Versions:
        """The versions that this program would build with."""
        return cls(schema.VERSION, analyzer.version)

    @property
    def digest(self) -> str:
        """A short name for these versions."""
        return sha256(f"{self.schema}\n{self.analyzer}".encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One generation: the name of its folder and the versions it was built with."""

    generation: str
    versions: Versions


class Shelf:
    """The generations of one engine's index."""

    def __init__(self, folder: Path, engine: str) -> None:
        self.folder = folder / engine
        self._pointer = self.folder / "CURRENT"
        self._name = str(self._pointer)

    def stamp(self) -> tuple[int, int]:
        """Changes with every swap; (0, 0) while there is no index."""
        try:
            status = os.stat(self._name)  # noqa: PTH116 - asked by every query, and a path takes ten times as long
        except OSError:
            return (0, 0)
        return (status.st_mtime_ns, status.st_ino)

    def current(self) -> Snapshot | None:
        """The generation in use, None before the first. Raises EngineError when the pointer is damaged."""
        try:
            found = json.loads(self._pointer.read_text(encoding="utf-8"))
            return Snapshot(found["generation"], Versions(**found["versions"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EngineError(f"{self._pointer} is damaged; build the index anew with: kb reindex ({error})") from error

    def readable(self) -> Snapshot | None:
        """The generation in use, None also where the pointer is damaged: then there is none that can be used."""
        try:
            return self.current()
        except EngineError:
            return None

    def path(self, generation: str) -> Path:
        """The folder of a generation."""
        return self.folder / generation

    def next(self, versions: Versions) -> str:
        """The name for the generation to be built now: the same after a kill, another one once it is in use."""
        current = self.readable()
        number = int(current.generation.split("-")[0]) + 1 if current else 1
        return f"{number:06d}-{versions.digest}"

    def swap(self, snapshot: Snapshot) -> None:
        """Make a generation the current one and remove all others."""
        new = self._pointer.with_suffix(".new")
        text = json.dumps({"generation": snapshot.generation, "versions": asdict(snapshot.versions)})
        try:
            with new.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._pointer)
        except OSError as error:
            raise EngineError(
                f"{self._pointer} cannot be written: {error.strerror}; free some space and try again"
            ) from error
        self.sweep(snapshot.generation)

    def sweep(self, *keep: str) -> None:
        """Remove the generations that are not named."""
        for path in self.folder.iterdir():
            if path.is_dir() and path.name not in keep:
                self.remove(path.name)

    def remove(self, generation: str) -> None:
        """Remove a generation; what cannot be removed now is removed by the next rebuild."""
        shutil.rmtree(self.path(generation), ignore_errors=True)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the one process that writes. Raises LockedError at once while another one is; a kill releases the lock."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise LockedError(
                    f"another kb process is writing to the index in {self.folder}; try again when it has ended"
                ) from error
            yield
