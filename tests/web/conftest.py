"""The real application over the real installation, seen by the public and by the office."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kb.settings import Settings
from kb.web.app import create_app


@pytest.fixture(scope="session")
def public(installation: Path) -> Iterator[TestClient]:
    """The site as everybody sees it."""
    with TestClient(create_app(Settings(data=str(installation))), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def office(installation: Path) -> Iterator[TestClient]:
    """The site as the office sees it."""
    settings = Settings(data=str(installation), viewer="internal")
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def whoosh(installation: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The site as everybody sees it, with the other engine."""
    data = tmp_path_factory.mktemp("whoosh") / "data"
    shutil.copytree(installation, data)
    with TestClient(create_app(Settings(data=str(data), engine="whoosh")), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(params=["public", "whoosh"])
def any_engine(request: pytest.FixtureRequest) -> TestClient:
    """The site with each engine."""
    client = request.getfixturevalue(request.param)
    assert isinstance(client, TestClient)
    return client
