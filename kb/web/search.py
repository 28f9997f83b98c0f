"""The result page, and what is offered while somebody types."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kb.index.query import FacetCount, Results
from kb.web import address
from kb.web.address import FACETS, SORTS, Address
from kb.web.site import Site, site_of

PER_PAGE = 10
# Values of a facet that are shown at once; the rest is one click away.
SHOWN = 8


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet as the page shows it."""

    parameter: str
    title: str
    first: tuple[FacetCount, ...]
    more: tuple[FacetCount, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """A choice that can be taken back: what it is, and the address without it."""

    title: str
    label: str
    address: str


def show(request: Request) -> Response:
    """GET /suche"""
    site = site_of(request)
    asked = address.read(request.query_params)
    results = site.services.search.search(asked.query(site.viewer, PER_PAGE))
    return site.page(
        "search.html",
        address=asked,
        results=results,
        facets=[_facet(parameter, results) for parameter in FACETS],
        years=results.facets.get("year", ()),
        chips=_chips(site, asked),
        sorts=SORTS,
        pages=_pages(asked.page, results.total),
        last_page=max(1, -(-results.total // PER_PAGE)),
    )


def suggest(request: Request) -> Response:
    """GET /vorschlaege?q=… -> {"suggestions": [{"text", "kind", "address"}]}"""
    site = site_of(request)
    offers = site.services.search.suggest(request.query_params.get("q", "")[: address.LONGEST], site.viewer)
    return JSONResponse({"suggestions": [{"text": one.text, "kind": one.kind} for one in offers]})


def _facet(parameter: str, results: Results) -> FacetView:
    name, title = FACETS[parameter]
    counts = results.facets.get(name, ())
    if parameter == "thema":  # a tree: cutting it anywhere would part narrower topics from their group
        return FacetView(parameter, title, counts, ())
    chosen = [one for one in counts if one.selected]
    others = [one for one in counts if not one.selected]
    first = tuple([*chosen, *others][: max(SHOWN, len(chosen))])
    return FacetView(parameter, title, first, tuple(one for one in counts if one not in first))


def _chips(site: Site, asked: Address) -> list[Chip]:
    chips = [
        Chip(FACETS[parameter][1], _label(site, parameter, value), asked.toggled(parameter, value))
        for parameter, values in asked.values
        for value in values
    ]
    if asked.first_year or asked.last_year:
        chips.append(Chip("Zeitraum", _span(asked.first_year, asked.last_year), asked.with_years(None, None)))
    return chips


def _label(site: Site, parameter: str, value: str) -> str:
    if parameter == "kommune":
        return site.town(value)
    if parameter == "bezirk":
        return value
    if parameter == "groesse":
        from kb.gazetteer import PopulationClass

        return PopulationClass(value).label if value in list(PopulationClass) else value
    return site.label(value)


def _span(first: int | None, last: int | None) -> str:
    if first == last:
        return str(first)
    if first and last:
        return f"{first} bis {last}"
    return f"ab {first}" if first else f"bis {last}"


def _pages(current: int, total: int) -> list[int | None]:
    """Numbers for turning pages: the first, the last, those around the current; None stands for a gap."""
    last = max(1, -(-total // PER_PAGE))
    wanted = sorted({1, last, *range(max(1, current - 2), min(last, current + 2) + 1)})
    pages: list[int | None] = []
    for page in wanted:
        if pages and page != (pages[-1] or 0) + 1:
            pages.append(None)
        pages.append(page)
    return pages if last > 1 else []
