"""Bringing a catalog up to date: the migrations in migrations/versions, in order, each in its transaction."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from kb.errors import CatalogError


def configuration() -> Config:
    """Alembic's configuration, made here so that no alembic.ini has to lie beside an installed package."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(engine: Engine, found: str, to: str = "head") -> None:
    """Apply the migrations from revision `found` ("": an empty database) up to `to`.

    Raises CatalogError for a revision that this kb does not know: the catalog was made by a newer one.
    """
    config = configuration()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    name = engine.url.render_as_string(hide_password=True)
    if found and found not in known:
        raise CatalogError(
            f"the catalog {name} is of revision {found}, which this kb does not know; use the newer kb that made it"
        )
    with engine.connect() as plain:
        connection = plain.execution_options(kb_write=True)
        with connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, to)
