"""Where errors become pages: a German sentence that says what to do, never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kb.errors import CatalogError, EngineError, KbError
from kb.web.header import HEADERS
from kb.web.site import site_of

_log = logging.getLogger(__name__)

_NOT_FOUND = (
    "Vielleicht wurde das Dokument zurückgezogen, oder die Adresse ist unvollständig. "
    "Über die Suche finden Sie, was da ist."
)
_BROKEN = (
    "Der Fehler wurde festgehalten. Bitte versuchen Sie es noch einmal; "
    "bleibt es dabei, hilft die Geschäftsstelle weiter."
)
_UNAVAILABLE = (
    "Gerade kann nicht gesucht werden. Die Dokumente sind nicht verloren. "
    "Bitte versuchen Sie es in einigen Minuten noch einmal."
)
_PAGES = {
    400: (
        "Das war nicht zu verstehen",
        "Die Anfrage ist unvollständig oder fehlerhaft. Über die Suche geht es weiter.",
    ),
    404: ("Diese Seite gibt es nicht", _NOT_FOUND),
    405: ("Das geht hier nicht", "Diese Seite lässt sich ansehen, aber nicht verändern."),
    500: ("Da ist etwas schiefgegangen", _BROKEN),
    503: ("Die Suche ist gerade nicht bereit", _UNAVAILABLE),
}
# Seconds after which a machine may ask again.
_RETRY = "120"


def _page(request: Request, status: int, headers: Mapping[str, str] | None = None) -> Response:
    known = status if status in _PAGES else 500 if status >= 500 else 400
    title, text = _PAGES[known]
    page = site_of(request).page("error.html", status, title=title, text=text, status_code=status)
    # An answer to a defect is sent past everything that would add these.
    page.headers.update({**HEADERS, "cache-control": "no-store", **(headers or {})})
    return page


def refused(request: Request, error: Exception) -> Response:
    """An address that is not there, or may not be used so."""
    known = cast(HTTPException, error)
    return _page(request, known.status_code, known.headers)


def unavailable(request: Request, error: Exception) -> Response:
    """The catalog or the index cannot be used."""
    _log.error("%s", error)
    return _page(request, 503, {"retry-after": _RETRY})


def broken(request: Request, error: Exception) -> Response:
    """A defect, or an error that no page knows."""
    _log.error("%s %s", request.method, request.url.path, exc_info=error)
    return _page(request, 500)


HANDLERS: Mapping[Any, Callable[[Request, Exception], Response]] = {
    HTTPException: refused,
    CatalogError: unavailable,
    EngineError: unavailable,
    KbError: broken,
    Exception: broken,
}
