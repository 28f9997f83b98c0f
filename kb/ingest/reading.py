"""Many files read at once: each in a child of its own, each ending as exactly one `Reading`.

The pipeline and `kb extract` call this. How a child is isolated is in kb/ingest/sandbox.py, how a format is read in
kb/ingest/extractors/.
"""

from __future__ import annotations

import ast
import os
import stat
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self, TypeVar

from kb.errors import ExtractionError, Reason
from kb.ingest import wire
from kb.ingest.extractor import REGISTRY, Limits
from kb.ingest.extractors import ocr
from kb.ingest.extractors.pdf_fragment import Recognition
from kb.ingest.extractors.pdf_recognition import complete
from kb.ingest.sandbox import Sandbox
from kb.model import Extraction

_T = TypeVar("_T")
_PageResult = tuple[int, Recognition | Reason, float]  # the page's number, what came of it, seconds
_AHEAD = 4  # files taken from the caller for each worker, so that none idles while the caller digests a result
_PDF_HEAD = 1024  # bytes in which viewers look for a PDF's header


@dataclass(frozen=True, slots=True)
class Reading:
    """How reading one file ended.

    `reason` is None when all is read. With a reason there may still be an extraction: part of the text, the rest waits.
    `format` is a key of the extractor registry, "" where the file was not recognised; `seconds` is the time that reading
    took, that of recognised pages added up.
    """

    path: Path
    extraction: Extraction | None
    reason: Reason | None
    detail: str
    format: str
    media_type: str
    seconds: float


@cache
def version_of(format_name: str) -> str:
    """The version of a format's extractor, "" where there is none.

    Read from the extractor's source (`version = "…"` in its class), since importing every format's libraries into a process
    that only wants to know whether anything changed would take seconds.
    """
    module, _, name = REGISTRY.get(format_name, "").partition(":")
    spec = find_spec(module) if module else None
    if spec is None or spec.origin is None:
        return ""
    for node in ast.walk(ast.parse(Path(spec.origin).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef) and node.name == name:
            return _version_in(node)
    return ""


def _version_in(node: ast.ClassDef) -> str:
    for statement in node.body:
        if isinstance(statement, ast.Assign) and [ast.unparse(target) for target in statement.targets] == ["version"]:
            return str(ast.literal_eval(statement.value))
    return ""


class Reader:
    """Reads files in isolated children, several at a time. Use it as a context manager, or call `close`."""

    def __init__(self, limits: Limits, workers: int = 0) -> None:
        self.limits = limits
        self.workers = workers or len(os.sched_getaffinity(0))
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._all = [_Worker() for _ in range(self.workers)]
        for worker in self._all:
            self._idle.put(worker)
        self._pool = ThreadPoolExecutor(self.workers, "reading")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop at once: unread files are dropped, running children end."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for worker in self._all:
            worker.close()
        self._pool.shutdown()

    def version_of(self, format_name: str) -> str:
        """The version of a format's extractor, "" where there is none."""
        return version_of(format_name)

    def read(self, paths: Iterable[Path]) -> Iterator[Reading]:
        """One reading for each path, as each is done, in no particular order. Paths are taken lazily.

        Scanned pages are recognised where OCR is wanted and installed, spread over all workers, each page with the time
        limit of a file.
        """
        return iter(_Run(self, iter(paths)))

    def _submit(self, task: Callable[[_Worker], _T]) -> Future[_T]:
        return self._pool.submit(self._with_worker, task)

    def _with_worker(self, task: Callable[[_Worker], _T]) -> _T:
        worker = self._idle.get()
        try:
            return task(worker)
        finally:
            self._idle.put(worker)


class _Run:
    """One call of `Reader.read`: which files and which pages are under way."""

    def __init__(self, reader: Reader, paths: Iterator[Path]) -> None:
        self._reader, self._paths = reader, paths
        self._files: set[Future[Reading]] = set()
        self._pages: dict[Future[_PageResult], _Scan] = {}
        self._open = 0
        self._recognizes = reader.limits.ocr and ocr.available()

    def __iter__(self) -> Iterator[Reading]:
        try:
            while self._fill():
                done, _ = wait(self._running(), return_when=FIRST_COMPLETED)
                for reading in self._advance(done):
                    self._open -= 1
                    yield reading
        finally:
            for future in self._running():
                future.cancel()

    def _running(self) -> set[Future[Any]]:
        return {*self._files, *self._pages}

    def _fill(self) -> bool:
        """Take more files up to what the workers need ahead. False when all is done."""
        reader = self._reader
        for path in islice(self._paths, reader.workers * _AHEAD - self._open):
            self._files.add(reader._submit(partial(_Worker.read, path=path, limits=reader.limits)))
            self._open += 1
        return bool(self._files or self._pages)

    def _advance(self, done: Iterable[Future[Any]]) -> Iterator[Reading]:
        """Take in what is finished, begin what follows from it; the readings that are complete now."""
        for future in done:
            if future in self._pages:
                scan = self._pages.pop(future)
                scan.take(future.result())
            else:
                self._files.discard(future)
                scan = _Scan(future.result(), self._recognizes)
            self._recognize_more(scan)
            if scan.is_done():
                yield scan.finish()

    def _recognize_more(self, scan: _Scan) -> None:
        # a few pages at a time, so that a thick scan does not hold up all other files
        while scan.waiting and scan.running < self._reader.workers:
            task = partial(_Worker.recognize, path=scan.reading.path, number=scan.begin(), limits=self._reader.limits)
            self._pages[self._reader._submit(task)] = scan


class _Scan:
    """A file that was read, and its pages that are being recognised, if any."""

    def __init__(self, reading: Reading, recognizes: bool) -> None:
        self.reading = reading
        self.running = 0
        extraction = reading.extraction
        self.waiting = deque(extraction.unread if extraction and recognizes else ())
        self._seconds = 0.0
        self._recognized: dict[int, Recognition] = {}
        self._failures: dict[int, Reason] = {}

    def begin(self) -> int:
        self.running += 1
        return self.waiting.popleft()

    def take(self, result: _PageResult) -> None:
        self.running -= 1
        number, recognition, seconds = result
        self._seconds += seconds
        if isinstance(recognition, Reason):
            self._failures[number] = recognition
        else:
            self._recognized[number] = recognition

    def is_done(self) -> bool:
        return not self.running and not self.waiting

    def finish(self) -> Reading:
        extraction = self.reading.extraction
        if extraction is None or not (self._recognized or self._failures):
            return self.reading
        extraction = complete(extraction, self._recognized, self._failures)
        seconds = self.reading.seconds + self._seconds
        if extraction.waiting is None and not any(page.text for page in extraction.pages):
            return replace(self.reading, reason=Reason.NO_TEXT, detail="nothing was recognised", seconds=seconds)
        return replace(self.reading, extraction=extraction, reason=extraction.waiting, seconds=seconds)


class _Worker:
    """One place at which a file can be read; has a fork server for PDFs and one for everything else."""

    def __init__(self) -> None:
        self._sandboxes = {"pdf": Sandbox("pdf"), "office": Sandbox("office")}

    def close(self) -> None:
        for sandbox in self._sandboxes.values():
            sandbox.close()

    def read(self, path: Path, limits: Limits) -> Reading:
        start = time.perf_counter()
        extraction, reason, detail, form, media_type = self._attempt(path, limits)
        return Reading(path, extraction, reason, detail, form, media_type, time.perf_counter() - start)

    def recognize(self, path: Path, number: int, limits: Limits) -> _PageResult:
        start = time.perf_counter()
        result = self._recognize(path, number, limits)
        return number, result, time.perf_counter() - start

    def _recognize(self, path: Path, number: int, limits: Limits) -> Recognition | Reason:
        try:
            message, _ = self._sandboxes["pdf"].ask("recognize", path, limits, page=number)
            if message["reason"] is not None:
                return Reason(message["reason"])
            return wire.to_recognition(message["recognition"])
        except ExtractionError as error:
            return error.reason
        except (wire.WireError, KeyError, ValueError):
            return Reason.CRASHED

    def _attempt(self, path: Path, limits: Limits) -> tuple[Extraction | None, Reason | None, str, str, str]:
        sandbox = self._sandboxes[_family(path)]
        try:
            message, blobs = sandbox.ask("read", path, limits)
            form, media_type, detail = str(message["format"]), str(message["media_type"]), str(message["detail"])
            if message["reason"] is not None:
                return None, Reason(message["reason"]), detail, form, media_type
            extraction = wire.to_extraction(message["extraction"], blobs)
        except ExtractionError as error:
            return None, error.reason, error.detail, *self._kind_of(sandbox, path, limits)
        except (wire.WireError, KeyError, ValueError) as error:
            return None, Reason.CRASHED, f"unusable answer: {error}", *self._kind_of(sandbox, path, limits)
        return extraction, extraction.waiting, "", form, media_type

    def _kind_of(self, sandbox: Sandbox, path: Path, limits: Limits) -> tuple[str, str]:
        """Format and media type of a file whose child came to no answer."""
        try:
            message, _ = sandbox.ask("detect", path, limits)
            return str(message["format"]), str(message["media_type"])
        except (ExtractionError, KeyError):
            return "", ""


def _family(path: Path) -> str:
    """Whose libraries the file needs. Only a guess by its first bytes: the child looks properly."""
    try:
        # opening a named pipe would wait for ever
        if not stat.S_ISREG(path.stat().st_mode):
            return "office"
        with path.open("rb") as file:
            return "pdf" if b"%PDF-" in file.read(_PDF_HEAD) else "office"
    except OSError:
        return "office"
