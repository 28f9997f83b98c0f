"""A PDF's information dictionary in the keys that all formats share, its dates as ISO dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

_NAMES = {
    "Author": "author",
    "Subject": "subject",
    "Keywords": "keywords",
    "Creator": "creator",
    "Producer": "producer",
}
_DATES = {"CreationDate": "created", "ModDate": "modified"}
# what programs write where nobody has written anything
_FILLERS = frozenset({"(anonymous)", "(unspecified)", "anonymous", "unspecified", "untitled", "unknown"})
# D:20250916081622+02'00', where everything behind the year may be missing (ISO 32000-1, 7.9.4)
_DATE = re.compile(r"(?:D:)?\s*(\d{4})(\d{2})?(\d{2})?")


def title(properties: Mapping[str, str]) -> str:
    """The title property, "" where it is none."""
    return _said(properties, "Title")


def metadata(properties: Mapping[str, str]) -> dict[str, str]:
    """The properties under the shared keys; what is empty, a filler or no date is left out."""
    found = {key: _said(properties, name) for name, key in _NAMES.items()}
    found |= {key: iso_date(properties.get(name, "")) for name, key in _DATES.items()}
    return {key: value for key, value in found.items() if value}


def _said(properties: Mapping[str, str], name: str) -> str:
    value = " ".join(properties.get(name, "").split())
    return "" if value.casefold() in _FILLERS else value


def iso_date(text: str) -> str:
    """A PDF date as an ISO date, "" where it is none."""
    match = _DATE.match(text)
    if match is None:
        return ""
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
