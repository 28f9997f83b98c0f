"""Plain text and Markdown: finding the encoding, and the structure that Markdown has.

Which of the two a file is, kb/ingest/detection.py says; here each has its own class.
"""

from __future__ import annotations

import re
from pathlib import Path

from charset_normalizer import from_bytes

from kb.errors import ExtractionError, Reason
from kb.ingest.extractor import Limits
from kb.ingest.extractors.composer import Composer
from kb.ingest.extractors.title import choose_title
from kb.model import Extraction

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\0\0", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_GUESSED = ["cp1252", "latin_1", "utf_16_le", "utf_16_be", "cp850"]
_MAX_TITLE = 120  # characters: a longer line is a paragraph
_WINDOWS_UMLAUT = re.compile(rb"[\xe4\xf6\xfc\xdf\xc4\xd6\xdc]")
_SAMPLE = 64 * 1024  # bytes that the guess is made from
MAX_SIZE = 64 * 1024 * 1024  # bytes: a longer text is a log or a data set, and the index would hold little else


class TextExtractor:
    """Reads plain text; form feeds end pages."""

    version = "text-1"

    def extract(self, path: Path, limits: Limits) -> Extraction:  # noqa: ARG002 - the contract's
        """One page, or one for each form feed."""
        text, encoding = read(path)
        composer = Composer()
        for number, page in enumerate(text.split("\f")):
            if number:
                composer.break_page()
            _plain_text(page, composer)
        return Extraction(
            pages=composer.finish(),
            sections=tuple(composer.sections),
            title=choose_title([], [_first_line(text)], path),
            metadata={"encoding": encoding},
            extractor="text",
        )


class MarkdownExtractor:
    """Reads Markdown: headings as sections, front matter as metadata."""

    version = "markdown-2"

    def extract(self, path: Path, limits: Limits) -> Extraction:  # noqa: ARG002 - the contract's
        """One page, or one for each form feed. The text keeps its markup, except that of headings and links."""
        text, encoding = read(path)
        metadata, text = _front_matter(text)
        composer, links = Composer(), list[str]()
        for number, page in enumerate(text.split("\f")):
            if number:
                composer.break_page()
            _markdown(page, composer, links)
        title = choose_title([metadata.pop("title", None)], [section.title for section in composer.sections], path)
        return Extraction(
            pages=composer.finish(),
            sections=tuple(composer.sections),
            title=title,
            metadata={"encoding": encoding} | metadata,
            links=tuple(dict.fromkeys(links)),
            extractor="markdown",
        )


def read(path: Path) -> tuple[str, str]:
    """The text of a file and its encoding. Raises ExtractionError(TOO_LARGE)."""
    if path.stat().st_size > MAX_SIZE:
        raise ExtractionError(Reason.TOO_LARGE, f"text of more than {MAX_SIZE} bytes")
    return decode(path.read_bytes())


def decode(data: bytes) -> tuple[str, str]:
    """Text by its byte order mark, else as strict UTF-8, else by the best guess among what German offices write."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        encoding = _guess(data)
    return data.decode(encoding, "replace"), encoding


def _guess(data: bytes) -> str:
    if b"\0" in data[:1024]:
        return "utf-16-le" if data[1::2].count(0) >= data[::2].count(0) else "utf-16-be"
    if data.count(b"\x81") + data.count(b"\x84") > 2 and not _WINDOWS_UMLAUT.search(data):
        return "cp850"  # ü and ä of DOS, where Windows has nothing and a low quote
    best = from_bytes(data[:_SAMPLE], cp_isolation=_GUESSED).best()
    return best.encoding if best is not None and not best.encoding.startswith("utf_16") else "cp1252"


_UNDERLINE = re.compile(r"^\s*(=|-|~|\*)\1{2,}\s*$")
_CAPITALS = re.compile(r"^[^a-zäöüß]{4,80}$")


def _plain_text(text: str, composer: Composer) -> None:
    """Paragraphs as they stand; lines that are underlined or in capitals begin sections."""
    paragraph: list[str] = []
    for line in (*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""):
        if len(paragraph) == 1 and _UNDERLINE.match(line) and len(paragraph[0]) <= _MAX_TITLE:
            composer.heading(paragraph[0], 1 if "=" in line else 2)
        elif line.strip():
            if not paragraph and _is_capitals(line):
                composer.heading(line, 2)
                continue
            paragraph.append(line)
            continue
        else:
            composer.block("\n".join(paragraph))
        paragraph = []


def _is_capitals(line: str) -> bool:
    return bool(_CAPITALS.match(line)) and sum(map(str.isalpha, line)) * 2 > len(line)


def _first_line(text: str) -> str:
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return first if len(first) <= _MAX_TITLE else ""


_FENCE = re.compile(r"^ {0,3}(?:```|~~~)")
_ATX = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.+?)(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
_LINK = re.compile(r"(!?)\[([^\]\n]*)\]\(\s*<?([^)\s>]+)>?[^)\n]*\)")
# not inside words: "Bürger*innen" is no emphasis
_EMPHASIS = re.compile(r"(?<!\w)(\*\*|__|\*|_)(?=\S)(.+?)(?<=\S)\1(?!\w)", re.S)
_KEY = re.compile(r"^([A-Za-z][\w-]*):\s*(.*)$")
_FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    match = _FRONT.match(text.replace("\r\n", "\n"))
    if not match:
        return {}, text
    found = {}
    for line in match.group(1).splitlines():
        pair = _KEY.match(line)
        if pair and pair.group(2).strip():
            found[pair.group(1).lower()] = pair.group(2).strip().strip("\"'")
    return found, text.replace("\r\n", "\n")[match.end() :]


def _markdown(text: str, composer: Composer, links: list[str]) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    paragraph: list[str] = []
    fenced = False
    for line in lines:
        fenced ^= bool(_FENCE.match(line))
        heading = None if fenced else _heading(line, paragraph)
        if heading:
            level, title, paragraph = heading[0], heading[1], heading[2]
            _flush(paragraph, composer, links)
            composer.heading(_plain(title, links), level)
        elif line.strip() or fenced:
            paragraph.append(line)
            continue
        else:
            _flush(paragraph, composer, links)
        paragraph = []
    _flush(paragraph, composer, links)


def _heading(line: str, before: list[str]) -> tuple[int, str, list[str]] | None:
    """(level, title, lines of the paragraph that ends before it) where this line makes a heading."""
    atx = _ATX.match(line)
    if atx:
        return len(atx.group(1)), atx.group(2), before
    underline = _SETEXT.match(line)
    if underline and len(before) == 1 and not before[0].lstrip().startswith(("-", "*", "|", ">")):
        return (1 if underline.group(1)[0] == "=" else 2), before[0], []
    return None


def _flush(lines: list[str], composer: Composer, links: list[str]) -> None:
    composer.block(_plain("\n".join(lines), links))


def _plain(text: str, links: list[str]) -> str:
    def shown(match: re.Match[str]) -> str:
        if not match.group(1) and not match.group(3).startswith("#"):
            links.append(match.group(3))
        return match.group(2)

    return _EMPHASIS.sub(r"\2", _LINK.sub(shown, text))
