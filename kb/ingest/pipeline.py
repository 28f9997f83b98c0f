"""One ingest run: finds the files, reads what is new, settles the documents, accounts for every file.

Each stage's result is keyed by what it was made from: the text by the content's SHA-256 and the extractor's version, the
tags by these and the tagger's version. So a file that did not change costs one stat, a changed vocabulary tags without
reading, and a run that was killed at any moment is finished by the next one. Indexing is not here: it compares the
catalog with the index and needs no help (kb/indexing.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from kb.catalog import content, document, run, source
from kb.catalog.catalog import Catalog, local
from kb.catalog.content import BACKOFF, Content
from kb.catalog.run import FileOutcome
from kb.catalog.source import KnownSource
from kb.errors import InputError, Reason
from kb.ingest import passage
from kb.ingest.annotate.manuscript import Tagger
from kb.ingest.attachment import AttachmentStore
from kb.ingest.reading import Reading
from kb.ingest.reason import retryable, waits
from kb.ingest.report import Report
from kb.ingest.settlement import Settlement
from kb.ingest.sidecar import Names
from kb.ingest.source import Found, Problem, discover, hash_of, is_changed, real_path, roots_of, within
from kb.model import INSIDE, Outcome, Visibility

# Mails in archives in archives: deeper nesting is somebody's joke.
DEEPEST = 3
_CHUNK = 200
# So many files do not vanish from a folder at once unless something is wrong with it.
SUSPICIOUS = 10
_INTERNAL = {"visibility": Visibility.INTERNAL.value}


class Reader(Protocol):
    """What the pipeline needs of kb/ingest/reading.py."""

    def version_of(self, format_name: str) -> str:
        """The version of the extractor of a format."""
        ...

    def read(self, paths: Iterable[Path]) -> Iterator[Reading]:
        """One reading a file, as each is done."""
        ...


Progress = Callable[[int, int], None]
"""Called with the number of files done and known so far."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a run may do besides the usual.

    `retry`: files that failed are read again now. `allow_empty`: a folder may have lost all its files. `restricted` is
    called as soon as metadata beside files made documents more confidential, before anything is read.
    """

    retry: bool = False
    allow_empty: bool = False
    restricted: Callable[[], object] = lambda: None


@dataclass(frozen=True, slots=True)
class _State:
    """The catalog as it was when the run began."""

    sources: dict[str, KnownSource]
    tag_keys: dict[str, tuple[str, str]]
    files: dict[str, list[KnownSource]]


class Pipeline:
    """Takes files into a catalog. `available(reason)` says whether the program is there that such a file waits for."""

    def __init__(
        self,
        catalog: Catalog,
        reader: Reader,
        tagger: Tagger,
        names: Names,
        attachments: AttachmentStore,
        available: Callable[[Reason], bool],
    ) -> None:
        self.catalog = catalog
        self.reader = reader
        self.names = names
        self.attachments = attachments
        self.available = available
        self.settlement = Settlement(catalog, tagger)

    def run(
        self,
        paths: Sequence[str | Path],
        progress: Progress = lambda _done, _known: None,
        *,
        options: Options = Options(),
    ) -> Report:
        """Take in every file at or below the paths.

        Raises InputError for a path that is not there, or a folder that has lost all its files.
        """
        return _Run(self, roots_of(paths), progress, options).carry_out()

    def version_of(self, format_name: str) -> str:
        """The version of the extraction stage for a format: its extractor's, and that of the cutting into passages."""
        return f"{self.reader.version_of(format_name)}/{passage.VERSION}"


class _Run:
    """One run's course; thrown away at its end."""

    def __init__(self, pipeline: Pipeline, roots: list[Path], progress: Progress, options: Options) -> None:
        self.pipeline = pipeline
        self.options = options
        self.catalog = pipeline.catalog
        self.settlement = pipeline.settlement
        self.roots = roots
        self.root_set = set(roots)
        self.progress = progress
        self.now = datetime.now(UTC)
        self.report = Report()
        self.unwritten: list[FileOutcome] = []
        self.seen: set[str] = set()
        self.unclear: set[Path] = set()  # folders and files of which it is not known what is there
        self.known = 0
        self.tried: set[str] = set()
        self.problems: list[Problem] = []

    def carry_out(self) -> Report:
        start = time.perf_counter()
        with self.catalog.write() as connection:
            self.report.run_id = run.start(connection, map(str, self.roots), self.now)
        with self.catalog.read() as connection:
            self.contents = content.all_of(connection)
            sources = source.all_of(connection)
            self.state = _State(sources, document.tag_keys(connection), _files_by_document(sources))
        found = self._discover()
        self._check_emptied()
        if self._restrict(found):
            self.options.restricted()
        bereft = self._mark_missing(lambda known: not known.container)
        while found:
            self._round(found)
            found = [member for one in found for member in self._members(one)]
        bereft |= self._mark_missing(lambda known: bool(known.container))
        self._finish(bereft, start)
        return self.report

    def _discover(self) -> list[Found]:
        found: list[Found] = []
        for one in discover(self.roots, self.pipeline.names):
            self.seen.add(one.path)
            if isinstance(one, Problem):
                self.problems.append(one)
                self.unclear.add(real_path(one.path))
                self._account(FileOutcome(one.path, Outcome.FAILED, one.reason, one.detail))
            else:
                found.append(one)
        return found

    def _check_emptied(self) -> None:
        """A drive that is not mounted looks like a folder whose files are all gone."""
        for root in self.roots:
            if self.options.allow_empty or not root.is_dir():
                continue
            lost = [one for one in self.state.sources.values() if not one.missing and within(one.path, {root})]
            if len(lost) >= SUSPICIOUS and not any(within(path, {root}) for path in self.seen):
                raise InputError(
                    f"{root} is empty, though {len(lost)} files of it were taken in: is a drive not mounted? "
                    "Nothing was changed; if they are really gone: kb ingest --allow-empty"
                )

    def _restrict(self, found: list[Found]) -> bool:
        """Put down at once where metadata beside known files is stricter than before, whatever reading brings.

        Metadata that cannot be understood counts as internal: the broken line may be the one that says so.
        """
        said = [(one.path, one.sidecar) for one in found]
        said += [(one.path, _INTERNAL) for one in self.problems if one.reason is Reason.SIDECAR_INVALID]
        stricter = [
            (known, {**(known.sidecar or {}), **sidecar})
            for path, sidecar in said
            if (known := self.state.sources.get(path)) and _is_stricter(sidecar, known.sidecar or {})
        ]
        for known, sidecar in stricter:
            with self.catalog.write() as connection:
                source.describe(connection, known.path, sidecar)
                document.refresh(connection, known.document_id)
        return bool(stricter)

    def _mark_missing(self, concerned: Callable[[KnownSource], bool]) -> set[str]:
        """Put down the files that are gone; the result is the documents that lost one."""
        gone = [
            known
            for known in self.state.sources.values()
            if concerned(known)
            and not known.missing
            and known.path not in self.seen
            and within(known.path, self.root_set)
            and not within(known.path, self.unclear)
        ]
        for one in gone:
            self.state.files[one.document_id].remove(one)
        with self.catalog.write() as connection:
            source.mark_missing(connection, (one.path for one in gone), self.now)
        return {one.document_id for one in gone}

    def _members(self, one: Found) -> Iterator[Found]:
        """The files inside a mail or an archive that was just looked at."""
        state = self.contents.get(one.sha256)
        if state is None or one.path.count(INSIDE) >= DEEPEST:
            return
        for member in state.members:
            path = f"{one.path}{INSIDE}{member.name}"
            self.seen.add(path)
            location = self.pipeline.attachments.locate(member)
            yield Found(path, location, member.size, one.mtime, one.sidecar, member.sha256, one.path)

    def _round(self, found: list[Found]) -> None:
        """Settle these files; those whose content is not known, or not up to date, are read first."""
        self.known += len(found)
        waiting: dict[str, list[Found]] = {}
        for index, one in enumerate(found):
            hashed = self._hashed(one)
            if hashed is None:
                continue
            found[index] = hashed
            if self._is_current(hashed.sha256):
                self._settle(hashed, was_read=False)
            else:
                waiting.setdefault(hashed.sha256, []).append(hashed)
        by_location = {files[0].location: files for files in waiting.values()}
        for reading in self.pipeline.reader.read(iter(by_location)):
            self._take(reading, by_location[reading.path])

    def _hashed(self, one: Found) -> Found | None:
        """The file with its SHA-256: known from the last run where size and time are the same. None: unreadable."""
        known = self.state.sources.get(one.path)
        sha256 = one.sha256
        if not sha256 and known and (known.size, known.mtime) == (one.size, one.mtime):
            sha256 = known.sha256
        try:
            sha256 = sha256 or hash_of(one.location)
        except OSError as error:
            self.unclear.add(one.location)
            self._account(FileOutcome(one.path, Outcome.FAILED, Reason.UNREADABLE, error.strerror or str(error)))
            return None
        return Found(one.path, one.location, one.size, one.mtime, one.sidecar, sha256, one.container)

    def _is_current(self, sha256: str) -> bool:
        state = self.contents.get(sha256)
        if state is None or state.version != self.pipeline.version_of(state.format):
            return False
        if not all(self.pipeline.attachments.locate(member).exists() for member in state.members):
            return sha256 in self.tried
        if state.reason is None or not (self.options.retry or retryable(state.reason)):
            return True
        if self.options.retry:
            return sha256 in self.tried
        if waits(state.reason):
            return not self.pipeline.available(state.reason) or state.attempts > len(BACKOFF)
        return state.retry_after is None or local(state.retry_after) > self.now

    def _take(self, reading: Reading, files: list[Found]) -> None:
        """Put down what was read and settle the files that have this content."""
        self.report.extract_seconds += reading.seconds
        if is_changed(files[0]) or reading.reason is Reason.CHANGED:
            for one in files:
                self._account(FileOutcome(one.path, Outcome.WAITING, Reason.CHANGED, "changed while it was read"))
                self.unclear.add(one.location)
            return
        self.contents[files[0].sha256] = self._store(reading, files[0].sha256)
        self.tried.add(files[0].sha256)
        for one in files:
            self._settle(one, was_read=True)

    def _store(self, reading: Reading, sha256: str) -> Content:
        version = self.pipeline.version_of(reading.format)
        before = self.contents.get(sha256)
        attempts = before.attempts + 1 if before and before.version == version else 1
        retry = (
            self.now + BACKOFF[attempts - 1]
            if reading.reason and retryable(reading.reason) and attempts <= len(BACKOFF)
            else None
        )
        extraction = reading.extraction
        state = Content(
            sha256=sha256,
            version=version,
            format=reading.format,
            media_type=reading.media_type,
            reason=reading.reason,
            detail=reading.detail,
            attempts=attempts,
            retry_after=retry,
            members=self.pipeline.attachments.keep(extraction.attachments) if extraction else (),
        )
        passages = passage.passages(extraction.pages, extraction.sections) if extraction else ()
        self.report.pages += len(extraction.pages) if extraction else 0
        with self.catalog.write() as connection:
            content.store(connection, state, extraction, passages, reading.seconds, self.now)
        return state

    def _settle(self, one: Found, *, was_read: bool) -> None:
        known = self.state.sources.get(one.path)
        if not was_read and known and self._is_settled(one, known):
            self._account(self._outcome(one, known.document_id, Outcome.UNCHANGED))
            return
        document_id, is_copy = self.settlement.attach(one, one.sha256, self.now)
        self.settlement.complete(document_id)
        self.report.touched += 1
        self._account(self._outcome(one, document_id, Outcome.DUPLICATE if is_copy else Outcome.INDEXED))

    def _is_settled(self, one: Found, known: KnownSource) -> bool:
        """Whether nothing at all has to be done for this file."""
        as_it_was = (known.size, known.mtime, known.sidecar, known.missing) == (one.size, one.mtime, one.sidecar, False)
        files = self.state.files.get(known.document_id)
        state = self.contents[one.sha256]
        return bool(
            as_it_was
            and files
            and self.state.tag_keys.get(known.document_id)
            == (one.sha256, self.settlement.key(one.sha256, state.version, files))
        )

    def _outcome(self, one: Found, document_id: str, otherwise: Outcome) -> FileOutcome:
        """A file that could not be read, or not wholly, stays named in every run until it can."""
        state = self.contents[one.sha256]
        if state.reason is None:
            return FileOutcome(one.path, otherwise, document_id=document_id)
        can_come = waits(state.reason) and not self.pipeline.available(state.reason)
        outcome = Outcome.WAITING if can_come else Outcome.FAILED
        return FileOutcome(one.path, outcome, state.reason, state.detail, document_id)

    def _account(self, one: FileOutcome) -> None:
        self.report.count(one)
        self.unwritten.append(one)
        if len(self.unwritten) >= _CHUNK:
            self._write_outcomes()
        self.progress(self.report.files, max(self.known, self.report.files))

    def _write_outcomes(self) -> None:
        with self.catalog.write() as connection:
            run.record(connection, self.report.run_id, self.unwritten)
        self.unwritten.clear()

    def _finish(self, bereft: set[str], start: float) -> None:
        self._write_outcomes()
        for document_id in sorted(bereft | self.settlement.left):
            with self.catalog.write() as connection:
                document.refresh(connection, document_id)
            self.settlement.complete(document_id)
        with self.catalog.write() as connection:
            self.report.withdrawn = document.withdraw_orphans(connection, self.now)
            inside = source.inside(connection)
        self.pipeline.attachments.sweep(inside)
        self.report.annotate_seconds = self.settlement.seconds
        self.report.total_seconds = time.perf_counter() - start
        with self.catalog.write() as connection:
            run.finish(connection, self.report.run_id, self.report.plain(), datetime.now(UTC))


def _files_by_document(sources: dict[str, KnownSource]) -> dict[str, list[KnownSource]]:
    files: dict[str, list[KnownSource]] = {}
    for path in sorted(sources):
        if not sources[path].missing:
            files.setdefault(sources[path].document_id, []).append(sources[path])
    return files


def _is_stricter(new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    order = list(Visibility)
    levels = [order.index(Visibility(one.get("visibility", Visibility.PUBLIC))) for one in (new, old)]
    return levels[0] > levels[1]
