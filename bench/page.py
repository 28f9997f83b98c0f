"""The result page over HTTP: uvicorn with one worker and the real templates, beside a bare page of the same size.

    .venv/bin/python bench/page.py --passages 100000 --rate 50 --seconds 20
    .venv/bin/python bench/page.py --data data --queries queries.txt --rates 25 50 80

Requests start at a fixed rate whether or not earlier ones were answered, so waiting counts (no coordinated omission).
Computing is the server's processor time for a request: the median of pages asked for one after the other, and the mean
under load.
Not called http.py: scripts beside it would then find this file where they import the module of that name.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import httpx2 as httpx
from ingest import QUERIES
from passages import records
from search import kinds_of_query

from kb.index.indexer import Indexer
from kb.language.analyzer import german
from kb.services import Services
from kb.settings import Settings

BARE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
page = "<p>" + "x" * int(sys.argv[2]) + "</p>"
app = Starlette(routes=[Route("/{path:path}", lambda request: HTMLResponse(page))])
uvicorn.run(app, port=int(sys.argv[1]), log_level="error", access_log=False)
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(port: int) -> None:
    """Until the server answers."""
    for _ in range(600):
        try:
            httpx.get(f"http://127.0.0.1:{port}/", timeout=5)
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("the server does not start")


@contextmanager
def serving(arguments: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server in a process of its own."""
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield process
    finally:
        process.terminate()
        process.wait()


def spent_by(process: subprocess.Popen[bytes]) -> float:
    """Seconds of computing that a process has used (0 where /proc does not tell)."""
    try:
        fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def finely_spent_by(process: subprocess.Popen[bytes]) -> int:
    """Nanoseconds of computing of the threads that a process has now (0 where /proc does not tell)."""
    files = Path(f"/proc/{process.pid}/task").glob("*/schedstat")
    return sum(int(file.read_text(encoding="ascii").split()[0]) for file in files)


def alone(process: subprocess.Popen[bytes], port: int, paths: list[str]) -> list[float]:
    """Milliseconds of computing of every page, asked for one after the other, each for the second time."""
    spent = []
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        for path in paths:
            client.get(path)
        for path in paths:
            before = finely_spent_by(process)
            client.get(path)
            spent.append((finely_spent_by(process) - before) / 1e6)
    return spent


class Visitors:
    """Connections that are kept open, as browsers keep them; a bare client, whose own work hardly shows in the times."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def get(self, path: str) -> int:
        """Ask for a page, read it to its end; the status."""
        while self._idle and self._idle[-1][0].at_eof():  # the server closes what was idle for five seconds
            self._idle.pop()[1].close()
        reader, writer = self._idle.pop() if self._idle else await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept-encoding: gzip\r\n\r\n".encode("ascii"))
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, *lines = head.split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in lines if line)
        await reader.readexactly(int(fields["content-length"]))
        self._idle.append((reader, writer))
        return int(status.split()[1])

    def leave(self) -> None:
        """Close all connections."""
        for _, writer in self._idle:
            writer.close()


async def load(port: int, paths: list[str], rate: float, seconds: float) -> tuple[list[float], int, float]:
    """Milliseconds of every request from when it was due, the number of answers that were not 200, and answers a second."""
    times: list[float] = []
    failed = 0
    visitors = Visitors(port)

    async def one(path: str, due: float) -> None:
        nonlocal failed
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        failed += await visitors.get(path) != 200
        times.append((time.perf_counter() - due) * 1000)

    start = time.perf_counter() + 0.2
    count = int(rate * seconds)
    await asyncio.gather(*(one(paths[n % len(paths)], start + n / rate) for n in range(count)))
    spent = time.perf_counter() - start
    visitors.leave()
    return times, failed, count / spent


def row(name: str, process: subprocess.Popen[bytes], port: int, paths: list[str], rate: float, seconds: float) -> None:
    """Measure one server at one rate and print a line."""
    median = statistics.median(alone(process, port, paths))
    before = spent_by(process)
    times, failed, answered = asyncio.run(load(port, paths, rate, seconds))
    computing = (spent_by(process) - before) * 1000 / len(times)
    p95 = statistics.quantiles(times, n=20)[-1]
    print(
        f"{name:<22}{rate:>6g}/s{answered:>8.1f}/s{statistics.median(times):>10.1f} ms{p95:>10.1f} ms"
        f"{max(times):>10.1f} ms{median:>8.1f} ms{computing:>10.1f} ms{failed:>8}",
        flush=True,
    )


def measure(data: Path, paths: list[str], rates: list[float], seconds: float) -> None:
    """Both servers, one after the other, at every rate."""
    port, bare = free_port(), free_port()
    with serving(["-m", "kb.cli.main", "serve", "--data", str(data), "--port", str(port)], port) as process:
        size = len(httpx.get(f"http://127.0.0.1:{port}{paths[0]}", timeout=60).content)
        print(
            f"{len(paths)} searches, {seconds:g} s at each rate, {size:,} bytes a page, load {os.getloadavg()[0]:.1f}"
        )
        print(
            f"{'':<22}{'asked':>8}{'answered':>10}{'p50':>13}{'p95':>13}{'longest':>13}"
            f"{'computing':>11}{'under load':>13}{'failed':>8}"
        )
        for rate in rates:
            row("result page", process, port, paths, rate, seconds)
    with serving(["-c", BARE, str(bare), str(size)], bare) as process:
        for rate in rates:
            row("bare Starlette page", process, bare, paths, rate, seconds)


def generate(place: Path, passages: int) -> list[str]:
    """Fill a data folder with generated passages; the result is keywords and phrases that stand in them."""
    analyzer = german(place / "cache" / "forms")
    Services(Settings(data=str(place))).catalog.close()
    Indexer(place / "index", "tantivy", analyzer).update(records(passages))
    kinds = kinds_of_query(analyzer, 2_000)
    analyzer.save()
    return [query.text for query in kinds["keywords (1-3 words)"]]


def main() -> None:
    """Build or take a data folder, serve, measure, print."""
    parser = argparse.ArgumentParser(description="measure the result page over HTTP")
    parser.add_argument("--data", type=Path, help="data folder to serve (default: one with generated passages)")
    parser.add_argument("--passages", type=int, default=5_000, help="passages to generate (default: 5000)")
    parser.add_argument("--queries", type=Path, help="file with a search a line (default: real ones, and keywords)")
    parser.add_argument(
        "--rates",
        "--rate",
        type=float,
        nargs="+",
        default=[50.0],
        help="requests a second, one or several (default: 50)",
    )
    parser.add_argument("--seconds", type=float, default=10, help="how long at each rate (default: 10)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as place:
        texts = list(QUERIES)
        if args.data is None:
            texts += generate(Path(place), args.passages)
        if args.queries:
            texts = [line for line in args.queries.read_text(encoding="utf-8").splitlines() if line.strip()]
        paths = [f"/suche?{urlencode({'q': text})}" for text in texts]
        measure(args.data or Path(place), paths, args.rates, args.seconds)


if __name__ == "__main__":
    main()
