"""The first page: a search box, what is there, and ways in."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from kb.catalog import figure, tag
from kb.model import Facet
from kb.web import address
from kb.web.site import Site, site_of


def show(request: Request) -> Response:
    """GET /"""
    site = site_of(request)
    vocabulary = site.services.vocabulary
    with site.services.catalog.read() as connection:
        figures = figure.figures(connection, site.viewer)
        topics = tag.counts(connection, Facet.TOPIC, site.viewer)
        kinds = tag.counts(connection, Facet.KIND, site.viewer)
        newest = figure.newest(connection, site.viewer, 5)
    groups = [(root, _of_group(site, root.id, topics)) for root in vocabulary.roots()]
    return site.page(
        "home.html",
        figures=figures,
        groups=[(root, found) for root, found in groups if found],
        kinds=[(kind, kinds[kind.id]) for kind in vocabulary.kinds() if kind.id in kinds],
        newest=newest,
        address=address.read(request.query_params),
    )


def _of_group(site: Site, root: str, counts: dict[str, int]) -> list[tuple[str, int]]:
    """The most frequent topics of a group."""
    below = set(site.services.vocabulary.descendants(root))
    return [(topic, count) for topic, count in counts.items() if topic in below][:6]
