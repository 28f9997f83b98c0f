"""One document: what it is, what it says section by section, and what lies near. Its file is download.py's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from kb.catalog import content, document
from kb.catalog.document import DocumentView
from kb.index.query import HitPassage
from kb.ingest.reason import sentence
from kb.model import Annotation, Document, Evidence, Facet, Origin, Role
from kb.web import address, download
from kb.web.access import visible
from kb.web.chapter import Chapter, Outline
from kb.web.prose import PDF, format_name, page_word
from kb.web.search import form
from kb.web.site import Site, site_of

_PARAMETERS = {Facet.TOPIC: "thema", Facet.PROGRAMME: "programm", Facet.MUNICIPALITY: "kommune"}
_ROLES = ((Role.OWNER, "Herausgegeben von"), (Role.SUBJECT, "Handelt von"), (Role.MENTION, "Erwähnt auch"))
_EVIDENCE = 2
# Headings that are listed at once; of a longer document only those of the first level.
_CONTENTS = 20


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag; `how` says who says so, or how sure that is."""

    label: str
    address: str
    how: str
    evidence: tuple[Evidence, ...]


def show(request: Request) -> Response:
    """GET /dokument/{id}"""
    site = site_of(request)
    view = visible(site, request.path_params["id"])
    asked = address.read(request.query_params)
    text = asked.text
    matches = site.services.search.matches(view.document.id, text, site.viewer) if text else ()
    return site.page(
        "document.html",
        document=view.document,
        address=asked,
        similar=site.services.search.similar(view.document.id, site.viewer),
        is_staff=site.is_staff,
        reason=sentence(view.document.reason) if view.document.reason else "",
        **_file(view),
        **_tags(site, view),
        **_text(site, view.document, matches),
        **_relatives(site, view),
    )


def _file(view: DocumentView) -> dict[str, Any]:
    """What is said of the original."""
    media_type = view.document.media_type
    source = view.sources[0] if view.sources else None
    return {
        "file_name": download.file_name(source) if source else "",
        "file_size": source.size if source else 0,
        "form": form(media_type, view.document.pages),
        "format": format_name(media_type),
        "opens": media_type in download.INLINE,
        "is_pdf": media_type == PDF,
        "page_word": page_word(media_type),
    }


def _tags(site: Site, view: DocumentView) -> dict[str, Any]:
    """The tags by facet, the municipalities by what they are to the document."""
    tags = {facet: [one for one in view.tags if one.facet is facet] for facet in _PARAMETERS}
    towns = tags[Facet.MUNICIPALITY]
    by_role = [(title, [_tag(site, one) for one in towns if one.role is role]) for role, title in _ROLES]
    return {
        "topics": [_tag(site, one) for one in tags[Facet.TOPIC]],
        "programmes": [_tag(site, one) for one in tags[Facet.PROGRAMME]],
        "towns": [(title, found) for title, found in by_role if found],
    }


def _tag(site: Site, one: Annotation) -> Tag:
    name = site.town if one.facet is Facet.MUNICIPALITY else site.label
    return Tag(
        label=name(one.value),
        address=f"{address.PATH}?{_PARAMETERS[one.facet]}={quote(one.value, safe='')}",
        how=_how(one),
        evidence=one.evidence[:_EVIDENCE],
    )


def _how(one: Annotation) -> str:
    if one.origin is Origin.PERSON:
        return "von Hand"
    sure = f"{round(one.confidence * 100)} %"
    return f"gelernt, {sure}" if one.origin is Origin.MODEL else sure


def _text(site: Site, known: Document, matches: Sequence[HitPassage]) -> dict[str, Any]:
    """The text by chapters, its contents, and where something was found."""
    with site.services.catalog.read() as connection:
        text = content.text_of(connection, known.sha256)
        passages = content.passages_of(connection, known.sha256)
    chapters = Outline(known.title, text.sections, passages).chapters(matches)
    return {
        "chapters": chapters,
        "contents": _contents(chapters),
        "pages": {page.number: page for page in text.pages},
        "matches": matches,
        "marks_pages": len(text.pages) > 1 or any(page.origin == "ocr" for page in text.pages),
    }


def _contents(chapters: Sequence[Chapter]) -> list[Chapter]:
    """The headings of the first two levels; of a long document those of the first alone."""
    for depth in (3, 2):
        found = [one for one in chapters if 0 < one.level <= depth]
        if len(found) <= _CONTENTS:
            break
    return found if len(found) > 1 else []


def _relatives(site: Site, view: DocumentView) -> dict[str, Any]:
    """What came inside this document, and what it came in, as far as the viewer may know."""
    with site.services.catalog.read() as connection:
        parts = document.parts_of(connection, view.document.id)
        parent = document.view(connection, view.parent) if view.parent else None
    sees = site.viewer.sees
    seen = parent and parent.document.visibility in sees and not parent.document.withdrawn
    return {
        "parts": [part for part in parts if part.visibility in sees],
        "parent": parent.document if parent and seen else None,
    }
