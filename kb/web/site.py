"""What every page needs: the services, the templates and how things are written in German."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from kb.services import Services

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


class Site:
    """The site of one installation."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.viewer = services.viewer
        self.name = services.settings.network_name

    @cached_property
    def templates(self) -> Environment:
        """The templates; a name that is not there is an error, never a silent nothing."""
        environment = Environment(
            loader=PackageLoader("kb.web"),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals.update(
            site_name=self.name,
            label=self.label,
            town=self.town,
            asset=asset,
        )
        environment.filters.update(marked=marked, day=day, number=number, moment=moment, blocks=blocks)
        return environment

    def label(self, concept: str) -> str:
        """The German name of a topic, programme or kind."""
        return self.services.vocabulary.label(concept)

    def town(self, ags: str) -> str:
        """The short name of a municipality."""
        found = self.services.gazetteer.get(ags)
        return found.short if found else ags

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A rendered page."""
        return HTMLResponse(self.templates.get_template(template).render(**values), status)


def site_of(request: Request) -> Site:
    """The site that a request is for."""
    return cast(Site, request.app.state.site)


def asset(name: str) -> str:
    """The address of a static file, changing with its content so that it may be kept for long."""
    path = Path(__file__).parent / "static" / name
    return f"/static/{name}?{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}"


def marked(text: str, ranges: Sequence[tuple[int, int]]) -> Markup:
    """The text with the character ranges marked."""
    pieces: list[Markup | str] = []
    last = 0
    for start, end in ranges:
        pieces += [escape(text[last:start]), Markup("<mark>"), escape(text[start:end]), Markup("</mark>")]
        last = end
    return Markup("").join([*pieces, escape(text[last:])])


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


def blocks(text: str, ranges: Sequence[tuple[int, int]] = ()) -> Iterator[tuple[str, Any]]:
    """Text as ("text", Markup) and ("table", rows of cells of Markup): lines with " | " are rows of a table."""
    rows: list[list[Markup]] = []
    lines: list[Markup] = []
    position = 0
    for line in text.split("\n"):
        inside = [
            (max(start, position) - position, min(end, position + len(line)) - position)
            for start, end in ranges
            if start < position + len(line) and end > position
        ]
        position += len(line) + 1
        if " | " in line:
            if lines:
                yield "text", Markup("\n").join(lines)
                lines = []
            rows.append(_cells(line, inside))
        elif line.strip() or lines:
            if rows:
                yield "table", rows
                rows = []
            lines.append(marked(line, inside))
    if lines:
        yield "text", Markup("\n").join(lines)
    if rows:
        yield "table", rows


def _cells(line: str, ranges: Sequence[tuple[int, int]]) -> list[Markup]:
    cells: list[Markup] = []
    position = 0
    for cell in line.split(" | "):
        inside = [
            (max(start, position) - position, min(end, position + len(cell)) - position)
            for start, end in ranges
            if start < position + len(cell) and end > position
        ]
        cells.append(marked(cell, inside))
        position += len(cell) + 3
    return cells
