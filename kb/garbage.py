"""The garbage collector of this process. Not here: what is loaded, and when that is done."""

from __future__ import annotations

import gc

# Objects more than were freed, after which the new ones are looked at: what is read or tagged has few cycles.
SELDOM = 50_000


def spare(threshold: int = 0) -> None:
    """Leave alone what is loaded by now, since it stays until the process ends; `threshold`: look at the rest more seldom."""
    gc.collect()
    gc.freeze()
    if threshold:
        gc.set_threshold(max(threshold, gc.get_threshold()[0]))
