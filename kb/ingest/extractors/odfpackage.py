"""The container of an OpenDocument file: its parts, properties and styles. The walk over the text is odf.py's.

Read with zipfile and the one XML parser (kb/ingest/extractors/xml.py) rather than with an ODF library: those parse with
entities on, and offer no walk that gives notes, frames and page ends in reading order.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from kb.errors import ExtractionError, Reason
from kb.ingest.extractors import xml
from kb.ingest.extractors.numbering import BULLET, written
from kb.ingest.extractors.property import meant

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE = f"{{{_ODF}office:1.0}}"
TEXT = f"{{{_ODF}text:1.0}}"
TABLE = f"{{{_ODF}table:1.0}}"
DRAW = f"{{{_ODF}drawing:1.0}}"
STYLE = f"{{{_ODF}style:1.0}}"
META = f"{{{_ODF}meta:1.0}}"
PRESENTATION = f"{{{_ODF}presentation:1.0}}"
_FO = f"{{{_ODF}xsl-fo-compatible:1.0}}"
XLINK = "{http://www.w3.org/1999/xlink}"
_DC = "{http://purl.org/dc/elements/1.1/}"

_KEYS = {
    f"{_DC}title": "title",
    f"{_DC}creator": "author",
    f"{META}initial-creator": "author",  # later in this table, so it wins: who wrote beats who saved last
    f"{_DC}subject": "subject",
    f"{_DC}description": "description",
    f"{_DC}language": "language",
    f"{META}creation-date": "created",
    f"{_DC}date": "modified",
    f"{META}generator": "producer",
}
_TITLE = re.compile(r"^(?:title|titel|haupttitel)$", re.I)
_HEADING = re.compile(r"^(?:heading|überschrift)[ _]([1-9]|10)$", re.I)


@dataclass(frozen=True, slots=True)
class Style:
    """What the text needs to know of a paragraph's style."""

    is_title: bool = False
    level: int | None = None
    bold: bool = False
    breaks_before: bool = False
    breaks_after: bool = False


@dataclass(frozen=True, slots=True)
class Package:
    """The parsed parts of a file; `metadata` as in `Extraction`, with "title"."""

    content: etree._Element
    metadata: dict[str, str]
    running: tuple[str, ...] = ()
    _styles: dict[str, etree._Element] = field(default_factory=dict)
    _lists: dict[tuple[str, int], etree._Element] = field(default_factory=dict)
    _known: dict[str, Style] = field(default_factory=dict)

    def body(self, kind: str) -> etree._Element:
        """The element office:`kind` ("text", "presentation", "spreadsheet"). Raises ExtractionError(DAMAGED)."""
        body = self.content.find(f"{OFFICE}body/{OFFICE}{kind}")
        if body is None:
            raise ExtractionError(Reason.DAMAGED, f"OpenDocument without office:{kind}")
        return body

    def style(self, name: str) -> Style:
        """The style of a paragraph, with what it inherits."""
        if name not in self._known:
            self._known[name] = self._resolve(name)
        return self._known[name]

    def list_start(self, name: str, level: int) -> int:
        """The number of the first item of a list."""
        start = self._list(name, level).get(f"{TEXT}start-value", "1")
        return int(start) if start.isdigit() and len(start) < 6 else 1

    def list_label(self, name: str, level: int, count: int) -> str:
        """What stands before item `count` of a list: "•", "3.", "b)"."""
        style = self._list(name, level)
        if style.tag != f"{TEXT}list-level-style-number":
            return BULLET
        kind = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "1": "decimal"}
        number_format = style.get(f"{STYLE}num-format", "1")
        if number_format not in kind:
            return ""
        number = written(count, kind[number_format])
        return f"{style.get(f'{STYLE}num-prefix', '')}{number}{style.get(f'{STYLE}num-suffix', '')}".strip()

    def _list(self, name: str, level: int) -> etree._Element:
        found = self._lists.get((name, level))
        return found if found is not None else etree.Element("none")

    def _resolve(self, name: str) -> Style:
        title, level, before, after, own, seen = False, None, False, False, True, set[str]()
        bold: bool | None = None
        while name in self._styles and name not in seen:
            seen.add(name)
            element = self._styles[name]
            shown = element.get(f"{STYLE}display-name", name).replace("_20_", " ")
            heading = _HEADING.match(shown)
            title = title or bool(_TITLE.match(shown))
            level = level if level is not None or heading is None else int(heading.group(1))
            before, after = before or _breaks(element, "before", own), after or _breaks(element, "after", own)
            bold = _bold(element) if bold is None else bold
            name, own = element.get(f"{STYLE}parent-style-name", ""), False
        return Style(title, level, bool(bold), before, after)


def _breaks(style: etree._Element, side: str, own: bool) -> bool:
    # a change of the page's layout starts a new page; inherited, it is the template's habit and not a break
    if own and side == "before" and style.get(f"{STYLE}master-page-name"):
        return True
    properties = style.find(f"{STYLE}paragraph-properties")
    return properties is not None and properties.get(f"{_FO}break-{side}") == "page"


def _bold(style: etree._Element) -> bool | None:
    properties = style.find(f"{STYLE}text-properties")
    weight = properties.get(f"{_FO}font-weight") if properties is not None else None
    return None if weight is None else weight in ("bold", "600", "700", "800", "900")


def open_package(path: Path) -> Package:
    """Open a file. Raises ExtractionError: ENCRYPTED, DAMAGED, ARCHIVE_BOMB."""
    with zipfile.ZipFile(path) as container:
        _refuse_encrypted(container)
        content = xml.read(container, "content.xml")
        if content is None:
            raise ExtractionError(Reason.DAMAGED, "OpenDocument without content.xml")
        styles, meta = xml.read(container, "styles.xml"), xml.read(container, "meta.xml")
    roots = [root for root in (styles, content) if root is not None]
    return Package(
        content=content,
        metadata=_metadata(meta),
        running=_running(styles),
        _styles={s.get(f"{STYLE}name", ""): s for root in roots for s in root.iter(f"{STYLE}style")},
        _lists=dict(_list_levels(roots)),
    )


def _refuse_encrypted(container: zipfile.ZipFile) -> None:
    if "META-INF/manifest.xml" in container.namelist() and b"encryption-data" in container.read(
        "META-INF/manifest.xml"
    ):
        raise ExtractionError(Reason.ENCRYPTED, "OpenDocument with a password")


def _list_levels(roots: list[etree._Element]) -> list[tuple[tuple[str, int], etree._Element]]:
    found = []
    for root in roots:
        for style in root.iter(f"{TEXT}list-style"):
            for level in style:
                number = level.get(f"{TEXT}level", "") if isinstance(level.tag, str) else ""
                if number.isdigit():
                    found.append(((style.get(f"{STYLE}name", ""), int(number)), level))
    return found


def _metadata(root: etree._Element | None) -> dict[str, str]:
    meta = root.find(f"{OFFICE}meta") if root is not None else None
    if meta is None:
        return {}
    found = {}
    for tag, key in _KEYS.items():
        element = meta.find(tag)
        value = " ".join(xml.text_of(element).split()) if element is not None else ""
        if value:
            found[key] = value
    keywords = [xml.text_of(keyword).strip() for keyword in meta.iter(f"{META}keyword")]
    return meant(found) | ({"keywords": ", ".join(filter(None, keywords))} if any(keywords) else {})


def _running(styles: etree._Element | None) -> tuple[str, ...]:
    lines: dict[str, None] = {}
    for page in styles.iter(f"{STYLE}master-page") if styles is not None else ():
        for part in page.iterchildren(
            *(f"{STYLE}{name}" for name in ("header", "footer", "header-first", "footer-first"))
        ):
            for paragraph in part.iter(f"{TEXT}p"):
                lines[" ".join(xml.text_of(paragraph).split())] = None
    return tuple(filter(None, lines))
