"""One writer at a time: a lock file in the data folder that the system frees when its holder ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.errors import CatalogError, LockedError


@contextmanager
def writing(data: Path) -> Iterator[None]:
    """Hold the lock of a data folder. Raises LockedError, naming the other process, when it is taken."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        handle = os.open(data / "writing.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise CatalogError(f"the data folder {data} cannot be written: {error.strerror}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip()
            raise LockedError(
                f"another kb process ({holder or 'number unknown'}) is writing to {data}; "
                "nothing was done, try again when it has ended"
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)
