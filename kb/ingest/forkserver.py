"""The process that reads files for us: preloads the libraries of one family of formats, then forks children that read.

Started by kb/ingest/sandbox.py as `python -m kb.ingest.forkserver FAMILY`; single-threaded, so that forking is safe. It
takes one request a line on stdin and answers on stdout with a verdict and the child's own message, which it never looks
into. It ends with its stdin, so it cannot outlive the process that started it. What the child does with a file is in
kb/ingest/child.py.

A child reads one file and ends. Only small PDFs that read without any trouble may follow each other in one child, since
forking costs as much as reading several pages; a file that fails in a child that has read another before is read again,
alone, so that no file suffers from its neighbor.
"""

from __future__ import annotations

import codecs
import ctypes
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

from kb import garbage
from kb.ingest.extractor import REGISTRY

HEADER = struct.Struct("<QQ")  # bytes of the verdict (JSON), bytes of the child's message
FRAME = struct.Struct("<BQ")  # whether another file may follow in this child, bytes of its message
MOST_FILES = 50  # that one child reads
_LEAN = 0.15  # of the memory limit: a child that has used more takes no further file
_PATIENCE = 0.5  # seconds that a child gets to end by itself
_FINE = "fine"
# What a helper program (LibreOffice) may raise its own limit to: it reserves far more addresses than it uses.
HELPER_MEMORY = 8 * 1024**3
LARGEST_FILE_WRITTEN = 1024**3
_CHUNK = 1 << 20
_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
_STDIN, _STDOUT, _STDERR = 0, 1, 2
_NEW_NETWORK, _NEW_USERS = 0x40000000, 0x10000000  # CLONE_NEWNET, CLONE_NEWUSER
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def preload(family: str) -> None:
    """Import what the children of this family need, so that forking one is all it takes."""
    import_module("kb.ingest.child")
    modules = {entry.partition(":")[0] for name, entry in REGISTRY.items() if (name == "pdf") == (family == "pdf")}
    for module in sorted(modules):
        # an extractor whose library is missing says so when a file of its format comes
        with suppress(ImportError):
            import_module(module)
    codecs.lookup("utf-16-le")  # pdfium's; a codec is a module too, which each child would import
    garbage.spare(garbage.SELDOM)


def leave_network() -> None:
    """Cut this process and all below it off from the network, where the system lets us: a document may name addresses.

    No format library is asked to follow them; this also holds for the programs that convert old formats.
    """
    user, group = os.getuid(), os.getgid()
    if _LIBC is None or _LIBC.unshare(_NEW_NETWORK | (_NEW_USERS if user else 0)) != 0:
        return
    with suppress(OSError):  # unmapped, one is nobody by name, and reads one's files all the same
        for name, content in (
            ("setgroups", "deny"),
            ("uid_map", f"{user} {user} 1"),
            ("gid_map", f"{group} {group} 1"),
        ):
            if user:
                Path(f"/proc/self/{name}").write_bytes(content.encode())


def serve(family: str) -> None:
    """Answer requests until stdin ends."""
    leave_network()
    preload(family)
    scratch = Path(os.environ["TMPDIR"])
    child: Child | None = None
    for line in sys.stdin.buffer:
        request = json.loads(line)
        shared = request["shared"]
        if child and not (shared and child.served < MOST_FILES):
            child.end()
            child = None
        verdict, message, child = _answer(line, request, child)
        head = json.dumps(verdict).encode()
        _write(_STDOUT, HEADER.pack(len(head), len(message)), head, message)
        _sweep(scratch)
        if child and not shared:
            child.end()
            child = None


def _answer(line: bytes, request: dict[str, Any], child: Child | None) -> tuple[dict[str, Any], bytes, Child | None]:
    """Verdict, message, and the child if it may read on. Trouble in a used child is tried again in a new one."""
    if child:
        end, message = child.ask(line, request)
        if end == _FINE:
            return {"end": "done"}, message, child
        child.end(0)
    child = Child(request["limits"])
    end, message = child.ask(line, request)
    if end == _FINE:
        return {"end": "done"}, message, child
    return {"end": end} | child.end(0 if end == "slow" else _PATIENCE), message, None


class Child:
    """A forked process that reads files, and our ends of its pipes."""

    def __init__(self, limits: dict[str, Any]) -> None:
        self.served = 0
        theirs, self._requests = os.pipe()
        self._answers, writer = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._requests)
            os.close(self._answers)
            _be_child(theirs, writer, limits)
        os.close(theirs)
        os.close(writer)

    def ask(self, line: bytes, request: dict[str, Any]) -> tuple[str, bytes]:
        """How the answer to a request came out, and its bytes."""
        self.served += 1
        deadline = time.monotonic() + request["limits"]["seconds"]
        with suppress(BrokenPipeError):  # it died while idle: its silence says so
            _write(self._requests, line)
        data = bytearray()
        poll = select.poll()
        poll.register(self._answers, select.POLLIN)
        poll.register(_STDIN, 0)  # only its hang-up: whoever asked has gone
        while len(data) < FRAME.size or len(data) < FRAME.size + FRAME.unpack_from(data)[1]:
            ready = dict(poll.poll(max(0.0, deadline - time.monotonic()) * 1000))
            if not ready or _STDIN in ready:
                return ("slow" if not ready else "orphaned"), b""
            chunk = os.read(self._answers, _CHUNK)
            if not chunk:
                return "died", b""
            data += chunk
            if len(data) > request["largest"]:
                return "large", b""
        # the child says itself whether all went well, so that another file may follow
        return (_FINE if data[0] else "done"), bytes(memoryview(data)[FRAME.size :])

    def end(self, patience: float = _PATIENCE) -> dict[str, int]:
        """Have the child end, if need be after `patience` seconds by force, with all that it started.

        Tells how it ended, and its peak memory in bytes.
        """
        os.close(self._requests)
        os.close(self._answers)
        waited = time.monotonic() + patience
        while os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None and time.monotonic() < waited:
            time.sleep(0.0002)
        # the group may not exist yet, or not any more
        for kill in (os.killpg, os.kill):
            with suppress(ProcessLookupError):
                kill(self.pid, signal.SIGKILL)
        _, status, usage = os.wait4(self.pid, 0)
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


def _be_child(requests: int, answers: int, limits: dict[str, Any]) -> None:
    """Never returns: whatever happens, this process ends here and nothing of the server's runs again in it."""
    try:
        os.setsid()
        die_with_parent()
        _redirect()
        _limit(limits)
        child = import_module("kb.ingest.child")
        with open(requests, "rb") as lines:
            for line in lines:
                request = json.loads(line)
                _grant_time(request["limits"])
                fine, message = child.answer(request)
                _write(answers, FRAME.pack(fine and _is_lean(limits), len(message)), message)
    finally:
        os._exit(0 if sys.exc_info()[0] is None else 1)


def die_with_parent() -> None:
    """Have the kernel kill this process when the one that started it ends (Linux; elsewhere the pipes' ends do it)."""
    if _LIBC is not None:
        _LIBC.prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _redirect() -> None:
    # the pipes of the server are not the child's, and what libraries print belongs nowhere
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (_STDIN, _STDOUT, _STDERR):
        os.dup2(null, descriptor)


def _limit(limits: dict[str, Any]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], max(limits["memory"], HELPER_MEMORY)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE_WRITTEN, LARGEST_FILE_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _grant_time(limits: dict[str, Any]) -> None:
    """CPU time for one more file; the clock on the wall is the server's to watch."""
    soft = int(time.process_time() + limits["seconds"]) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _is_lean(limits: dict[str, Any]) -> bool:
    """Whether what was read before has left the next file nearly all of its memory."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return bool(peak < limits["memory"] * _LEAN)


def _write(descriptor: int, *parts: bytes) -> None:
    # small parts at once, so that who reads wakes up once; large ones are not copied
    for data in (b"".join(parts),) if sum(map(len, parts)) < _CHUNK else parts:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]


if __name__ == "__main__":
    # the parent reacts to Ctrl-C and to its own reader's leaving, and then closes our stdin
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with suppress(BrokenPipeError):
            serve(sys.argv[1])
    finally:  # who started this may have been killed, and sweeps no more
        shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
