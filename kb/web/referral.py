"""Whom to ask: a question leads to municipalities, the documents that speak for them, and contacts who consented."""

from __future__ import annotations

from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from kb.catalog import brief
from kb.referral import Precedent, Referral
from kb.web import address
from kb.web.excerpt import excerpt
from kb.web.prose import PDF, page_word
from kb.web.site import Site, site_of

EXAMPLES = (
    "Wie gehen wir mit leerstehenden Ladenlokalen um?",
    "Wer hat ein Hochhaus zurückgebaut und die Mieter begleitet?",
    "Wie entscheidet ein Beirat über den Verfügungsfonds?",
)
_LENGTH = 260


def show(request: Request) -> Response:
    """GET /ansprechpartner?frage=…"""
    site = site_of(request)
    question = address.clean(request.query_params.get("frage", ""))[: address.LONGEST].strip()
    referrals = site.services.referral.refer(question, site.viewer) if question else ()
    return site.page(
        "referral.html",
        question=question,
        referrals=referrals,
        topics=site.services.referral.topics_of(question) if question else (),
        examples=EXAMPLES,
        places=_places(site, referrals),
        text=_text,
        query=urlencode({"q": question}),
    )


def _places(site: Site, referrals: tuple[Referral, ...]) -> dict[tuple[str, int], str]:
    """What to call the page of each precedent, as "Seite 3"; nothing where the file has no pages."""
    named = {(each.document, each.page) for one in referrals for each in one.precedents}
    with site.services.catalog.read() as connection:
        known = brief.briefs(connection, sorted({document for document, _ in named}))
    return {
        (document, page): f"{page_word(known[document].media_type)} {page}"
        for document, page in named
        if document in known and (known[document].media_type == PDF or known[document].pages > 1)
    }


def _text(precedent: Precedent) -> Markup:
    return excerpt(precedent.text, precedent.highlights, (precedent.title,), _LENGTH)
