"""One document: what it is, what it says section by section, and the original."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from kb.catalog import content, document
from kb.catalog.content import Member
from kb.catalog.document import DocumentView
from kb.catalog.source import KnownSource
from kb.index.query import HitPassage
from kb.ingest.attachment import AttachmentStore
from kb.ingest.reason import sentence
from kb.ingest.source import real_path
from kb.model import INSIDE, Passage, Section
from kb.web import address
from kb.web.site import Site, site_of

# Shown in the browser; everything else is saved, so that no stranger's HTML or script runs on this site.
INLINE = {"application/pdf", "text/plain", "image/png", "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section with its passages; without a heading for what stands before the first one."""

    section: Section | None
    anchor: str
    passages: tuple[Passage, ...]


def show(request: Request) -> Response:
    """GET /dokument/{id}"""
    site = site_of(request)
    view = _visible(site, request.path_params["id"])
    asked = address.read(request.query_params)
    with site.services.catalog.read() as connection:
        text = content.text_of(connection, view.document.sha256)
        passages = content.passages_of(connection, view.document.sha256)
        parts = document.parts_of(connection, view.document.id)
        parent = document.view(connection, view.parent) if view.parent else None
    matches = _matches(site, view.document.id, asked.text)
    return site.page(
        "document.html",
        view=view,
        document=view.document,
        text=text,
        chapters=_chapters(text.sections, passages),
        pages={page.number: page for page in text.pages},
        marks={match.ordinal: match.highlights for match in matches},
        order=[match.ordinal for match in matches],
        similar=site.services.search.similar(view.document.id, site.viewer),
        parts=[part for part in parts if part.visibility in site.viewer.sees],
        parent=parent.document if parent and parent.document.visibility in site.viewer.sees else None,
        reason=sentence(view.document.reason) if view.document.reason else "",
        file_name=_file_name(view.sources[0]) if view.sources else "",
        is_paged=view.document.media_type == "application/pdf",
        address=asked,
    )


def download(request: Request) -> Response:
    """GET /dokument/{id}/original"""
    site = site_of(request)
    view = _visible(site, request.path_params["id"])
    path = next((place for one in view.sources if (place := _location(site, one)).is_file()), None)
    if path is None:
        raise HTTPException(404)
    media_type = view.document.media_type or "application/octet-stream"
    how = "inline" if media_type in INLINE else "attachment"
    name = quote(_file_name(view.sources[0]))
    headers = {"content-disposition": f"{how}; filename*=UTF-8''{name}", "content-security-policy": "sandbox"}
    if media_type == "application/pdf":
        del headers["content-security-policy"]  # the browser's own viewer does not start in a sandbox
    if media_type.startswith("text/plain"):
        media_type = "text/plain"
    return FileResponse(path, media_type=media_type, headers=headers)


def _visible(site: Site, document_id: str) -> DocumentView:
    """The document, if this viewer may learn of it; for others there is none."""
    with site.services.catalog.read() as connection:
        view = document.view(connection, document_id)
    if view is None or view.document.withdrawn or view.document.visibility not in site.viewer.sees:
        raise HTTPException(404)
    return view


def _matches(site: Site, document_id: str, text: str) -> tuple[HitPassage, ...]:
    return tuple(site.services.search.matches(document_id, text, site.viewer)) if text else ()


def _chapters(sections: tuple[Section, ...], passages: tuple[Passage, ...]) -> list[Chapter]:
    """The passages by section; sections without text of their own keep their heading."""
    found: dict[int, list[Passage]] = {}
    for passage in passages:
        found.setdefault(-1 if passage.section is None else passage.section, []).append(passage)
    chapters = [Chapter(None, "anfang", tuple(found[-1]))] if -1 in found else []
    return chapters + [
        Chapter(section, f"abschnitt-{index + 1}", tuple(found.get(index, ())))
        for index, section in enumerate(sections)
    ]


def _location(site: Site, one: KnownSource) -> Path:
    if not one.container:
        return real_path(one.path)
    store = AttachmentStore(site.services.data / "attachments")
    return store.locate(Member(one.path.removeprefix(one.container + INSIDE), one.sha256, one.size))


def _file_name(one: KnownSource) -> str:
    return real_path(one.path.rpartition(INSIDE)[2] or one.path).name
