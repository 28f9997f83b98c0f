"""The result page, and what is offered while somebody types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kb.catalog import brief
from kb.catalog.brief import Brief
from kb.index.query import Hit, HitPassage
from kb.ingest.reason import sentence
from kb.search.discovery import Suggestion
from kb.web import address, facet, related
from kb.web.address import SORTS, Address
from kb.web.excerpt import after_headings, excerpt, is_contents, within
from kb.web.prose import PDF, format_name, page_word
from kb.web.related import Background
from kb.web.site import Site, site_of

PER_PAGE = 10
# Characters of the best passage, and of the others.
_BEST, _OTHERS = 330, 210
_LONG = f"Die Anfrage ist sehr lang; gesucht wurde mit den ersten {address.LONGEST:,} Zeichen.".replace(",", ".")
_SIGNS = '"„“”»«:()+~*?'
_UNKNOWN = Brief("", 0)


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage of a hit: where it stands, the address of the page of the original, and that of the text."""

    text: Markup
    place: str
    section: str
    original: str
    address: str


@dataclass(frozen=True, slots=True)
class HitView:
    """A hit as the page shows it; `form` is its format and length, `problem` why there is no text."""

    hit: Hit
    address: str
    form: str
    problem: str
    passages: tuple[PassageView, ...]


def show(request: Request) -> Response:
    """GET /suche"""
    return page(site_of(request), request.app.state.background, address.read(request.query_params))


def page(site: Site, background: Background, asked: Address) -> Response:
    """The result page of a search."""
    query = replace(asked.query(site.viewer, PER_PAGE), explain=asked.explain and site.is_staff)
    results = site.services.search.search(query)
    return site.page(
        "search.html",
        address=asked,
        results=results,
        hits=_hits(site, results.hits, asked),
        further=_hits(site, results.further, asked),
        any_word=_any_word(asked.text),
        related=related.topics(site, background, results),
        notices=[*([_LONG] if asked.shortened else []), *results.notices],
        facets=facet.views(results, asked),
        bars=facet.bars(results, asked),
        chips=facet.chips(site, asked),
        sorts=[(name, title) for name, (_, title) in SORTS.items() if asked.text or name != "relevanz"],
        pages=_pages(asked.page, results.total),
        last_page=max(1, -(-results.total // PER_PAGE)),
        first_number=(asked.page - 1) * PER_PAGE + 1,
        is_staff=site.is_staff,
    )


def _any_word(text: str) -> str:
    """The same words, of which one is enough; empty where they are more than words side by side."""
    return " ODER ".join(text.split()) if set(text).isdisjoint(_SIGNS) else ""


def _hits(site: Site, hits: Sequence[Hit], asked: Address) -> list[HitView]:
    with site.services.catalog.read() as connection:
        known = brief.briefs(connection, [hit.document for hit in hits])
    trail = asked.trail()
    return [_hit(hit, known.get(hit.document, _UNKNOWN), f"/dokument/{hit.document}{trail}") for hit in hits]


def _hit(hit: Hit, known: Brief, link: str) -> HitView:
    passages = [
        _passage(hit, one, known, link, _OTHERS if place else _BEST)
        for place, one in enumerate(_telling(hit.passages, hit.title))
    ]
    return HitView(
        hit=hit,
        address=link,
        form=form(known.media_type, known.pages),
        problem=sentence(known.reason) if known.reason else "",
        passages=tuple(passages),
    )


def _telling(passages: Sequence[HitPassage], title: str) -> Sequence[HitPassage]:
    """Those with something marked beside the title that stands above them; else those that say more than it; else all.

    A table of contents comes last: it names the place where the answer stands.
    """
    passages = sorted(passages, key=lambda one: is_contents(one.text))
    starts = [(one, after_headings(one.text, (title,))) for one in passages]
    marked = [one for one, start in starts if within(one.highlights, start, len(one.text))]
    return marked or [one for one, start in starts if start < len(one.text)] or passages


def form(media_type: str, pages: int) -> str:
    """Format and length, as "PDF, 14 Seiten"."""
    length = f"{pages} {'Folien' if page_word(media_type) == 'Folie' else 'Seiten'}" if pages > 1 else ""
    return ", ".join(part for part in (format_name(media_type), length) if part)


def _passage(hit: Hit, passage: HitPassage, known: Brief, link: str, length: int) -> PassageView:
    has_pages = known.media_type == PDF or known.pages > 1
    original = f"/dokument/{hit.document}/original#page={passage.page}" if known.media_type == PDF else ""
    return PassageView(
        text=excerpt(passage.text, passage.highlights, (hit.title, passage.section), length),
        place=f"{page_word(known.media_type)} {passage.page}" if has_pages else "",
        section="" if passage.section == hit.title else passage.section,
        original=original,
        address=f"{link}#p{passage.ordinal}",
    )


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


def suggest(request: Request) -> Response:
    """GET /vorschlaege?q=… -> {"suggestions": [{"text", "kind", "address"?}]}; without an address it is words to search"""
    site = site_of(request)
    typed = address.clean(request.query_params.get("q", ""))[: address.LONGEST]
    return JSONResponse({"suggestions": _offers(site.services.search.suggest(typed, site.viewer))})


_PLACES = {"topic": "/suche?thema=", "municipality": "/suche?kommune=", "title": "/dokument/"}


def _offers(suggestions: Sequence[Suggestion]) -> list[dict[str, str]]:
    return [
        {"text": one.text, "kind": one.kind}
        | ({"address": _PLACES[one.kind] + quote(one.value, safe="")} if one.value and one.kind in _PLACES else {})
        for one in suggestions
    ]
