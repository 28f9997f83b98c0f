"""Who may see a document: asked here by every page about a single one."""

from __future__ import annotations

from starlette.exceptions import HTTPException

from kb.catalog import document
from kb.catalog.document import DocumentView
from kb.web.site import Site


def visible(site: Site, document_id: str) -> DocumentView:
    """The document, if this viewer may learn of it; for others there is none: raises HTTPException 404."""
    with site.services.catalog.read() as connection:
        view = document.view(connection, document_id)
    if view is None or view.document.withdrawn or view.document.visibility not in site.viewer.sees:
        raise HTTPException(404)
    return view
