"""The files of a tantivy index, read without the library: what its meta.json knows, and what a crash left beside it."""

from __future__ import annotations

import json
from pathlib import Path

META = "meta.json"


def orphans(folder: Path) -> list[Path]:
    """Segment files in the folder that its last commit does not know."""
    try:
        meta = json.loads((folder / META).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    live = {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
    return [path for path in folder.glob("????????????????????????????????.*") if path.name[:32] not in live]


def remove_orphans(folder: Path) -> None:
    """Delete segment files that no commit knows; a crash may leave them, and nobody else would ever remove them.

    Only called by the one writer. A reader that still shows an older commit keeps its files open and loses nothing.
    """
    for path in orphans(folder):
        path.unlink(missing_ok=True)


def pack(folder: Path, size: int) -> None:
    """Have the stored blocks of an empty index compressed by so many bytes together; the library has no way to set it."""
    path = folder / META
    meta = json.loads(path.read_text(encoding="utf-8"))
    meta["index_settings"]["docstore_blocksize"] = size
    new = path.with_suffix(".new")
    new.write_text(json.dumps(meta), encoding="utf-8")
    new.replace(path)
