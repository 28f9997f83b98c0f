"""The result page over HTTP: uvicorn with one worker and the real templates, beside a bare page of the same size.

    .venv/bin/python bench/page.py --passages 100000 --rate 50 --seconds 20

Requests start at a fixed rate whether or not earlier ones were answered, so waiting counts (no coordinated omission).
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

import httpx
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
            httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=1)
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("the server does not start")


async def load(port: int, paths: list[str], rate: float, seconds: float) -> tuple[list[float], int]:
    """Milliseconds of every request from when it was due, and the number of answers that were not 200."""
    times: list[float] = []
    failed = 0

    async def one(client: httpx.AsyncClient, path: str, due: float) -> None:
        nonlocal failed
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        answer = await client.get(path)
        failed += answer.status_code != 200
        times.append((time.perf_counter() - due) * 1000)

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        for path in paths[:10]:
            await client.get(path)
        start = time.perf_counter() + 0.2
        count = int(rate * seconds)
        await asyncio.gather(*(one(client, paths[n % len(paths)], start + n / rate) for n in range(count)))
    return times, failed


def row(name: str, port: int, paths: list[str], rate: float, seconds: float) -> None:
    """Measure one server and print a line."""
    start = time.perf_counter()
    times, failed = asyncio.run(load(port, paths, rate, seconds))
    spent = time.perf_counter() - start
    p95 = statistics.quantiles(times, n=20)[-1]
    print(
        f"{name:<22}{len(times) / spent:>9.1f}/s{statistics.median(times):>10.1f} ms{p95:>10.1f} ms{failed:>8} failed"
    )


def main() -> None:
    """Build, serve, measure, print."""
    parser = argparse.ArgumentParser(description="measure the result page over HTTP")
    parser.add_argument("--passages", type=int, default=5_000)
    parser.add_argument("--rate", type=float, default=50, help="requests a second (default: 50)")
    parser.add_argument("--seconds", type=float, default=10)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as place:
        analyzer = german(Path(place) / "cache" / "forms")
        Services(Settings(data=place)).catalog.close()
        Indexer(Path(place) / "index", "tantivy", analyzer).update(records(args.passages))
        analyzer.save()
        texts = [query.text for query in kinds_of_query(analyzer, 2_000)["keywords (1-3 words)"]]
        measure(Path(place), [f"/suche?{urlencode({'q': text})}" for text in texts], args.rate, args.seconds)


def measure(place: Path, paths: list[str], rate: float, seconds: float) -> None:
    """Both servers, one after the other."""
    port, bare = free_port(), free_port()
    kb = subprocess.Popen(
        [sys.executable, "-m", "kb.cli.main", "serve", "--data", str(place), "--port", str(port)],
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        size = len(httpx.get(f"http://127.0.0.1:{port}{paths[0]}").content)
        print(f"{'':<22}{'requests':>11}{'p50':>13}{'p95':>13}   ({size:,} bytes a page)")
        row("result page", port, paths, rate, seconds)
    finally:
        kb.terminate()
        kb.wait()
    other = subprocess.Popen([sys.executable, "-c", BARE, str(bare), str(size)])
    try:
        wait_for(bare)
        row("bare Starlette page", bare, paths, rate, seconds)
    finally:
        other.terminate()
        other.wait()


if __name__ == "__main__":
    main()
