"""What the nights brought, and what was searched for in vain. Names of files and words are for the office alone."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from kb.catalog import run
from kb.ingest.reason import explain
from kb.model import Outcome
from kb.web.site import site_of

RUNS = 14
MISSED = 30


def show(request: Request) -> Response:
    """GET /naechte"""
    site = site_of(request)
    with site.services.catalog.read() as connection:
        runs = run.latest(connection, RUNS)
        named = run.outcomes_of(connection, runs[0].id, Outcome.FAILED, Outcome.WAITING) if runs else []
    missed = site.services.search.missed.often()[:MISSED] if site.is_staff else []
    return site.page(
        "night.html",
        runs=runs,
        named=named,
        missed=missed,
        may_name=site.is_staff,
        explain=explain,
        outcomes=list(Outcome),
    )
