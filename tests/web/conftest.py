"""The real application over the real installation, seen by the public and by the office."""

from __future__ import annotations

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
