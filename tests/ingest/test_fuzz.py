"""Thousands of broken files through the reader: it survives, accounts for each, and none takes longer than its limit.

The mutations are seeded, so a failure names its file. Members of containers are broken inside as well, with their sums
right, or nothing but the ZIP code would ever be tried.
"""

from __future__ import annotations

import io
import random
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.errors import Reason
from kb.ingest.extractor import Limits
from kb.ingest.reading import Reader, Reading
from tests.ingest import pdfs, samples
from tests.ingest.office import convert, needed

LIMITS = Limits(seconds=20, ocr=False)
GRACE = 10.0  # seconds beyond a file's limit: starting processes on a machine that does other work as well


def pdf(path: Path) -> Path:
    """A PDF of one page."""
    return pdfs.document(path, [pdfs.show(pdfs.lines([samples.TITLE, samples.SENTENCE, samples.CLOSING]))])


def broken(data: bytes, others: list[bytes], random_: random.Random) -> bytes:
    """The data cut off, with bytes changed, or with a piece of another file in it."""
    kind = random_.choice(["cut", "flipped", "flipped", "spliced"])
    if kind == "cut":
        return data[: random_.randrange(len(data) + 1)]
    if kind == "flipped":
        changed = bytearray(data)
        for _ in range(random_.choice((1, 3, 20, 200))):
            if changed:
                changed[random_.randrange(len(changed))] = random_.randrange(256)
        return bytes(changed)
    other = random_.choice(others)
    at, start = random_.randrange(len(data) + 1), random_.randrange(len(other))
    return data[:at] + other[start : start + random_.randrange(1, 3000)] + data[at + random_.choice((0, 100)) :]


def broken_inside(data: bytes, others: list[bytes], random_: random.Random) -> bytes:
    """A container with one of its members broken or missing."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        victim = random_.choice(source.namelist())
        for name in source.namelist():
            content = source.read(name)
            if name != victim:
                target.writestr(name, content)
            elif random_.random() > 0.1:
                target.writestr(name, broken(content, others, random_))
    return buffer.getvalue()


def wholes(folder: Path) -> dict[str, Path]:
    """A sample of every format but the old ones."""
    builders = samples.BUILDERS | {"pdf": (".pdf", pdf)}
    return {name: builder(folder / f"{name}{extension}") for name, (extension, builder) in builders.items()}


def mutations(folder: Path, whole: dict[str, Path], count: int, seed: int) -> Iterator[Path]:
    """So many broken files, taken in turn from whole ones."""
    random_ = random.Random(seed)
    data = {name: path.read_bytes() for name, path in whole.items()}
    others = list(data.values())
    for number in range(count):
        name = sorted(data)[number % len(data)]
        inside = data[name].startswith(b"PK") and random_.random() < 0.6
        path = folder / f"{number:04d}{whole[name].suffix}"
        path.write_bytes((broken_inside if inside else broken)(data[name], others, random_))
        yield path


def read_all(folder: Path, whole: dict[str, Path], count: int, seed: int) -> list[Reading]:
    with Reader(LIMITS, workers=2) as reader:
        return list(reader.read(mutations(folder, whole, count, seed)))


def assert_accounted_for(readings: list[Reading], count: int) -> None:
    assert len({reading.path for reading in readings}) == len(readings) == count
    for reading in readings:
        assert reading.seconds < LIMITS.seconds + GRACE, reading.path
        if reading.reason is None:
            assert reading.extraction is not None
            extraction = reading.extraction
            assert extraction.attachments or any(page.text.strip() for page in extraction.pages), reading.path
            for section in extraction.sections:
                assert extraction.pages[section.page - 1].text.startswith(section.title, section.start), reading.path
    # a crash is caught, but in our own code or Python's it is a defect all the same
    crashes = [(reading.path.name, reading.detail) for reading in readings if reading.reason is Reason.CRASHED]
    assert [crash for crash in crashes if "Error" in crash[1]] == []


@pytest.mark.parametrize("seed", [1])
def test_some_broken_files(seed: int, tmp_path: Path) -> None:
    readings = read_all(tmp_path, wholes(tmp_path), 60, seed)
    assert_accounted_for(readings, 60)
    outcomes = Counter(reading.reason for reading in readings)
    assert outcomes[None] and outcomes[Reason.DAMAGED]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_two_thousand_broken_files(tmp_path: Path) -> None:
    start = time.monotonic()
    readings = read_all(tmp_path, wholes(tmp_path), 2000, seed=2026)
    assert_accounted_for(readings, 2000)
    assert time.monotonic() - start < 300


@needed
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_broken_old_files(tmp_path: Path) -> None:
    sources = wholes(tmp_path)
    old = {name: convert(sources[f"{name}x"], name, tmp_path) for name in ("doc", "ppt", "xls")}
    assert_accounted_for(read_all(tmp_path, old, 30, seed=7), 30)
