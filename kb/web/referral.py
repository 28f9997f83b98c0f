"""Whom to ask: a question leads to municipalities, the documents that speak for them, and contacts who consented."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from kb.web import address
from kb.web.site import site_of


def show(request: Request) -> Response:
    """GET /ansprechpartner?frage=…"""
    site = site_of(request)
    question = request.query_params.get("frage", "").replace("\0", " ").strip()[: address.LONGEST]
    referrals = site.services.referral.refer(question, site.viewer) if question else ()
    topics = site.services.referral.topics_of(question) if question else ()
    return site.page("referral.html", question=question, referrals=referrals, topics=topics)
