"""What every page needs: the services, the viewer, the templates."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from kb.model import Visibility
from kb.services import Services
from kb.web import asset, prose
from kb.web.excerpt import marked


class Site:
    """The site of one installation."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.viewer = services.viewer
        self.name = services.settings.network_name

    @property
    def is_staff(self) -> bool:
        """Whether who is looking belongs to the office."""
        return Visibility.INTERNAL in self.viewer.sees

    @cached_property
    def templates(self) -> Environment:
        """The templates, each compiled once; a name that is not there is an error, never a silent nothing."""
        environment = Environment(
            loader=PackageLoader("kb.web"),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        environment.globals.update(site_name=self.name, label=self.label, town=self.town, asset=asset.address)
        environment.filters.update(
            marked=marked,
            day=prose.day,
            number=prose.number,
            moment=prose.moment,
            duration=prose.duration,
            size=prose.size,
        )
        return environment

    def label(self, concept: str) -> str:
        """The German name of a topic, programme or kind."""
        return self.services.vocabulary.label(concept)

    def town(self, ags: str) -> str:
        """The short name of a municipality."""
        found = self.services.gazetteer.get(ags)
        return found.short if found else ags

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A rendered page."""
        return HTMLResponse(self.templates.get_template(template).render(**values), status)


def site_of(request: Request) -> Site:
    """The site that a request is for."""
    return cast(Site, request.app.state.site)
