"""Static files: addresses that change with the content, kept by browsers for a year under such an address."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.responses import Response
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parent / "static"
_FOR_GOOD = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


@lru_cache
def version(name: str) -> str:
    """The beginning of the hash of a static file; a file that changes while the site runs is noticed at its next start."""
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]


def address(name: str) -> str:
    """The address of a static file."""
    return f"/static/{name}?{version(name)}"


class Assets(StaticFiles):
    """The static files. An address without the content's version, or with another one, is asked for again each time."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    async def get_response(self, path: str, scope: Any) -> Response:
        """The file, or 304 where the browser has it; raises HTTPException 404."""
        answer = await super().get_response(path, scope)
        asked = scope["query_string"].decode("latin-1")
        current = (FOLDER / path).is_file() and asked == version(path)
        answer.headers["cache-control"] = _FOR_GOOD if current else _ASK_AGAIN
        return answer
