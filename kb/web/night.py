"""What the nights brought: the latest ingest runs. Names of files are for the office alone."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from kb.catalog import run
from kb.ingest.reason import sentence
from kb.model import Outcome
from kb.web.site import site_of

RUNS = 14


def show(request: Request) -> Response:
    """GET /naechte"""
    site = site_of(request)
    with site.services.catalog.read() as connection:
        runs = run.latest(connection, RUNS)
        named = run.outcomes_of(connection, runs[0].id, Outcome.FAILED, Outcome.WAITING) if runs else []
    return site.page(
        "night.html", runs=runs, named=named, may_name=site.is_staff, sentence=sentence, outcomes=list(Outcome)
    )
