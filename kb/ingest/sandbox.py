"""Isolation, seen from the process that wants a file read: asks a fork server, and survives whatever comes of it.

The fork server (kb/ingest/forkserver.py) is a fresh Python process, so neither threads nor memory of this one reach the
children. One `Sandbox` reads one file at a time; kb/ingest/reading.py runs several of them.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import IO, Any, Self

from kb.errors import ExtractionError, Reason
from kb.ingest import wire
from kb.ingest.extractor import Limits
from kb.ingest.forkserver import HEADER

# What the server itself may need on top of the child's time: starting, importing, forking, passing on a large result.
GRACE = 20.0  # seconds
LARGEST_RESULT = 256 * 1024 * 1024  # bytes that a child may say of one file
SMALL = 4 * 1024 * 1024  # bytes up to which a PDF may share its child with others
# glibc gives memory back to the system after every page and asks for it again, which costs a PDF's child a tenth of its
# time; up to these bytes it keeps what it has. Other C libraries ignore the variables.
_KEPT_MEMORY = {
    "MALLOC_TRIM_THRESHOLD_": str(64 * 1024 * 1024),
    "MALLOC_MMAP_THRESHOLD_": str(32 * 1024 * 1024),
    "MALLOC_TOP_PAD_": str(4 * 1024 * 1024),
}
_PATIENCE = 2.0  # seconds that the server gets to end by itself
_CHUNK = 1 << 20
_ABORTS = frozenset({signal.SIGABRT, signal.SIGSEGV, signal.SIGTRAP, signal.SIGILL, signal.SIGBUS})


class ServerDiedError(Exception):
    """The fork server itself is gone or does not answer; a new one has to be asked."""


class Sandbox:
    """One fork server for a family of formats ("pdf", "office"), started when first asked."""

    def __init__(self, family: str) -> None:
        self.family = family
        self._process: subprocess.Popen[bytes] | None = None
        self._scratch = ""
        self._closed = False
        self._lock = Lock()  # `close` may come from another thread than `ask`

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def ask(
        self, job: str, path: Path, limits: Limits, largest: int = LARGEST_RESULT, **more: object
    ) -> tuple[dict[str, Any], tuple[bytes, ...]]:
        """The child's answer to one job (kb/ingest/child.py), its blobs beside it.

        Raises ExtractionError with TOO_SLOW, TOO_LARGE, TOO_MUCH_MEMORY or CRASHED when the child came to no answer. A
        dead server is replaced and asked once more, since the file need not be what killed it.
        """
        shared = self.family == "pdf" and job == "read" and _size(path) <= SMALL
        request = {
            "job": job,
            "path": str(path),
            "limits": _plain(limits),
            "largest": largest,
            "shared": shared,
            **more,
        }
        for _ in range(2):
            try:
                verdict, message = self._exchange(request, time.monotonic() + limits.seconds + GRACE)
            except ServerDiedError as error:
                detail = str(error)
                self._drop()
                continue
            return _judge(verdict, message, limits)
        raise ExtractionError(Reason.CRASHED, f"the reading process ended twice: {detail}")

    def close(self) -> None:
        """End the server for good, the child that it may be waiting for, and their temporary files."""
        with self._lock:
            self._closed = True
        self._drop()

    def _drop(self) -> None:
        with self._lock:
            process, self._process = self._process, None
            scratch = self._scratch
        if process is None:
            return
        _close(process.stdin)
        try:
            process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        _close(process.stdout)  # only now: who still reads from it has come to its end
        shutil.rmtree(scratch, ignore_errors=True)

    def _running(self) -> subprocess.Popen[bytes]:
        """The server, started if there is none."""
        with self._lock:
            if self._closed:
                raise ServerDiedError("closed")
            if self._process is None:
                self._process = self._start()
            return self._process

    def _start(self) -> subprocess.Popen[bytes]:
        self._scratch = tempfile.mkdtemp(prefix="kb-reading-")
        # One thread a library: cores are used by reading several files, and address space is limited.
        single = dict.fromkeys(("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        memory = _KEPT_MEMORY if self.family == "pdf" else {}
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "kb.ingest.forkserver", self.family],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=os.environ | single | memory | {"TMPDIR": self._scratch},
            start_new_session=True,  # Ctrl-C is the parent's to handle
        )

    def _exchange(self, request: dict[str, Any], deadline: float) -> tuple[dict[str, Any], bytes]:
        process = self._running()
        stdin, stdout = process.stdin, process.stdout
        if stdin is None or stdout is None or stdin.closed or stdout.closed:
            raise ServerDiedError("closed")
        try:
            stdin.write(json.dumps(request).encode() + b"\n")
            head, size = HEADER.unpack(_read(stdout.fileno(), HEADER.size, deadline))
            verdict: dict[str, Any] = json.loads(_read(stdout.fileno(), head, deadline))
            return verdict, _read(stdout.fileno(), size, deadline)
        except (OSError, ValueError) as error:
            raise ServerDiedError(str(error)) from error


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        with suppress(OSError):
            pipe.close()


def _read(descriptor: int, size: int, deadline: float) -> bytes:
    data = bytearray()
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while len(data) < size:
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise ServerDiedError("no answer in time")
        chunk = os.read(descriptor, min(_CHUNK, size - len(data)))
        if not chunk:
            raise ServerDiedError("end of file")
        data += chunk
    return bytes(data)


@cache
def _plain(limits: Limits) -> dict[str, Any]:
    return asdict(limits)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # the child will say so
        return 0


def _judge(verdict: dict[str, Any], message: bytes, limits: Limits) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """The child's message, or the reason why there is none."""
    end = verdict["end"]
    if end == "large":
        raise ExtractionError(Reason.TOO_LARGE, f"its content is more than {LARGEST_RESULT} bytes")
    if end != "done":
        raise _death(end, verdict, limits)
    try:
        return wire.unpack(message)
    except wire.WireError as error:
        raise ExtractionError(Reason.CRASHED, f"unusable answer: {error}") from error


def _death(end: str, verdict: dict[str, Any], limits: Limits) -> ExtractionError:
    number, peak = verdict["signal"], verdict["peak"]
    if end == "slow" or number == signal.SIGXCPU:
        return ExtractionError(Reason.TOO_SLOW, f"stopped after {limits.seconds:g} s")
    if number == signal.SIGKILL or (number in _ABORTS and peak > limits.memory // 2):
        return ExtractionError(Reason.TOO_MUCH_MEMORY, f"signal {number} at {peak // 2**20} MB")
    return ExtractionError(Reason.CRASHED, f"signal {number}" if number else f"exit code {verdict['code']}")
