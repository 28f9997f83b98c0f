"""Whether the site can do its work: for who watches over it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kb import __version__
from kb.catalog import figure
from kb.errors import KbError
from kb.index.query import Query
from kb.web.site import site_of


def show(request: Request) -> Response:
    """GET /healthz -> 200 {"status": "ok", …}, or 503 with what is wrong"""
    site = site_of(request)
    try:
        with site.services.catalog.read() as connection:
            documents = figure.figures(connection, site.viewer).documents
        indexed = site.services.search.search(Query("", viewer=site.viewer, size=1)).total
    except KbError as error:
        return JSONResponse({"status": "failing", "problem": type(error).__name__}, 503)
    return JSONResponse({"status": "ok", "version": __version__, "documents": documents, "indexed": indexed})
