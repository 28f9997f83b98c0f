"""The application as a whole: what happens before the first visitor comes, and that nobody waits behind searches."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.testclient import TestClient

from kb.settings import Settings
from kb.web.app import create_app


@pytest.fixture(scope="module")
def app(installation: Path) -> Starlette:
    """An application that has warmed up."""
    made = create_app(Settings(data=str(installation)))
    made.state.warm_up.join()
    return made


@pytest.fixture
def client(app: Starlette) -> Iterator[TestClient]:
    with TestClient(app) as opened:
        yield opened


@contextmanager
def full(client: TestClient, limiter: CapacityLimiter) -> Iterator[None]:
    """As if as many as may were at work."""
    assert client.portal is not None
    with ExitStack() as stack:
        for worker in [object() for _ in range(int(limiter.total_tokens))]:
            client.portal.call(limiter.acquire_on_behalf_of_nowait, worker)
            stack.callback(client.portal.call, limiter.release_on_behalf_of, worker)
        yield


def test_many_searches_hold_up_nothing_but_searches(app: Starlette, client: TestClient) -> None:
    addresses = ["/", "/vorschlaege?q=leer", "/healthz", "/static/style.css", original(client)]
    with ThreadPoolExecutor(1) as pool:
        with full(client, app.state.searches):
            waiting = pool.submit(client.get, "/suche?q=Leerstand")
            assert [client.get(address).status_code for address in addresses] == [200] * len(addresses)
            assert not waiting.done()
        assert waiting.result(20).status_code == 200


def original(client: TestClient) -> str:
    found = client.get("/suche?q=Leerstand").text.partition('"/dokument/')[2].partition("?")[0]
    return f"/dokument/{found}/original"


def test_everything_else_holds_up_no_search(client: TestClient) -> None:
    assert client.portal is not None
    with full(client, client.portal.call(to_thread.current_default_thread_limiter)):
        assert client.get("/suche?q=Leerstand").status_code == 200


def test_warming_up_is_not_noted_as_a_search_in_vain(tmp_path: Path) -> None:
    empty = create_app(Settings(data=str(tmp_path)))
    empty.state.warm_up.join()
    missed = tmp_path / "index" / "missed.tsv"
    assert not missed.exists()
    TestClient(empty).get("/suche?q=Quartiersgarage")
    assert "quartiersgarage" in missed.read_text(encoding="utf-8")


def test_the_forms_of_the_vocabulary_are_kept_for_the_next_start(tmp_path: Path) -> None:
    create_app(Settings(data=str(tmp_path))).state.warm_up.join()
    assert "\nLeerstand\t" in (tmp_path / "cache" / "forms").read_text(encoding="utf-8")


def test_the_pages_are_made_ready_before_anybody_comes(app: Starlette) -> None:
    cache = app.state.site.templates.cache
    assert cache is not None
    assert {"search.html", "document.html", "home.html"} <= {name for _, name in cache}
