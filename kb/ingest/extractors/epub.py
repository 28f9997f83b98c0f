"""Electronic books (.epub): a page a chapter in the order of the spine. The chapters are web pages, markup.py walks them."""

from __future__ import annotations

import posixpath
import zipfile
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from kb.errors import ExtractionError, Reason
from kb.ingest.extractor import Limits
from kb.ingest.extractors import xml
from kb.ingest.extractors.composer import Composer
from kb.ingest.extractors.html import decode_page, fill, parse_page
from kb.ingest.extractors.title import choose_title
from kb.model import Extraction

_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_KEYS = {
    "creator": "author",
    "subject": "subject",
    "language": "language",
    "date": "created",
    "description": "description",
}


class EpubExtractor:
    """Reads EPUB 2 and 3."""

    version = "epub-1"

    def extract(self, path: Path, limits: Limits) -> Extraction:  # noqa: ARG002 - the contract's
        """Raises ExtractionError: ENCRYPTED for a book whose chapters are locked, DAMAGED for one without a spine."""
        with zipfile.ZipFile(path) as container:
            name = _package_name(container)
            package = xml.parse(container.read(name))
            chapters = _chapters(package, posixpath.dirname(name))
            _refuse_locked(container, chapters)
            composer, links, warnings = _read(container, chapters)
        titles = [section.title for section in composer.sections]
        return Extraction(
            pages=composer.finish(),
            sections=tuple(composer.sections),
            title=choose_title([_dublin(package, "title")], titles, path),
            metadata={key: value for tag, key in _KEYS.items() if (value := _dublin(package, tag))},
            links=tuple(dict.fromkeys(links)),
            warnings=tuple(warnings),
            extractor="epub",
        )


def _package_name(container: zipfile.ZipFile) -> str:
    root = xml.read(container, "META-INF/container.xml")
    found = next(root.iter(f"{_CONTAINER}rootfile"), None) if root is not None else None
    if found is None:
        raise ExtractionError(Reason.DAMAGED, "EPUB without a package document")
    return found.get("full-path", "")


def _chapters(package: etree._Element, folder: str) -> list[str]:
    items = {item.get("id", ""): item.get("href", "") for item in package.iter(f"{_OPF}item")}
    spine = [items.get(reference.get("idref", ""), "") for reference in package.iter(f"{_OPF}itemref")]
    return [posixpath.normpath(posixpath.join(folder, unquote(href))) for href in spine if href]


def _refuse_locked(container: zipfile.ZipFile, chapters: list[str]) -> None:
    # fonts are listed here too, only obscured, in books that anybody may read
    encryption = xml.read(container, "META-INF/encryption.xml")
    for reference in encryption.iter() if encryption is not None else ():
        if isinstance(reference.tag, str) and unquote(reference.get("URI", "")) in chapters:
            raise ExtractionError(Reason.ENCRYPTED, "EPUB with locked chapters")


def _read(container: zipfile.ZipFile, chapters: list[str]) -> tuple[Composer, list[str], list[str]]:
    composer, links, warnings = Composer(), list[str](), list[str]()
    names = frozenset(container.namelist())
    for number, chapter in enumerate(chapters):
        if number:
            composer.break_page()
        if chapter in names:
            tree = parse_page(decode_page(container.read(chapter)))
            links += [link for link in fill(tree, composer).links if "://" in link]
        else:
            warnings.append(f"missing_chapter: {chapter}")
    return composer, links, warnings


def _dublin(package: etree._Element, name: str) -> str:
    return ", ".join(filter(None, (" ".join(xml.text_of(one).split()) for one in package.iter(f"{_DC}{name}"))))
