"""The process that reads files for us: preloads the libraries of one family of formats, then forks a child for each file.

Started by kb/ingest/sandbox.py as `python -m kb.ingest.forkserver FAMILY`; single-threaded, so that forking is safe. It
takes one request a line on stdin and answers on stdout with a verdict and the child's own message, which it never looks
into. It ends with its stdin, so it cannot outlive the process that started it. What the child does with a file is in
kb/ingest/child.py.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import resource
import select
import shutil
import signal
import struct
import sys
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from kb.ingest.extractor import REGISTRY

HEADER = struct.Struct("<QQ")  # bytes of the verdict (JSON), bytes of the child's message
# What a helper program (LibreOffice) may raise its own limit to: it reserves far more addresses than it uses.
HELPER_MEMORY = 8 * 1024**3
LARGEST_FILE_WRITTEN = 1024**3
_CHUNK = 1 << 20
_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
_STDIN, _STDOUT, _STDERR = 0, 1, 2


def preload(family: str) -> None:
    """Import what the children of this family need, so that forking one is all it takes."""
    import_module("kb.ingest.child")
    modules = {entry.partition(":")[0] for name, entry in REGISTRY.items() if (name == "pdf") == (family == "pdf")}
    for module in sorted(modules):
        # an extractor whose library is missing says so when a file of its format comes
        with suppress(ImportError):
            import_module(module)
    gc.collect()
    gc.freeze()


def serve(family: str) -> None:
    """Answer requests until stdin ends."""
    preload(family)
    scratch = Path(os.environ["TMPDIR"])
    for line in sys.stdin.buffer:
        verdict, message = _answer(json.loads(line), scratch)
        head = json.dumps(verdict).encode()
        _write(_STDOUT, HEADER.pack(len(head), len(message)) + head)
        _write(_STDOUT, message)


def _answer(request: dict[str, Any], scratch: Path) -> tuple[dict[str, Any], bytes]:
    deadline = time.monotonic() + request["limits"]["seconds"]
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _be_child(request, writer)
    os.close(writer)
    try:
        end, message = _listen(reader, deadline, request["largest"])
    finally:
        os.close(reader)
        verdict = _reap(pid, deadline if end == "done" else 0)
        _sweep(scratch)
    return {"end": end} | verdict, message


def _listen(reader: int, deadline: float, largest: int) -> tuple[str, bytes]:
    """What the child says until it closes its end: how that ended, and the bytes."""
    chunks: list[bytes] = []
    size = 0
    poll = select.poll()
    poll.register(reader, select.POLLIN)
    poll.register(_STDIN, 0)  # only its hang-up: whoever asked has gone
    while True:
        ready = dict(poll.poll(max(0.0, deadline - time.monotonic()) * 1000))
        if not ready:
            return "slow", b""
        if _STDIN in ready:
            return "orphaned", b""
        chunk = os.read(reader, _CHUNK)
        if not chunk:
            return "done", b"".join(chunks)
        chunks.append(chunk)
        size += len(chunk)
        if size > largest:
            return "large", b""


def _reap(pid: int, deadline: float) -> dict[str, int]:
    """Wait for the child's end, no longer than until `deadline`, and take what it started along."""
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if time.monotonic() > deadline:
            break
        time.sleep(0.0002)
    # the group may not exist yet, or not any more
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    _, status, usage = os.wait4(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    return {"signal": max(0, -code), "code": max(0, code), "peak": usage.ru_maxrss * 1024}


def _sweep(scratch: Path) -> None:
    # a child that was killed leaves its temporary files behind
    for entry in os.scandir(scratch):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            with suppress(OSError):
                Path(entry.path).unlink()


def _be_child(request: dict[str, Any], writer: int) -> None:
    """Never returns: whatever happens, this process ends here and nothing of the server's runs again in it."""
    try:
        os.setsid()
        die_with_parent()
        _redirect()
        _limit(request["limits"])
        child = import_module("kb.ingest.child")
        _write(writer, child.answer(request))
    finally:
        os._exit(0 if sys.exc_info()[0] is None else 1)


def die_with_parent() -> None:
    """Have the kernel kill this process when the one that started it ends (Linux; elsewhere the pipes' ends do it)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _redirect() -> None:
    # the pipes of the server are not the child's, and what libraries print belongs nowhere
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (_STDIN, _STDOUT, _STDERR):
        os.dup2(null, descriptor)


def _limit(limits: dict[str, Any]) -> None:
    seconds = int(limits["seconds"]) + 2
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], max(limits["memory"], HELPER_MEMORY)))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE_WRITTEN, LARGEST_FILE_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


if __name__ == "__main__":
    # the parent reacts to Ctrl-C and to its own reader's leaving, and then closes our stdin
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(BrokenPipeError):
        serve(sys.argv[1])
