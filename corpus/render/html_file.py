"""Writes HTML: the article inside a complete page with menu, search form, foot and cookie notice (page.html)."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup
from source import (
    Block,
    Box,
    Chart,
    Heading,
    Inline,
    Listing,
    Paragraph,
    Source,
    Table,
    as_table,
    german_date,
)


def _text(text: Inline) -> str:
    parts = []
    for span in text:
        part = escape(span.text, quote=False)
        part = f"<strong>{part}</strong>" if span.bold else part
        part = f"<em>{part}</em>" if span.italic else part
        part = f'<a href="{escape(span.href)}">{part}</a>' if span.href else part
        parts.append(f'<sup><a href="#anmerkung-{span.note}">{span.note}</a></sup>' if span.note else part)
    return "".join(parts)


def _listing(block: Listing) -> str:
    """Nested items become a list inside the item before them."""
    html: list[str] = []
    tag = "ol" if block.items[0].number else "ul"
    for nested, items in groupby(block.items, key=lambda item: item.depth > 0):
        lines = "\n".join(f"<li>{_text(item.text)}</li>" for item in items)
        if nested and html:
            html[-1] = f"{html[-1].removesuffix('</li>')}\n<ul>\n{lines}\n</ul></li>"
        else:
            html.append(lines)
    return f"<{tag}>\n" + "\n".join(html) + f"\n</{tag}>"


def _row(cells: Iterable[Inline], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{_text(cell)}</{tag}>" for cell in cells) + "</tr>"


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level + 1}>{_text(block.text)}</h{block.level + 1}>"
    if isinstance(block, Paragraph):
        return f"<blockquote><p>{_text(block.text)}</p></blockquote>" if block.quote else f"<p>{_text(block.text)}</p>"
    if isinstance(block, Listing):
        return _listing(block)
    if isinstance(block, Table | Chart):
        table = block if isinstance(block, Table) else as_table(block)
        rows = "\n".join(_row(row, "td") for row in table.rows)
        return f"<table>\n<thead>{_row(table.header, 'th')}</thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    if isinstance(block, Box):
        title = f"<h3>{escape(block.title)}</h3>\n" if block.title else ""
        return f'<aside class="kasten">\n{title}' + "\n".join(map(_block, block.blocks)) + "\n</aside>"
    return "<hr>"


def write(source: Source, target: Path) -> None:
    """Write the page."""
    pages = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape())
    notes = [f'<p id="anmerkung-{label}"><sup>{label}</sup> {_text(text)}</p>' for label, text in source.notes.items()]
    body = Markup("\n".join([*map(_block, source.blocks), *notes]))  # noqa: S704 - escaped piece by piece above
    page = pages.get_template("page.html").render(source=source, date=german_date(source.date), body=body)
    target.write_text(page + "\n", encoding="utf-8")
