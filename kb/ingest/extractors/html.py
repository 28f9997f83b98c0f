"""Web pages: the readable text with its headings, tables and lists; without navigation where there is a main part.

selectolax (Lexbor) parses; where a page is mostly links and does not say which its main part is, trafilatura does. Scripts,
styles and what is hidden never become text. Nothing that a page refers to is fetched. The walk is markup.py's.
"""

from __future__ import annotations

import re
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError
from trafilatura import extract

from kb.errors import ExtractionError, Reason
from kb.ingest.extractor import Limits
from kb.ingest.extractors.composer import Composer
from kb.ingest.extractors.markup import Walk
from kb.ingest.extractors.text import decode
from kb.ingest.extractors.title import choose_title
from kb.model import Extraction

MAX_SIZE = 32 * 1024 * 1024  # bytes: the tree of a page takes about fifteen times its size
_CHARSET = re.compile(
    rb"""<meta[^>]+charset\s*=\s*["']?\s*([A-Za-z0-9_-]+)|<\?xml[^>]+encoding=["']([A-Za-z0-9_-]+)""", re.I
)
_MIN_MAIN = 250  # characters: a shorter main part is a teaser, and the rest of the page is meant as well
_FURNITURE = ["nav", "footer", "form", "dialog"]
_MAINS = ("main", "[role=main]", "article", "#content", "#inhalt", "#main")
_METADATA = {
    "author": ("author", "dc.creator", "dcterms.creator", "article:author"),
    "created": ("date", "dc.date", "dcterms.created", "dcterms.issued", "article:published_time"),
    "modified": ("last-modified", "dcterms.modified", "article:modified_time"),
    "keywords": ("keywords", "dc.subject", "dcterms.subject"),
    "description": ("description", "og:description", "dc.description"),
    "producer": ("generator",),
}
_MANY_LINKS = 30
_MOSTLY_LINKS = 0.4  # share of the page's characters


class HtmlExtractor:
    """Reads HTML and XHTML."""

    version = "html-1"

    def extract(self, path: Path, limits: Limits) -> Extraction:  # noqa: ARG002 - the contract's
        """One page; sections by h1 to h6."""
        if path.stat().st_size > MAX_SIZE:
            raise ExtractionError(Reason.TOO_LARGE, f"page of more than {MAX_SIZE} bytes")
        return read_page(decode_page(path.read_bytes()), path)


def read_page(markup: str, path: Path) -> Extraction:
    """What a page says; `path` only gives a title where the page has none."""
    tree = parse_page(markup)
    title, metadata = _title(tree), _metadata(tree)
    walk = fill(tree, Composer(), markup)
    return Extraction(
        pages=walk.composer.finish(),
        sections=tuple(walk.composer.sections),
        title=choose_title([title], [section.title for section in walk.composer.sections], path),
        metadata=metadata,
        links=tuple(dict.fromkeys(walk.links)),
        extractor="lexbor",
    )


def parse_page(markup: str) -> LexborHTMLParser:
    """The tree of a page. Raises ExtractionError(TOO_MUCH_MEMORY): any text is a page, so only memory can fail."""
    try:
        return LexborHTMLParser(markup)
    except SelectolaxError as error:
        raise ExtractionError(Reason.TOO_MUCH_MEMORY, f"Lexbor: {error}") from error


def fill(tree: LexborHTMLParser, composer: Composer, markup: str = "") -> Walk:
    """Walk a page's main part, or all of it, into a composer. With `markup`, navigation is looked for and left out."""
    walk = Walk(composer)
    main = _main(tree) if markup else None
    if markup and main is None:
        if _has_text_besides(tree):
            tree.strip_tags(_FURNITURE)
        walk.kept = _kept(tree, markup)
    root = main if main is not None else tree.body or tree.root
    if root is not None:
        walk.node(root)
    return walk


def decode_page(data: bytes) -> str:
    """The page as text: by byte order mark, as UTF-8, as it declares itself, or by the best guess."""
    text, encoding = decode(data)
    declared = _CHARSET.search(data[:4096])
    if encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32") or declared is None:
        return text
    name = (declared.group(1) or declared.group(2)).decode("ascii").lower()
    if name in ("utf-8", "utf8"):
        return text  # it says so, but it is not
    try:
        # pages that say Latin-1 are Windows-1252, as every browser reads them
        return data.decode("cp1252" if name in ("iso-8859-1", "latin1", "us-ascii") else name, "replace")
    except LookupError:
        return text


def _main(tree: LexborHTMLParser) -> LexborNode | None:
    for selector in _MAINS:
        found = tree.css(selector)
        if len(found) == 1 and len(found[0].text(deep=True).strip()) >= _MIN_MAIN:
            return found[0]
    return None


def _has_text_besides(tree: LexborHTMLParser) -> bool:
    furniture = sum(len(node.text(deep=True)) for node in tree.css(",".join(_FURNITURE)))
    root = tree.body or tree.root
    return root is not None and len(root.text(deep=True)) - furniture >= _MIN_MAIN


def _kept(tree: LexborHTMLParser, markup: str) -> str | None:
    """The words of the main part of a page that is mostly links, None for any other page."""
    links, root = tree.css("a"), tree.body or tree.root
    text = len(root.text(deep=True)) if root is not None else 0
    if len(links) < _MANY_LINKS or sum(len(link.text(deep=True)) for link in links) < _MOSTLY_LINKS * text:
        return None
    kept = extract(markup, include_comments=False, include_tables=True, favor_recall=True, output_format="txt")
    words = " ".join((kept or "").split())
    return words if len(words) >= _MIN_MAIN else None


def _title(tree: LexborHTMLParser) -> str:
    title = tree.css_first("title")
    return title.text(deep=True) if title is not None else ""


def _metadata(tree: LexborHTMLParser) -> dict[str, str]:
    named: dict[str, str] = {}
    for node in tree.css("meta"):
        name = (node.attributes.get("name") or node.attributes.get("property") or "").lower()
        value = " ".join((node.attributes.get("content") or "").split())
        if name and value:
            named.setdefault(name, value)
    found = {key: next((named[name] for name in names if name in named), "") for key, names in _METADATA.items()}
    html = tree.css_first("html")
    found["language"] = (html.attributes.get("lang") or "") if html is not None else ""
    return {key: value for key, value in found.items() if value}
