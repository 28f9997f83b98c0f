"""The night: take in what is new, say what happened, lose nothing. Started by a timer, safe to start twice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kb.errors import CatalogError, SettingsError
from kb.ingest.report import Report
from kb.model import Outcome
from kb.services import Progress, Services, silent

REPORTS = "reports"
# Nights whose reports are kept.
KEPT = 400

_OUTCOMES = {
    Outcome.INDEXED: "neu aufgenommen oder geändert",
    Outcome.UNCHANGED: "unverändert",
    Outcome.DUPLICATE: "Doppelstück eines anderen Dokuments",
    Outcome.FAILED: "nicht lesbar",
    Outcome.WAITING: "wartet",
}


@dataclass(frozen=True, slots=True)
class Night:
    """A night's work: the report, and the file it was written to (JSON; the same name with .md is for people)."""

    report: Report
    file: Path


def run(services: Services, progress: Progress = silent) -> Night:
    """Take in the folders of the setting `corpus` and write the report into the data folder.

    Raises LockedError when another run is going on (nothing is done then), InputError for a folder that is not there.
    """
    if services.settings.train_nightly:
        services.train()  # before reading, so that tonight's tags already know what people corrected today
    folders = [folder for folder in services.settings.corpus.split(":") if folder.strip()]
    if not folders:
        raise SettingsError("the setting corpus names no folder; nothing was done")
    report = services.ingest(folders, progress)
    file = services.data / REPORTS / f"{datetime.now().astimezone():%Y-%m-%dT%H-%M-%S}.json"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(report.plain(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        file.with_suffix(".md").write_text(german(report), encoding="utf-8")
        for old in sorted(file.parent.glob("*.*"))[: -2 * KEPT]:
            old.unlink()
    except OSError as error:
        raise CatalogError(
            f"the report {file} cannot be written: {error.strerror}; the documents are taken in"
        ) from error
    return Night(report, file)


def german(report: Report) -> str:
    """The report for the office, in Markdown."""
    plain = report.plain()
    lines = [
        f"# Nachtlauf vom {datetime.now().astimezone():%d.%m.%Y, %H:%M} Uhr",
        "",
        f"{plain['files']} Dateien, {plain['pages']} Seiten gelesen, {plain['seconds']['total']:.0f} Sekunden.",
        "",
        *(f"- {report.outcomes[outcome]} {text}" for outcome, text in _OUTCOMES.items()),
        f"- {plain['withdrawn']} Dokumente zurückgezogen, weil ihre Datei nicht mehr da ist",
    ]
    for title, rows in (("Nicht lesbar", plain["failures"]), ("Wartet", plain["waiting"])):
        if rows:
            lines += ["", f"## {title}", "", *(f"- `{row['path']}`: {row['message']}" for row in rows)]
    return "\n".join(lines) + "\n"
