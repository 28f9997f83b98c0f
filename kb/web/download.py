"""The original files. What a browser would run is never shown on this site, only saved."""

from __future__ import annotations

import stat
import unicodedata
from pathlib import Path
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from kb.catalog.content import Member
from kb.catalog.source import KnownSource
from kb.ingest.attachment import AttachmentStore
from kb.ingest.source import hash_of, real_path
from kb.model import INSIDE
from kb.web.access import visible
from kb.web.prose import PDF
from kb.web.site import Site, site_of

# Shown in the browser; everything else is saved, so that no stranger's HTML or script runs on this site.
INLINE = frozenset({PDF, "text/plain", "text/markdown", "image/png", "image/jpeg"})
# The browser's own viewer of PDFs does not start in a sandbox.
_VIEWER = "frame-ancestors 'none'; base-uri 'none'"
_SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
_PLAINLY: dict[str, str | int | None] = {
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    "Ä": "Ae",
    "Ö": "Oe",
    "Ü": "Ue",
    "ß": "ss",
    "–": "-",
}
_UMLAUTS = str.maketrans(_PLAINLY)
_LOOKED_AT = 1_000_000  # octets of a text that tell its encoding


def show(request: Request) -> Response:
    """GET /dokument/{id}/original"""
    site = site_of(request)
    view = visible(site, request.path_params["id"])
    found = next(((one, place) for one in view.sources if _is_it(one, place := location(site, one))), None)
    if found is None:
        raise HTTPException(404)
    source, path = found
    media_type = view.document.media_type or "application/octet-stream"
    return FileResponse(
        path,
        media_type=_shown_as(path, media_type),
        headers={
            "content-disposition": disposition(file_name(source), "inline" if media_type in INLINE else "attachment"),
            "content-security-policy": _VIEWER if media_type == PDF else _SANDBOX,
            "cache-control": "private, no-cache",
        },
    )


def _is_it(one: KnownSource, place: Path) -> bool:
    """Whether the bytes there are still those that were taken in: whatever else lies there now may be confidential."""
    try:
        status = place.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size != one.size:
            return False
        if one.container or status.st_mtime_ns == one.mtime:
            return True
        return hash_of(place) == one.sha256
    except OSError:
        return False


def _shown_as(path: Path, media_type: str) -> str:
    """The media type that the file is sent with: texts are sent as nothing but text, in the encoding they have."""
    if media_type not in ("text/plain", "text/markdown"):
        return media_type
    with path.open("rb") as file:
        beginning = file.read(_LOOKED_AT)
    try:
        beginning.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < _LOOKED_AT - 4:  # else a character was cut in two
            return "text/plain; charset=windows-1252"
    return "text/plain; charset=utf-8"


def disposition(name: str, how: str) -> str:
    """The header that names a file: in full for today's browsers, without umlauts for others (RFC 6266)."""
    folded = name.translate(_UMLAUTS)
    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode("ascii")
    plain = "".join(one for one in plain if one.isprintable() and one not in '"\\%')
    return f"{how}; filename=\"{plain or 'dokument'}\"; filename*=UTF-8''{quote(name, safe='')}"


def location(site: Site, one: KnownSource) -> Path:
    """Where the file's bytes are, be it a file of its own or one that came inside another."""
    if not one.container:
        return real_path(one.path)
    store = AttachmentStore(site.services.data / "attachments")
    return store.locate(Member(one.path.removeprefix(one.container + INSIDE), one.sha256, one.size))


def file_name(one: KnownSource) -> str:
    """The file's own name, without folders."""
    return unicodedata.normalize("NFC", real_path(one.path.rpartition(INSIDE)[2] or one.path).name)
