"""Importing contacts from a CSV file: checked as a whole, taken as a whole or not at all.

Columns: id, name, function, municipality (AGS or name), topics (labels or ids, parted by "|"; empty: any), email, phone,
consent_scope (public, members; empty: no consent), consent_given, consent_expires (ISO dates; expires empty: for good).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from kb.errors import InputError
from kb.gazetteer import Gazetteer
from kb.model import Consent, Contact, Visibility
from kb.vocabulary import Vocabulary

COLUMNS = (
    "id",
    "name",
    "function",
    "municipality",
    "topics",
    "email",
    "phone",
    "consent_scope",
    "consent_given",
    "consent_expires",
)


_LONGEST_ID = 40


class ContactFile:
    """Reads contact files; names of municipalities and topics become ids."""

    def __init__(self, vocabulary: Vocabulary, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.vocabulary = vocabulary

    def read(self, path: Path) -> list[Contact]:
        """The contacts of a file. Raises InputError that names every line that cannot be understood."""
        rows = _rows(path)
        contacts: list[Contact] = []
        problems: list[str] = []
        taken: set[str | tuple[str, str, str]] = set()
        for number, row in rows:
            try:
                one = self._contact(row)
                person = (one.ags, one.name, one.function)
                if one.id in taken or person in taken:
                    raise ValueError(f"{one.name} or the id {one.id!r} stands twice")
                taken |= {one.id, person}
                contacts.append(one)
            except ValueError as error:
                problems.append(f"line {number}: {error}")
        if not rows:
            problems.append("there is no contact in it, and those that were imported before would be lost")
        if problems:
            raise InputError(f"{path}: nothing was imported\n  " + "\n  ".join(problems))
        return contacts

    def _contact(self, row: Mapping[str, str]) -> Contact:
        for column in ("id", "name", "municipality"):
            if not row[column]:
                raise ValueError(f"{column} is empty")
        if len(row["id"]) > _LONGEST_ID:
            raise ValueError(f"the id is longer than {_LONGEST_ID} characters")
        town = self.gazetteer.find(row["municipality"])
        if town is None:
            raise ValueError(f"there is no municipality {row['municipality']!r}")
        return Contact(
            id=row["id"],
            name=row["name"],
            function=row["function"],
            ags=town.ags,
            topics=tuple(self._topic(name.strip()) for name in row["topics"].split("|") if name.strip()),
            email=row["email"],
            phone=row["phone"],
            consent=_consent(row),
        )

    def _topic(self, name: str) -> str:
        topic = self.vocabulary.find(name)
        if topic is None:
            raise ValueError(f"there is no topic {name!r}; `kb vocabulary list` shows them")
        return topic.id


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The lines with their numbers in the file, empty ones left out."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
            if missing:
                raise InputError(f"{path}: the columns {', '.join(missing)} are missing in the first line")
            rows = [(reader.line_num, row) for row in reader]
            crowded = [str(number) for number, row in rows if None in row]
            if crowded:
                raise InputError(f"{path}: more cells than columns in line {', '.join(crowded)}; nothing was imported")
            return [(number, {column: (row[column] or "").strip() for column in COLUMNS}) for number, row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read as a CSV file in UTF-8: {error}") from error


def _consent(row: Mapping[str, str]) -> Consent | None:
    if not row["consent_scope"]:
        return None
    scope = row["consent_scope"]
    if scope not in (Visibility.PUBLIC, Visibility.MEMBERS):
        raise ValueError(f"consent_scope {scope!r} is neither public nor members")
    if not row["consent_given"]:
        raise ValueError("consent_scope without consent_given")
    expires = _day(row["consent_expires"]) if row["consent_expires"] else None
    return Consent(Visibility(scope), _day(row["consent_given"]), expires)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a date like 2026-05-14") from error
