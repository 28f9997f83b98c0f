"""The walk over a parsed page in reading order: blocks, headings, lists, tables. What a page is, html.py and epub.py know.

Walks with a stack of its own: pages nest deeper than Python recurses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from kb.ingest.extractors.composer import Composer, clean
from kb.ingest.extractors.numbering import BULLET

_DROPPED = frozenset(
    (
        *(
            "script",
            "style",
            "noscript",
            "template",
            "head",
            "svg",
            "math",
            "iframe",
            "object",
            "embed",
            "canvas",
            "audio",
        ),
        *("video", "map", "select", "button", "datalist", "input", "textarea", "rt", "rp", "-comment", "!doctype"),
    )
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    (
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "details",
            "dialog",
            "div",
            "dl",
        ),
        *(
            "dt",
            "fieldset",
            "figcaption",
            "figure",
            "footer",
            "form",
            "header",
            "hr",
            "html",
            "legend",
            "li",
            "main",
            "nav",
        ),
        *(
            "ol",
            "p",
            "pre",
            "section",
            "summary",
            "table",
            "tbody",
            "td",
            "tfoot",
            "th",
            "thead",
            "tr",
            "ul",
            *_HEADINGS,
        ),
    )
)
_LAYOUT_CELL = 600  # characters: a cell with more is a column of the page rather than an entry of a table
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_SPACE = re.compile(r"\s+")


class Walk:
    """Fills a composer. `kept`, where set, are the words of the main part: blocks outside of it are left out."""

    def __init__(self, composer: Composer) -> None:
        self.composer = composer
        self.links: list[str] = []
        self.kept: str | None = None
        self._buffer: list[str] = []
        self._label = ""
        self._counts: list[int | None] = []  # open lists, innermost last: the number of the last item, None for bullets
        self._tables: list[
            bool
        ] = []  # open tables, innermost last: whether they hold data rather than the page's layout
        self._cells: list[str] = []
        self._preformatted = 0

    def node(self, root: LexborNode) -> None:
        """Walk everything below a node."""
        for node, starts in _events(root):
            if node.tag == "-text":
                self._text(node.text_content or "")
            elif starts:
                self._start(node)
            else:
                self._end(node)
        self._flush()

    def _text(self, text: str) -> None:
        self._buffer.append(text if self._preformatted else _SPACE.sub(" ", text))

    def _start(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "br":
            self._buffer.append("\n")
        elif tag == "a":
            self._link(node)
        elif self._in_cell:
            self._start_in_cell(tag)
        elif tag in _BLOCKS:
            self._flush()
            self._open(node, tag)

    def _open(self, node: LexborNode, tag: str) -> None:
        if tag in ("ul", "ol"):
            self._counts.append(_first(node) - 1 if tag == "ol" else None)
        elif tag == "li":
            self._label = self._next_label()
        elif tag == "table":
            self._tables.append(_is_data(node))
        elif tag == "pre":
            self._preformatted += 1

    def _end(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if self._in_cell:
            self._end_in_cell(tag)
        elif tag in _BLOCKS:
            self._flush(_HEADINGS.get(tag))
            self._close(tag)

    def _close(self, tag: str) -> None:
        if tag in ("ul", "ol") and self._counts:
            self._counts.pop()
        elif tag == "li":
            self._label = ""
        elif tag == "table" and self._tables:
            self._tables.pop()
        elif tag == "pre":
            self._preformatted -= 1

    @property
    def _in_cell(self) -> bool:
        return bool(self._tables) and self._tables[-1]

    def _start_in_cell(self, tag: str) -> None:
        if tag == "tr":
            self._cells, self._buffer = [], []
        elif tag in ("td", "th"):
            self._buffer = []
        elif tag in _BLOCKS:
            self._buffer.append(" ")

    def _end_in_cell(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cells.append(clean("".join(self._buffer)))
            self._buffer = []
        elif tag == "tr":
            if self._is_kept(" ".join(self._cells)):
                self.composer.row(self._cells)
            self._cells = []
        elif tag == "caption":
            self._flush()
        elif tag == "table":
            self._tables.pop()
        elif tag in _BLOCKS:
            self._buffer.append(" ")

    def _flush(self, level: int | None = None) -> None:
        text, self._buffer = clean("".join(self._buffer)), []
        if not text or not self._is_kept(text):
            return
        label, self._label = self._label, ""
        if level is not None:
            self.composer.heading(text, level)
        else:
            self.composer.block(f"{label} {text}" if label else text, "item" if label else "")

    def _is_kept(self, text: str) -> bool:
        return self.kept is None or all(" ".join(line.split()) in self.kept for line in text.splitlines())

    def _next_label(self) -> str:
        if not self._counts or self._counts[-1] is None:
            return BULLET
        self._counts[-1] += 1
        return f"{self._counts[-1]}."

    def _link(self, node: LexborNode) -> None:
        target = (node.attributes.get("href") or "").strip()
        if target and not target.lower().startswith(("#", "javascript:", "data:")):
            self.links.append(target)


def _events(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Every element below a node twice, at its start (True) and its end (False), and every text once."""
    yield root, True
    stack = [(root, root.iter(include_text=True))]
    while stack:
        parent, children = stack[-1]
        node = next(children, None)
        if node is None:
            stack.pop()
            yield parent, False
        elif node.tag == "-text":
            yield node, True
        elif node.tag not in _DROPPED and not _is_hidden(node):
            yield node, True
            stack.append((node, node.iter(include_text=True)))


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))


def _is_data(table: LexborNode) -> bool:
    if len(table.css("table")) > 1 or table.css_first("h1,h2,h3,h4,h5,h6") is not None:
        return False
    return all(len(cell.text(deep=True)) <= _LAYOUT_CELL for cell in table.css("td"))


def _first(node: LexborNode) -> int:
    start = node.attributes.get("start") or "1"
    return int(start) if start.isdigit() and len(start) < 6 else 1
