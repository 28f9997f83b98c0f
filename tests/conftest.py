"""What many tests need. Nothing here pretends: catalogs are files, taggers are small but real."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text

from kb.catalog.catalog import Catalog
from kb.catalog.tables import metadata

# How long an example takes says something of the machine, and the first one loads the lexicons.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """A new catalog in a file, or in the PostgreSQL database that KB_TEST_DATABASE names (its tables are dropped)."""
    url = os.environ.get("KB_TEST_DATABASE", "")
    if url:
        engine = create_engine(url)
        with engine.begin() as connection:
            metadata.drop_all(connection)
            connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        engine.dispose()
    opened = Catalog(url or f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installation that has taken in the sample corpus and contacts. Do not write to it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base  # several test processes make one
    data = shared / "installation"
    with (shared / "installation.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (data / "ready").exists():
            _install(data)
            (data / "ready").touch()
    return data


def _install(data: Path) -> None:
    from kb.catalog import contact
    from kb.contacts import ContactFile
    from kb.services import Services
    from kb.settings import Settings

    services = Services(Settings(data=str(data)))
    services.ingest([ROOT / "corpus"])
    contacts = ContactFile(services.vocabulary, services.gazetteer).read(ROOT / "contacts" / "beispiel.csv")
    with services.catalog.write() as connection:
        contact.replace_all(connection, contacts)
    services.catalog.close()
