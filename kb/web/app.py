"""The site as an ASGI application: settings in, Starlette out. Pages are in the modules beside this one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from kb.services import Services
from kb.settings import Settings
from kb.web import document, health, home, night, referral, search
from kb.web.errors import HANDLERS
from kb.web.site import Site

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

# Nothing is loaded from anywhere else, nothing may frame the site, and no address is told to others.
HEADERS = {
    b"content-security-policy": b"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    b"form-action 'self'; frame-ancestors 'none'",
    b"referrer-policy": b"same-origin",
    b"x-content-type-options": b"nosniff",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}

STATIC = Path(__file__).parent / "static"


class SecurityHeaders:
    """Adds the headers above to every answer that does not set them itself."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((name, value) for name, value in HEADERS.items() if name not in present),
                ]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def create_app(settings: Settings) -> Starlette:
    """The application of one installation. Raises KbError where the installation cannot be used."""
    services = Services(settings)
    services.prepare_search()
    site = Site(services)
    app = Starlette(
        routes=[
            Route("/", home.show, name="home"),
            Route("/suche", search.show, name="search"),
            Route("/vorschlaege", search.suggest, name="suggest"),
            Route("/dokument/{id}", document.show, name="document"),
            Route("/dokument/{id}/original", document.download, name="original"),
            Route("/ansprechpartner", referral.show, name="referral"),
            Route("/naechte", night.show, name="night"),
            Route("/healthz", health.show, name="health"),
            Mount("/static", StaticFiles(directory=STATIC), name="static"),
        ],
        middleware=[Middleware(GZipMiddleware, minimum_size=1000, compresslevel=4), Middleware(SecurityHeaders)],
        exception_handlers=HANDLERS,
    )
    app.state.site = site
    return app
