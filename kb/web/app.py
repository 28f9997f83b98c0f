"""The site as an ASGI application: settings in, Starlette out. Pages are in the modules beside this one."""

from __future__ import annotations

from threading import Thread

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.routing import Mount, Route

from kb.services import Services
from kb.settings import Settings
from kb.web import document, download, health, home, night, referral, search
from kb.web.asset import Assets
from kb.web.errors import HANDLERS
from kb.web.header import SecurityHeaders
from kb.web.related import Background
from kb.web.site import Site

# Originals come in ranges and are compressed already.
_AS_THEY_ARE = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/*", "image/*", "text/plain")


def create_app(settings: Settings) -> Starlette:
    """The application of one installation. Raises KbError where the installation cannot be used."""
    services = Services(settings)
    services.prepare_search()
    app = Starlette(
        routes=[
            Route("/", home.show, name="home"),
            Route("/suche", search.show, name="search"),
            Route("/vorschlaege", search.suggest, name="suggest"),
            Route("/dokument/{id}", document.show, name="document"),
            Route("/dokument/{id}/original", download.show, name="original"),
            Route("/ansprechpartner", referral.show, name="referral"),
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
    Thread(target=services.warm_up, name="warm-up", daemon=True).start()
    return app
