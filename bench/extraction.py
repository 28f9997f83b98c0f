"""How fast kb reads PDFs, against bare pypdfium2 text and bare pdfminer.six, on the same files in the same run.

    .venv/bin/python bench/extraction.py [FILE|FOLDER…]
    .venv/bin/python bench/extraction.py --documents 5000     # the parent's memory over many documents

kb's figures include the child process a document, reading order, headings, tables and the way back into the parent. CPU
seconds are those of this process and everything it started, so that a second core does not flatter; recognition is off.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

from kb.ingest.extractor import Limits
from kb.ingest.reading import Reader

CORPUS = Path(__file__).resolve().parents[1] / "corpus"


class Figures(NamedTuple):
    """What reading all files took: CPU and wall-clock seconds, peak memory in MB, and what came of it."""

    name: str
    pages: int
    characters: int
    cpu: float
    wall: float
    memory: float


Read = Callable[[Sequence[Path]], tuple[int, int]]


@contextmanager
def kb_reader() -> Iterator[Read]:
    """Pages and characters by kb, one worker."""

    def read(files: Sequence[Path]) -> tuple[int, int]:
        pages = characters = 0
        for reading in reader.read(files):
            if reading.extraction:
                pages += len(reading.extraction.pages)
                characters += sum(len(page.text) for page in reading.extraction.pages)
        return pages, characters

    with Reader(Limits(ocr=False), workers=1) as reader:
        yield read


def with_pdfium(files: Sequence[Path]) -> tuple[int, int]:
    """Pages and characters by bare pypdfium2."""
    import pypdfium2

    pages = characters = 0
    for file in files:
        try:
            document = pypdfium2.PdfDocument(file)
        except pypdfium2.PdfiumError:
            continue
        for page in document:
            text_page = page.get_textpage()
            characters += len(text_page.get_text_range())
            pages += 1
            text_page.close()
            page.close()
        document.close()
    return pages, characters


def with_pdfminer(files: Sequence[Path]) -> tuple[int, int]:
    """Pages and characters by bare pdfminer.six, with its layout analysis."""
    from pdfminer.high_level import extract_text

    pages = characters = 0
    for file in files:
        try:
            text = extract_text(str(file))
        except Exception as error:  # noqa: BLE001 - whatever it raises, the file counts as not read
            print(f"pdfminer: {file.name}: {type(error).__name__}", file=sys.stderr)
            continue
        pages += text.count("\f")
        characters += len(text)
    return pages, characters


READERS: dict[str, Callable[[], AbstractContextManager[Read]]] = {
    "kb": kb_reader,
    "pypdfium2": lambda: nullcontext(with_pdfium),
    "pdfminer.six": lambda: nullcontext(with_pdfminer),
}


def cpu_seconds() -> float:
    """CPU time so far of this process and of all below it, those that have ended included."""
    return time.process_time() + sum(map(_ticks, _started_by(os.getpid()))) / os.sysconf("SC_CLK_TCK")


def _started_by(process: int) -> list[int]:
    """The processes that one has started and that have not ended."""
    found: list[int] = []
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):  # the thread has ended
            found += map(int, children.read_text(encoding="ascii").split())
    return found


def _ticks(process: int) -> int:
    """CPU time of a process and all below it."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:  # it has ended
        return 0
    fields = stat.rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) + sum(map(_ticks, _started_by(process)))  # utime, stime, cutime, cstime


def measure(name: str, files: Sequence[Path], seconds: float) -> Figures:
    """Read all files, again and again until `seconds` have passed; figures are of one pass, imports and starts aside."""
    with READERS[name]() as read:
        read(files[:1])
        passes, cpu, wall = 0, cpu_seconds(), time.perf_counter()
        pages = characters = 0
        while passes == 0 or time.perf_counter() - wall < seconds:
            pages, characters = read(files)
            passes += 1
        cpu, wall = (cpu_seconds() - cpu) / passes, (time.perf_counter() - wall) / passes
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    return Figures(name, pages, characters, cpu, wall, memory)


def in_own_process(name: str, files: Sequence[Path], seconds: float) -> Figures:
    """Measure in a process of its own, so that neither memory nor imports of one reader count for another."""
    command = [sys.executable, __file__, "--reader", name, "--seconds", str(seconds), *map(str, files)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    pages, characters, cpu, wall, memory = answer.split()
    return Figures(name, int(pages), int(characters), float(cpu), float(wall), float(memory))


def compare(files: Sequence[Path], seconds: float, rounds: int) -> None:
    """Print the table. The readers take turns, and of each the round that took least is shown: others use the machine."""
    turns = [[in_own_process(name, files, seconds) for name in READERS] for _ in range(rounds)]
    rows = [min(column, key=lambda figures: figures.cpu) for column in zip(*turns, strict=True)]
    print(f"{len(files)} files")
    print(f"{'':14} {'pages':>6} {'characters':>11} {'pages/s/core':>13} {'pages/s':>8} {'peak MB':>8} {'kb is':>8}")
    own = rows[0].pages / rows[0].cpu
    for row in rows:
        speed = row.pages / row.cpu
        print(
            f"{row.name:14} {row.pages:6} {row.characters:11} {speed:13.1f} {row.pages / row.wall:8.1f} {row.memory:8.0f}"
            f" {own / speed:7.2f}×"
        )


def resident() -> float:
    """Memory of this process in MB."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def watch_memory(files: Sequence[Path], documents: int) -> None:
    """Print the parent's memory while it reads the files again and again."""
    print(f"{'documents':>9} {'parent MB':>9}")
    step = max(1, documents // 10)
    with Reader(Limits(ocr=False)) as reader:
        for done, _ in enumerate(reader.read(islice(cycle(files), documents)), 1):
            if done % step == 0 or done == 1:
                print(f"{done:9} {resident():9.1f}", flush=True)


def pdfs(paths: Iterable[Path]) -> Iterator[Path]:
    """The PDFs among and below the paths."""
    for path in paths:
        yield from sorted(path.rglob("*.pdf")) if path.is_dir() else [path]


def main() -> None:
    """Print the table, or the course of the parent's memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, default=[CORPUS], metavar="FILE", help="default: corpus/")
    parser.add_argument("--seconds", type=float, default=2.0, help="read the files again for at least so long")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="turns that each reader gets")
    parser.add_argument("--documents", type=int, metavar="N", help="show the parent's memory over N documents instead")
    parser.add_argument("--reader", choices=READERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    files = list(pdfs(arguments.paths))
    if not files:
        parser.error("there is no PDF")
    if arguments.reader:
        print(*measure(arguments.reader, files, arguments.seconds)[1:])
    elif arguments.documents:
        watch_memory(files, arguments.documents)
    else:
        compare(files, arguments.seconds, arguments.rounds)


if __name__ == "__main__":
    main()
