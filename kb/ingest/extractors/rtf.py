"""Rich Text Format: headings by style and outline level, rows, notes, list labels, properties, text in shapes.

The converters at hand keep the words alone, so the groups are read here. What the codes are called is rtftoken.py's.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from kb.ingest.extractor import Limits
from kb.ingest.extractors.composer import ASKED, Composer, clean, may_be_heading
from kb.ingest.extractors.property import meant
from kb.ingest.extractors.rtftoken import (
    CHARACTERS,
    CHARSETS,
    DATES,
    INFO,
    KNOWN,
    RUNNING,
    SKIPPED,
    SYMBOL_CHARSET,
    SYMBOLS,
    Kind,
    Token,
    tokens,
)
from kb.ingest.extractors.title import choose_title
from kb.ingest.extractors.wordstyle import BODY_LEVEL, heading_level, is_title
from kb.model import Extraction

# words that open a group of its own kind, and the kind
_DESTINATIONS = {word: word for word in (*RUNNING, "footnote", "info", "fonttbl", "stylesheet", "generator")}
_DESTINATIONS |= {"listtext": "label", "pntext": "label"}


class RtfExtractor:
    """Reads RTF."""

    version = "rtf-1"

    def extract(self, path: Path, limits: Limits) -> Extraction:  # noqa: ARG002 - the contract's
        """Pages by the page breaks in the file."""
        reader = _Reader()
        for token in tokens(path.read_bytes()):
            reader.take(token)
        reader.finish()
        sections = tuple(reader.composer.sections)
        properties = meant({key: clean(value) for key, value in reader.properties.items() if value.strip()})
        title = choose_title([properties.pop("title", None)], [section.title for section in sections], path)
        return Extraction(
            pages=reader.composer.finish(tuple(reader.running)),
            sections=sections,
            title=title,
            metadata=properties,
            extractor="rtf",
        )


@dataclass(slots=True)
class _Group:
    """What holds within the braces: where text goes, how bytes are read, and whether they are meant to be seen."""

    destination: str = "body"
    sink: list[str] = field(default_factory=list)
    encoding: str = "cp1252"
    skip: int = 1  # \uc: how many characters stand in for one that is given by its number
    unseen: bool = False
    bold: bool = False
    starred: bool = False


@dataclass(slots=True)
class _Paragraph:
    style: int = 0
    outline: int | None = None
    in_table: bool = False
    on_new_page: bool = False
    label: str = ""


class _Reader:
    """Takes tokens one by one; text is collected in the sink of the innermost group."""

    def __init__(self) -> None:
        self.composer = Composer()
        self.properties: dict[str, str] = {}
        self.running: dict[str, None] = {}
        self._group = _Group()
        self._stack: list[_Group] = []
        self._body = self._group.sink
        self._paragraph = _Paragraph()
        self._cells: list[str] = []
        self._notes: list[tuple[int, str]] = []
        self._note_count = 0
        self._codepage = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._styles: dict[int, str] = {}
        self._style = 0
        self._date: dict[str, int] = {}
        self._to_skip = 0
        self._all_bold = True  # what the paragraph has so far

    def take(self, token: Token) -> None:
        """Digest the next token."""
        if token.kind is Kind.OPEN:
            self._stack.append(self._group)
            self._group = replace(self._group, starred=False)
        elif token.kind is Kind.CLOSE:
            self._close()
        elif token.kind is Kind.WORD:
            self._word(token.text, token.number)
        elif token.kind is Kind.SYMBOL:
            self._symbol(token.text)
        elif token.kind is Kind.HEX:
            self._bytes(bytes([token.number or 0]))
        else:
            self._bytes(token.text.encode("latin-1"))

    def finish(self) -> None:
        """End what the file left open."""
        while self._stack:
            self._close()
        self._end_row()
        self._end_paragraph()
        if not self.composer.sections:
            self.composer.trust_looks()  # nobody used styles: what is a heading can only be seen

    def _close(self) -> None:
        if not self._stack:
            return
        closed, self._group = self._group, self._stack.pop()
        self._to_skip = 0
        if closed.sink is not self._group.sink or closed.destination != self._group.destination:
            self._leave(closed.destination, "".join(closed.sink))

    def _enter(self, destination: str) -> None:
        if destination == "footnote" and not self._group.unseen:
            self._note_count += 1
            self._group.sink.append(f"[{self._note_count}]")
        self._group.destination, self._group.sink, self._group.unseen = destination, [], False

    def _leave(self, destination: str, text: str) -> None:
        if destination == "footnote":
            self._notes.append((self._note_count, text))
        elif destination in RUNNING:
            self.running |= dict.fromkeys(line for line in clean(text).splitlines() if line)
        elif destination in INFO:
            self.properties[INFO[destination]] = text
        elif destination in DATES:
            self._dated(DATES[destination])
        elif destination == "label":
            self._paragraph.label = clean(text)
        elif destination == "stylename":
            self._styles[self._style] = clean(text).rstrip(";")

    def _word(self, word: str, number: int | None) -> None:
        starred, self._group.starred = self._group.starred, False
        destination = self._group.destination
        if word in SKIPPED or (starred and word not in KNOWN and word not in INFO):
            self._group.destination, self._group.sink = "skipped", []
        elif word in _DESTINATIONS or (destination == "info" and (word in INFO or word in DATES)):
            self._date = {}
            self._enter(_DESTINATIONS.get(word, word))
        elif not self._tabular(word, number):
            self._formatting(word, number)

    def _tabular(self, word: str, number: int | None) -> bool:
        """Words of the tables of fonts, styles and dates. Whether it was one."""
        destination = self._group.destination
        if destination == "fonttbl":
            if word == "f":
                self._font = number or 0
            elif word == "fcharset":
                symbol = number == SYMBOL_CHARSET
                self._fonts[self._font] = "symbol" if symbol else CHARSETS.get(number or 0, self._codepage)
            return True
        if destination in ("stylesheet", "stylename"):
            if word == "s" or destination == "stylesheet":
                self._enter("stylename")
            if word in ("s", "cs", "ts", "ds"):
                self._style = (number or 0) if word == "s" else -1
            return word not in ("u", "uc")
        if destination in DATES and number is not None:
            self._date[word] = number
            return True
        return False

    def _formatting(self, word: str, number: int | None) -> None:
        if word in CHARACTERS:
            self._append(CHARACTERS[word])
        elif word == "u" and number is not None:
            self._append(chr(number % 0x10000) if number % 0x10000 not in range(0xF000, 0xF100) else "•")
            self._to_skip = self._group.skip
        elif word == "uc":
            self._group.skip = number if number is not None else 1
        elif word in ("v", "deleted"):
            self._group.unseen = number != 0
        elif word == "plain":
            self._group.unseen = self._group.bold = False
        elif word == "b":
            self._group.bold = number != 0
        elif word == "f":
            self._group.encoding = self._fonts.get(number or 0, self._codepage)
        elif word == "ansicpg" and number:
            self._codepage = self._group.encoding = _codepage(number)
        elif word in ("mac", "pc", "pca"):
            self._codepage = self._group.encoding = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}[word]
        else:
            self._structure(word, number)

    def _structure(self, word: str, number: int | None) -> None:
        if self._group.destination not in ("body", "skipped"):
            if word in ("par", "sect", "cell"):
                self._append("\n")
        elif word in ("par", "sect"):
            self._end_paragraph()
            if word == "sect" and not self.composer.empty:
                self.composer.pour(ASKED)
        elif word in ("cell", "nestcell"):
            self._end_cell()
        elif word in ("row", "nestrow"):
            self._end_row()
        elif word == "page":
            self._body.append(ASKED)
        else:
            self._property(word, number)

    def _property(self, word: str, number: int | None) -> None:
        if word == "pard":
            self._paragraph = _Paragraph(label=self._paragraph.label)
        elif word == "s":
            self._paragraph.style = number or 0
        elif word == "outlinelevel":
            self._paragraph.outline = number
        elif word == "intbl":
            self._paragraph.in_table = True
        elif word == "pagebb":
            self._paragraph.on_new_page = number != 0

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._group.starred = True
        elif symbol in "\r\n":
            self._structure("par", None)
        elif symbol in SYMBOLS:
            self._append(SYMBOLS[symbol])

    def _bytes(self, data: bytes) -> None:
        if self._to_skip:
            skipped = min(self._to_skip, len(data))
            self._to_skip, data = self._to_skip - skipped, data[skipped:]
        if not data:
            return
        if self._group.destination == "fonttbl":
            return
        symbol = self._group.encoding == "symbol"
        self._append(
            "•" if symbol and len(data) == 1 else data.decode("cp1252" if symbol else self._group.encoding, "replace")
        )

    def _append(self, text: str) -> None:
        if not self._group.unseen and self._group.destination != "skipped":
            self._group.sink.append(text)
            if self._group.sink is self._body and not self._group.bold and text.strip():
                self._all_bold = False

    def _taken(self) -> str:
        text = "".join(self._body)
        self._body.clear()
        return text

    def _end_paragraph(self) -> None:
        if self._paragraph.in_table:
            self._body.append(" ")
            return
        self._end_row()
        text, label = self._taken(), self._paragraph.label
        if self._paragraph.on_new_page and not self.composer.empty:
            self.composer.pour(ASKED)
        level = self._level()
        doubtful = level is None and not label and self._all_bold and may_be_heading(text)
        self.composer.pour(text, 2 if doubtful else level, label, "item" if label else "", doubtful=doubtful)
        self._all_bold = True
        self._paragraph.label = ""
        self._end_notes()

    def _level(self) -> int | None:
        outline = self._paragraph.outline
        if outline is not None:
            return outline + 1 if outline < BODY_LEVEL else None
        style = self._styles.get(self._paragraph.style, "")
        return 1 if is_title(style) else heading_level(style)

    def _end_cell(self) -> None:
        label, self._paragraph.label = self._paragraph.label, ""
        self._cells.append(f"{label} {self._taken()}".strip() if label else self._taken())

    def _end_row(self) -> None:
        cells, self._cells = self._cells, []
        if cells:
            self.composer.row(cells)
            self._end_notes()

    def _end_notes(self) -> None:
        notes, self._notes = self._notes, []
        for number, text in notes:
            self.composer.pour(" ".join(clean(text).split()), label=f"[{number}]", group="note")

    def _dated(self, key: str) -> None:
        date = self._date
        if date.get("yr") and 1 <= date.get("mo", 0) <= 12 and 1 <= date.get("dy", 0) <= 31:
            time = f"T{date.get('hr', 0):02d}:{date.get('min', 0):02d}:00"
            self.properties[key] = f"{date['yr']:04d}-{date['mo']:02d}-{date['dy']:02d}{time}"


def _codepage(number: int) -> str:
    try:
        "".encode(f"cp{number}")
    except LookupError:
        return "utf-8" if number == 65001 else "cp1252"
    return f"cp{number}"
