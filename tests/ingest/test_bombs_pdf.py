"""PDFs made to hurt: each ends as a reason within its limits, and the parent goes on."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import pytest

from kb.errors import Reason
from kb.ingest.extractor import Limits
from kb.ingest.reading import Reader
from tests.ingest import pdfs
from tests.ingest.test_sandbox import below

CHILD_LIMIT = 1.2 * 2**30  # bytes


def deflate(folder: Path) -> Path:
    return pdfs.deflate_bomb(folder / "deflate.pdf", megabytes=600)


def forms(folder: Path) -> Path:
    return pdfs.nested_forms(folder / "forms.pdf")


def endless_forms(folder: Path) -> Path:
    return pdfs.nested_forms(folder / "endless.pdf", depth=28, width=40)


def huge_page(folder: Path) -> Path:
    return pdfs.document(folder / "huge.pdf", [b"0 0 14400 14400 re f"], box=(14400, 14400))


def many_pages(folder: Path) -> Path:
    """The same page 200,000 times: a small file."""
    return pdfs.write(
        folder / "many.pdf",
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [%s] /Count 200000 >>" % (b"3 0 R " * 200_000),
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        },
    )


def outline_without_end(folder: Path) -> Path:
    """An outline whose entry is its own neighbor."""
    return pdfs.document(
        folder / "outline.pdf",
        [pdfs.show(pdfs.lines(["Ein Satz über den Stadtumbau."]))],
        o20=b"<< /Title (A) /Parent 21 0 R /Next 20 0 R /First 20 0 R /Dest [22 0 R /Fit] >>",
        o21=b"<< /Type /Outlines /First 20 0 R /Last 20 0 R /Count 1 >>",
    )


class Watch:
    """Looks at the memory of all processes below this one while a file is read."""

    def __init__(self) -> None:
        self.peak = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.01):
            for pid in below(os.getpid()):
                try:
                    resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
                except (OSError, IndexError):
                    continue
                self.peak = max(self.peak, resident)


@pytest.mark.parametrize(
    ("make", "reasons"),
    [
        (deflate, {Reason.TOO_MUCH_MEMORY}),
        (forms, {Reason.TOO_MUCH_MEMORY, Reason.TOO_SLOW}),
        pytest.param(endless_forms, {Reason.TOO_SLOW, Reason.TOO_MUCH_MEMORY}, marks=pytest.mark.slow),
        (huge_page, {Reason.NO_TEXT}),
        (many_pages, {Reason.TOO_LARGE}),
        (outline_without_end, {None}),
    ],
)
def test_a_bomb_ends_as_a_reason(tmp_path: Path, make: Callable[[Path], Path], reasons: set[Reason | None]) -> None:
    path = make(tmp_path)
    limits = Limits(seconds=4)
    with Watch() as watch, Reader(limits, workers=1) as reader:
        start = time.monotonic()
        (reading,) = reader.read([path])
        seconds = time.monotonic() - start
    assert reading.reason in reasons, reading.detail
    assert reading.format == "pdf"
    assert seconds < limits.seconds + 3
    assert 0 < watch.peak < CHILD_LIMIT
