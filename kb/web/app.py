"""The site as an ASGI application: settings in, Starlette out. Pages are in the modules beside this one."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from threading import Thread

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.middleware import Middleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from kb.errors import KbError
from kb.services import Services
from kb.settings import Settings
from kb.web import address, document, download, health, home, night, referral, search
from kb.web.asset import Assets
from kb.web.errors import HANDLERS
from kb.web.header import SecurityHeaders
from kb.web.related import Background
from kb.web.site import Site

_log = logging.getLogger(__name__)

# Pages that search, made at a time. Threads that compute take turns in one process, so more of them only make every
# page late; they have threads of their own, so that nothing else waits behind them.
_SEARCHES = 4
# Originals come in ranges and are compressed already.
_AS_THEY_ARE = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/*", "image/*", "text/plain")


def create_app(settings: Settings) -> Starlette:
    """The application of one installation. Raises KbError where the installation cannot be used."""
    services = Services(settings)
    services.prepare_search()
    app = Starlette(
        routes=[
            Route("/", home.show, name="home"),
            Route("/suche", _in_turn(search.show), name="search"),
            Route("/vorschlaege", search.suggest, name="suggest"),
            Route("/dokument/{id}", _in_turn(document.show), name="document"),
            Route("/dokument/{id}/original", download.show, name="original"),
            Route("/ansprechpartner", _in_turn(referral.show), name="referral"),
            Route("/naechte", night.show, name="night"),
            Route("/healthz", health.show, name="health"),
            Mount("/static", Assets(), name="static"),
        ],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=4, exclude_content_types=_AS_THEY_ARE),
        ],
        exception_handlers=HANDLERS,
    )
    app.state.site = site = Site(services)
    app.state.background = Background(site)
    app.state.searches = CapacityLimiter(_SEARCHES)
    app.state.warm_up = Thread(target=_warm_up, args=(app,), name="warm-up", daemon=True)
    app.state.warm_up.start()
    return app


def _in_turn(page: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
    async def show(request: Request) -> Response:
        return await to_thread.run_sync(page, request, limiter=request.app.state.searches)

    return show


def _warm_up(app: Starlette) -> None:
    """Do once what the first visitor would wait for."""
    site, background = app.state.site, app.state.background
    try:
        site.services.warm_up()
        background.counts()
        search.page(site, background, address.read(QueryParams("")))
    except KbError as error:  # whatever is wrong is also said by every page that it concerns
        _log.warning("not warmed up: %s", error)
    for template in site.templates.list_templates():
        site.templates.get_template(template)
