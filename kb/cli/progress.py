"""A progress bar on standard error, silent where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LABELS = {"read": "reading", "index": "indexing"}


@contextmanager
def bar(*, quiet: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """A function that takes stage, steps done and steps known, and draws them."""
    if quiet or not sys.stderr.isatty():
        yield lambda _stage, _done, _known: None
        return
    from tqdm import tqdm

    bars: dict[str, tqdm] = {}

    def draw(stage: str, done: int, known: int) -> None:
        if stage not in bars:
            bars[stage] = tqdm(desc=LABELS.get(stage, stage), unit="", leave=False, file=sys.stderr)
        bars[stage].total = known
        bars[stage].update(done - bars[stage].n)

    try:
        yield draw
    finally:
        for one in bars.values():
            one.close()
