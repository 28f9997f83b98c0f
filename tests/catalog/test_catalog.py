"""Opening, bringing up to date, transactions, and what is said when something is wrong."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from kb.catalog import contact
from kb.catalog.catalog import HEAD, Catalog
from kb.catalog.migration import configuration
from kb.catalog.tables import metadata
from kb.errors import CatalogError
from kb.model import Contact


def test_the_migrations_make_the_tables(catalog: Catalog) -> None:
    with catalog.read() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), metadata)
    assert difference == []
    assert ScriptDirectory.from_config(configuration()).get_current_head() == HEAD


sqlite_only = pytest.mark.skipif("KB_TEST_DATABASE" in os.environ, reason="says something of SQLite alone")


@sqlite_only
def test_sqlite_is_set_up_for_several_processes(catalog: Catalog) -> None:
    with catalog.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert int(connection.exec_driver_sql("PRAGMA busy_timeout").scalar() or 0) >= 1000


def test_a_catalog_of_a_newer_kb_is_left_alone(catalog: Catalog) -> None:
    with catalog.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(CatalogError, match=r"9999.*newer kb"):
        Catalog(catalog.url)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "catalog.sqlite"
    file.write_bytes(b"this is no database, whatever its name says" * 100)
    with pytest.raises(CatalogError, match=r"damaged.*backup"):
        Catalog(f"sqlite:///{file}")


def test_a_url_that_is_none_is_named() -> None:
    with pytest.raises(CatalogError, match="setting database"):
        Catalog("neither here nor there")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CatalogError, match="cannot be created"):
        Catalog(f"sqlite:///{tmp_path / 'file' / 'catalog.sqlite'}")


def test_a_transaction_happens_whole_or_not_at_all(catalog: Catalog) -> None:
    with pytest.raises(ZeroDivisionError), catalog.write() as connection:
        contact.replace_all(connection, [Contact("1", "A", "", "05111000")])
        raise ZeroDivisionError
    with catalog.read() as connection:
        assert contact.of_municipality(connection, "05111000") == []


def _add_runs(url: str, count: int) -> None:
    catalog = Catalog(url)
    for _ in range(count):
        with catalog.write() as connection:
            number = connection.execute(text("SELECT count(*) FROM run")).scalar_one()
            connection.execute(
                text("INSERT INTO run (started_at, roots, summary) VALUES ('2026-01-01', '[]', :n)"), {"n": str(number)}
            )


@sqlite_only
def test_two_processes_write_at_once_and_nothing_is_lost(catalog: Catalog) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_add_runs, args=(catalog.url, 40)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    with catalog.read() as connection:
        seen = connection.execute(text("SELECT summary FROM run ORDER BY id")).scalars().all()
    assert [int(one) for one in seen] == list(range(80))
