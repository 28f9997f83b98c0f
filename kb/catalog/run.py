"""Ingest runs and the outcome of every file in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from kb.catalog.content import clean
from kb.catalog.tables import run, run_file
from kb.errors import Reason
from kb.model import Outcome

# Unchanged files say nothing after a while; everything else of a run is kept for good.
RUNS_WITH_UNCHANGED = 7


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """How one file of a run ended."""

    path: str
    outcome: Outcome
    reason: Reason | None = None
    detail: str = ""
    document_id: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it was put down; `finished_at` None: it was interrupted, or is still going on."""

    id: int
    started_at: datetime
    finished_at: datetime | None
    roots: tuple[str, ...]
    summary: dict[str, Any]


def start(connection: Connection, roots: Iterable[str], now: datetime) -> int:
    """Begin a run; the result is its number."""
    result = connection.execute(insert(run).values(started_at=now, roots=list(roots), summary={}))
    return int(result.inserted_primary_key[0])  # type: ignore[index]  # an insert of one row has one


def finish(connection: Connection, run_id: int, summary: dict[str, Any], now: datetime) -> None:
    """End a run with its figures."""
    connection.execute(update(run).where(run.c.id == run_id).values(finished_at=now, summary=summary))
    old = select(run.c.id).where(run.c.id <= run_id - RUNS_WITH_UNCHANGED)
    connection.execute(
        delete(run_file).where(run_file.c.outcome == Outcome.UNCHANGED.value, run_file.c.run_id.in_(old))
    )


def record(connection: Connection, run_id: int, outcomes: Iterable[FileOutcome]) -> None:
    """Put down the outcomes of files."""
    rows = [
        {
            "run_id": run_id,
            "path": clean(one.path),
            "outcome": one.outcome.value,
            "reason": one.reason.value if one.reason else None,
            "detail": clean(one.detail),
            "document_id": one.document_id or None,
        }
        for one in outcomes
    ]
    if rows:
        connection.execute(insert(run_file), rows)


def latest(connection: Connection, count: int = 1) -> list[Run]:
    """The newest runs, newest first."""
    rows = connection.execute(select(run).order_by(run.c.id.desc()).limit(count))
    return [Run(row.id, row.started_at, row.finished_at, tuple(row.roots), row.summary) for row in rows]


def outcomes_of(connection: Connection, run_id: int, *kinds: Outcome) -> list[FileOutcome]:
    """The files of a run by path, all or those with one of the outcomes named."""
    query = select(run_file).where(run_file.c.run_id == run_id).order_by(run_file.c.path)
    if kinds:
        query = query.where(run_file.c.outcome.in_([kind.value for kind in kinds]))
    return [
        FileOutcome(
            row.path,
            Outcome(row.outcome),
            Reason(row.reason) if row.reason else None,
            row.detail,
            row.document_id or "",
        )
        for row in connection.execute(query)
    ]


def counts(connection: Connection, run_id: int) -> dict[Outcome, int]:
    """How many files of a run ended how."""
    rows = connection.execute(
        select(run_file.c.outcome, func.count()).where(run_file.c.run_id == run_id).group_by(run_file.c.outcome)
    ).all()
    found = {Outcome(outcome): count for outcome, count in rows}
    return {outcome: found.get(outcome, 0) for outcome in Outcome}
