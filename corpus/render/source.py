"""Reads a source: TOML front matter and a Markdown body, into blocks that the writers of the formats share.

The format is described in corpus/README.md. Nothing here knows an output format.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

KINDS = (
    *("protokoll", "reportage", "reader", "leitfaden", "praxisbeispiel", "modellprojekt", "vortrag", "flyer"),
    *("newsletter", "fachbeitrag", "foerderinformation", "richtlinie", "satzung", "ratsvorlage", "sonstiges"),
)
FORMATS = ("pdf", "docx", "odt", "pptx", "html", "txt", "md")
REQUIRED = ("title", "kind", "date", "municipalities", "author", "format", "output")
OPTIONAL = ("subtitle", "topics", "head", "columns", "outline", "scanned", "encoding", "copies", "sidecar")
MARK = "Fiktives Beispiel"


class SourceError(ValueError):
    """A source that cannot be rendered; the message says why, for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style; with `note` it is the reference to that footnote and has no text."""

    text: str
    bold: bool = False
    italic: bool = False
    href: str = ""
    note: str = ""


Inline = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the highest in the body (`##`)."""

    level: int
    text: Inline


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or a quotation."""

    text: Inline
    quote: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list; `number` is 0 in a list without numbers, `depth` begins at 0."""

    text: Inline
    depth: int
    number: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, its nested lists flattened into it."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its header row."""

    header: tuple[Inline, ...]
    rows: tuple[tuple[Inline, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars with their values."""

    title: str
    bars: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A text box."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The next block begins a page."""


@dataclass(frozen=True, slots=True)
class SlideBreak:
    """The next block begins a slide."""


Block = Heading | Paragraph | Listing | Table | Chart | Box | PageBreak | SlideBreak


@dataclass(frozen=True, slots=True)
class Source:
    """A document to be rendered. `body` is the Markdown, `blocks` what it says, `notes` its footnotes by label."""

    path: Path
    title: str
    kind: str
    date: datetime.date
    municipalities: tuple[str, ...]
    author: str
    format: str
    output: str
    body: str
    blocks: tuple[Block, ...]
    notes: dict[str, Inline]
    subtitle: str = ""
    topics: tuple[str, ...] = ()
    head: str = ""
    columns: int = 1
    outline: bool = False
    scanned: bool = False
    encoding: str = "utf-8"
    copies: tuple[str, ...] = ()
    sidecar: dict[str, Any] = field(default_factory=dict)


def plain(text: Inline) -> str:
    """The text without its styles and notes."""
    return "".join(span.text for span in text)


def shares(table: Table) -> list[float]:
    """The columns' shares of the width, after the length of their texts and their longest word; they add up to 1."""
    texts = [[plain(row[column]) for row in (table.header, *table.rows)] for column in range(len(table.header))]
    words = [max(len(word) for text in column for word in (text.split() or [""])) for column in texts]
    means = [sum(map(len, column)) / len(column) for column in texts]
    lengths = [max(word, min(mean, 60)) + 2 for word, mean in zip(words, means, strict=True)]
    return [length / sum(lengths) for length in lengths]


def as_table(chart: Chart) -> Table:
    """The chart as a table, for formats that have no drawing."""
    rows = tuple(((Span(label),), (Span(number(value)),)) for label, value in chart.bars)
    return Table(((Span(chart.title, bold=True),), (Span("Wert", bold=True),)), rows)


def number(value: float) -> str:
    """A number as German writes it: 1.234,5."""
    text = f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
    return text.translate(str.maketrans(",.", ".,"))


MONTHS = [
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
]


def german_date(date: datetime.date) -> str:
    """8. Mai 2014."""
    return f"{date.day}. {MONTHS[date.month - 1]} {date.year}"


_NOTE = re.compile(r"\[\^([^\]]+)\]")


def _spans_of_text(text: str, bold: bool, italic: bool, href: str) -> Iterator[Span]:
    parts = _NOTE.split(text)
    for index, part in enumerate(parts):
        if index % 2:
            yield Span("", note=part)
        elif part:
            yield Span(part, bold, italic, href)


def _inline(token: Token) -> Inline:
    spans: list[Span] = []
    bold = italic = False
    href = ""
    for child in token.children or ():
        if child.type in ("strong_open", "strong_close"):
            bold = child.type == "strong_open"
        elif child.type in ("em_open", "em_close"):
            italic = child.type == "em_open"
        elif child.type in ("link_open", "link_close"):
            href = str(child.attrGet("href") or "") if child.type == "link_open" else ""
        else:
            text = " " if child.type in ("softbreak", "hardbreak") else child.content
            spans.extend(_spans_of_text(text, bold, italic, href))
    return tuple(spans)


def _listing(tokens: Sequence[Token]) -> Listing:
    items: list[Item] = []
    counters: list[int] = []
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            counters.append(int(token.attrGet("start") or 1) - 1 if token.type[0] == "o" else -(10**6))
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            counters.pop()
        elif token.type == "list_item_open":
            counters[-1] += 1
        elif token.type == "inline":
            items.append(Item(_inline(token), len(counters) - 1, max(counters[-1], 0)))
    return Listing(tuple(items))


def _table(tokens: Sequence[Token]) -> Table:
    rows: list[list[Inline]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_inline(token))
    return Table(tuple(rows[0]), tuple(map(tuple, rows[1:])))


def _group(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The tokens by outermost element."""
    group: list[Token] = []
    depth = 0
    for token in tokens:
        group.append(token)
        depth += token.nesting
        if depth == 0:
            yield group
            group = []


def _markdown(text: str) -> Iterator[Block]:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["lheading", "code", "html_block"])
    for group in _group(parser.parse(text)):
        first, inlines = group[0], [token for token in group if token.type == "inline"]
        if first.type == "heading_open":
            yield Heading(max(int(first.tag[1]) - 1, 1), _inline(inlines[0]))
        elif first.type == "hr":
            yield SlideBreak()
        elif first.type.endswith("list_open"):
            yield _listing(group)
        elif first.type == "table_open":
            yield _table(group)
        else:
            yield from (Paragraph(_inline(token), first.type == "blockquote_open") for token in inlines)


def _chart(title: str, lines: Sequence[str]) -> Chart:
    bars = []
    for line in filter(str.strip, lines):
        label, _, value = line.rpartition(":")
        bars.append((label.strip(), float(value.strip().replace(".", "").replace(",", "."))))
    return Chart(title, tuple(bars))


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    """The blocks of the body: boxes, charts and page breaks cut out, Markdown between them."""
    plain_lines: list[str] = []
    position = 0
    while position < len(lines):
        line = lines[position]
        if line.startswith(":::") or line.strip() == "\\newpage":
            yield from _markdown("\n".join(plain_lines))
            plain_lines = []
        if line.startswith(":::"):
            end = next((n for n in range(position + 1, len(lines)) if lines[n].strip() == ":::"), None)
            if end is None:
                raise SourceError(f"'{line}' is never closed")
            _, word, title = (*line.split(" ", 2), "", "")[:3]
            inner = lines[position + 1 : end]
            yield _chart(title, inner) if word == "balken" else Box(title, tuple(_markdown("\n".join(inner))))
            position = end
        elif line.strip() == "\\newpage":
            yield PageBreak()
        else:
            plain_lines.append(line)
        position += 1
    yield from _markdown("\n".join(plain_lines))


_NOTE_LINE = re.compile(r"^\[\^([^\]]+)\]:\s+(.*)$", re.MULTILINE)


def _notes(body: str) -> dict[str, Inline]:
    notes: dict[str, Inline] = {}
    for label, text in _NOTE_LINE.findall(body):
        block = next(_markdown(text))
        notes[label] = block.text if isinstance(block, Paragraph) else (Span(text),)
    return notes


def _checked(meta: dict[str, Any], body: str) -> dict[str, Any]:
    missing, unknown = [key for key in REQUIRED if key not in meta], set(meta) - {*REQUIRED, *OPTIONAL}
    problems = {
        f"no {', '.join(missing)}": missing,
        f"unknown {', '.join(sorted(unknown))}": unknown,
        f"kind {meta.get('kind')!r}": meta.get("kind") not in KINDS,
        f"format {meta.get('format')!r}": meta.get("format") not in FORMATS,
        "output does not end in the format": not str(meta.get("output")).endswith(f".{meta.get('format')}"),
        "date is no date": not isinstance(meta.get("date"), datetime.date),
        f"'{MARK}:' is missing from the text": f"{MARK}:" not in body,
    }
    found = [problem for problem, is_so in problems.items() if is_so]
    if found:
        raise SourceError("; ".join(found))
    return {key: tuple(value) if isinstance(value, list) else value for key, value in meta.items()}


def read(path: Path) -> Source:
    """Read one source. Raises SourceError for anything the renderer could not make sense of."""
    parts = re.split(r"^\+\+\+\s*$", path.read_text(encoding="utf-8"), maxsplit=2, flags=re.MULTILINE)
    if len(parts) != 3 or parts[0].strip():
        raise SourceError(f"{path}: no front matter between two lines '+++'")
    try:
        meta = _checked(tomllib.loads(parts[1]), parts[2])
        body = parts[2].strip() + "\n"
        notes = _notes(body)
        blocks = tuple(_blocks(_NOTE_LINE.sub("", body).splitlines()))
        used = {span.note for block in blocks for span in spans_of(block) if span.note}
        if used != set(notes):
            raise SourceError(f"footnotes without text or reference: {', '.join(sorted(used ^ set(notes)))}")
    except (SourceError, tomllib.TOMLDecodeError, ValueError) as error:
        raise SourceError(f"{path}: {error}") from error
    return Source(path=path, body=body, blocks=blocks, notes=notes, **meta)


def spans_of(block: Block) -> Iterator[Span]:
    """Every span in a block."""
    if isinstance(block, Heading | Paragraph):
        yield from block.text
    elif isinstance(block, Listing):
        for item in block.items:
            yield from item.text
    elif isinstance(block, Table):
        for row in (block.header, *block.rows):
            for cell in row:
                yield from cell
    elif isinstance(block, Box):
        for inner in block.blocks:
            yield from spans_of(inner)
