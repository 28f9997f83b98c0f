"""How figures, dates and formats are written in German. Text from documents is excerpt.py's and block.py's."""

from __future__ import annotations

from datetime import date, datetime

_MONTHS = (
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)

PDF = "application/pdf"
SLIDES = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.oasis.opendocument.presentation",
        "application/vnd.ms-powerpoint",
    }
)
# The first match counts.
_FORMATS = (
    (PDF, "PDF"),
    ("presentation", "Präsentation"),
    ("powerpoint", "Präsentation"),
    ("spreadsheet", "Tabelle"),
    ("excel", "Tabelle"),
    ("wordprocessingml", "Word"),
    ("msword", "Word"),
    ("opendocument.text", "OpenDocument"),
    ("html", "Webseite"),
    ("rtf", "RTF"),
    ("markdown", "Text"),
    ("text/", "Text"),
    ("message/", "E-Mail"),
    ("zip", "Archiv"),
    ("image/", "Bild"),
)


def day(value: str) -> str:
    """A date as known: "2012" -> "2012", "2012-05" -> "Mai 2012", "2012-05-14" -> "14. Mai 2012"."""
    parts = value.split("-")
    if len(parts) == 1 or not all(part.isdigit() for part in parts):
        return value
    month = _MONTHS[int(parts[1]) - 1]
    return f"{int(parts[2])}. {month} {parts[0]}" if len(parts) == 3 else f"{month} {parts[0]}"


def number(value: int) -> str:
    """A whole number with German thousands separators."""
    return f"{value:,}".replace(",", ".")


def moment(value: datetime | date) -> str:
    """A point in time, in local time where it has one."""
    if isinstance(value, datetime):
        local = value.astimezone() if value.tzinfo else value
        return f"{local:%d.%m.%Y, %H:%M} Uhr"
    return f"{value:%d.%m.%Y}"


def duration(seconds: float) -> str:
    """A stretch of time as short as it can be said: "0,4 s", "12 s", "3 min 20 s", "2 h 5 min"."""
    if seconds < 10:
        return f"{seconds:.1f} s".replace(".", ",")
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def size(octets: int) -> str:
    """How large a file is, in units of 1000."""
    if octets < 1000:
        return f"{octets} Byte"
    if octets < 1_000_000:
        return f"{round(octets / 1000)} kB"
    return f"{octets / 1_000_000:.1f} MB".replace(".", ",")


def format_name(media_type: str) -> str:
    """What people call a media type, "" for one they have no name for."""
    return next((name for part, name in _FORMATS if part in media_type), "")


def page_word(media_type: str) -> str:
    """What a page of such a file is called."""
    return "Folie" if media_type in SLIDES else "Seite"
