"""Where errors become pages: a German sentence that says what to do, never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kb.errors import CatalogError, EngineError, KbError
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
    "Der Index oder der Katalog lässt sich nicht öffnen. Die Dokumente sind nicht verloren. "
    "Bitte versuchen Sie es in einigen Minuten noch einmal."
)
_PAGES = {
    404: ("Diese Seite gibt es nicht", _NOT_FOUND),
    405: ("Das geht hier nicht", "Diese Adresse kann nur angesehen werden."),
    500: ("Da ist etwas schiefgegangen", _BROKEN),
    503: ("Die Suche ist gerade nicht bereit", _UNAVAILABLE),
}


def _page(request: Request, status: int) -> Response:
    title, text = _PAGES.get(status, _PAGES[500 if status >= 500 else 404])
    return site_of(request).page("error.html", status, title=title, text=text, status_code=status)


def refused(request: Request, error: Exception) -> Response:
    """An address that is not there, or may not be used so."""
    return _page(request, cast(HTTPException, error).status_code)


def unavailable(request: Request, error: Exception) -> Response:
    """The catalog or the index cannot be used."""
    _log.error("%s", error)
    return _page(request, 503)


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
