"""Opening the catalog: connections, transactions, migrations. The only place that knows how SQLite differs.

Reading and writing go through `read()` and `write()`; what is read and written stands in the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError, SQLAlchemyError

from kb.errors import CatalogError, KbError, LockedError

# The newest migration in migrations/versions; a test holds the two together.
HEAD = "0001"
BUSY_SECONDS = 30


def local(moment: datetime) -> datetime:
    """A moment from the catalog with its zone: SQLite forgets that all of them are UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Catalog:
    """The catalog at a SQLAlchemy URL. Opening creates it or brings it up to date.

    Raises CatalogError when it cannot be opened, is damaged, or was made by a newer kb.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self.name = _name(url)
        try:
            with _explained(self.name):
                self._bring_up_to_date()
        except KbError:
            self.close()
            raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the catalog throughout."""
        with _explained(self.name), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes: everything in it happens, or nothing."""
        with _explained(self.name), self.engine.connect() as plain:
            connection = plain.execution_options(kb_write=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def _bring_up_to_date(self) -> None:
        with self.engine.connect() as connection:
            found = _revision(connection)
        if found == HEAD:
            return
        # Alembic takes a fifth of a second to import; most starts do not need it.
        from kb.catalog.migration import upgrade

        upgrade(self.engine, found)


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise CatalogError("the setting database is not a SQLAlchemy URL, such as postgresql+psycopg://…") from error
    if parsed.get_backend_name() != "sqlite":
        try:
            return create_engine(parsed, pool_pre_ping=True)
        except ModuleNotFoundError as error:
            said = f"the package {error.name} is not installed; for PostgreSQL: pip install 'kb[postgresql]'"
            raise CatalogError(said) from error
    if parsed.database:
        folder = Path(parsed.database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CatalogError(f"the data folder {folder} cannot be created: {error.strerror}") from error
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Python's driver would begin transactions by itself, too late and only before some statements.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: a reader that turns writer half-way cannot be made to wait and fails instead.
    writes = connection.get_execution_options().get("kb_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none() or "")


def _name(url: str) -> str:
    """The URL as it may stand in a message: without the password."""
    return make_url(url).render_as_string(hide_password=True)


@contextmanager
def _explained(url: str) -> Iterator[None]:
    """Turn what the driver says into what a person can do about it."""
    try:
        yield
    except OperationalError as error:
        raise _operational(url, str(error.orig)) from error
    except DatabaseError as error:
        if "malformed" in str(error.orig) or "not a database" in str(error.orig):
            raise CatalogError(f"the catalog {url} is damaged ({error.orig}); restore it from the backup") from error
        raise
    except SQLAlchemyError as error:
        raise CatalogError(f"the catalog {url} cannot be used: {error}") from error


def _operational(url: str, said: str) -> CatalogError:
    if "locked" in said:
        return LockedError(f"the catalog {url} is being written by another kb process; try again when it has ended")
    if "full" in said:
        return CatalogError(f"the disk is full, nothing was lost: free some space beside {url} and start again")
    if "readonly" in said or "unable to open" in said or "disk I/O" in said:
        return CatalogError(f"the catalog {url} cannot be opened or written ({said}); check its folder's permissions")
    return CatalogError(f"the catalog {url} cannot be used: {said}")
