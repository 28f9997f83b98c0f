"""RTF as tokens, and the tables that say what its codes mean. What becomes of them is kb/ingest/extractors/rtf.py's.

Source: Rich Text Format Specification 1.9.1 (Microsoft, 2008).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a token is."""

    OPEN = "{"
    CLOSE = "}"
    WORD = "word"
    SYMBOL = "symbol"
    HEX = "hex"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is the control word, symbol or run of characters (one per byte); `number` the word's parameter or the byte."""

    kind: Kind
    text: str = ""
    number: int | None = None


_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n\0]+|([^\\{}\r\n\0]+)"
)
_OPEN, _CLOSE = Token(Kind.OPEN), Token(Kind.CLOSE)


def tokens(data: bytes) -> Iterator[Token]:
    """The tokens of a file; embedded binary data is stepped over."""
    text, position = data.decode("latin-1"), 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            return  # a lone backslash at the end of a file that was cut off
        position = match.end()
        word, number, code, symbol, brace, run = match.groups()
        if word == "bin":
            position += max(0, int(number or 0))
        elif word:
            yield Token(Kind.WORD, word, int(number) if number else None)
        elif brace:
            yield _OPEN if brace == "{" else _CLOSE
        elif run:
            yield Token(Kind.TEXT, run)
        elif code:
            yield Token(Kind.HEX, number=int(code, 16))
        elif symbol:
            yield Token(Kind.SYMBOL, symbol)


CHARACTERS = {
    "tab": "\t",
    "line": "\n",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "endash": "–",
    "emdash": "—",
    "enspace": " ",
    "emspace": " ",
    "qmspace": " ",
}
SYMBOLS = {"~": " ", "_": "-", "\n": "\n", "\r": "\n", "{": "{", "}": "}", "\\": "\\"}

# \fcharset of the font table -> code page
CHARSETS = {
    0: "cp1252",
    77: "mac_roman",
    128: "cp932",
    161: "cp1253",
    162: "cp1254",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    238: "cp1250",
    255: "cp850",
}
SYMBOL_CHARSET = 2

# groups whose words are not the document's, whether or not they are marked as to be skipped
SKIPPED = frozenset(
    (
        *(
            "colortbl",
            "listtable",
            "listoverridetable",
            "rsidtbl",
            "revtbl",
            "filetbl",
            "themedata",
            "colorschememapping",
        ),
        *("pict", "objdata", "objclass", "objname", "nonshppict", "shprslt", "fldinst", "datafield", "sp", "sn", "sv"),
        *("annotation", "atnid", "atnauthor", "atndate", "atnref", "atrfstart", "atrfend", "xe", "tc", "rxe", "txe"),
        *(
            "bkmkstart",
            "bkmkend",
            "latentstyles",
            "xmlnstbl",
            "mmathPr",
            "datastore",
            "template",
            "pgdsctbl",
            "private",
        ),
        *(
            "ftnsep",
            "ftnsepc",
            "ftncn",
            "aftnsep",
            "aftnsepc",
            "aftncn",
            "userprops",
            "passwordhash",
            "company",
            "operator",
        ),
        *("category", "manager", "doccomm", "hlinkbase", "comment", "printim", "buptim", "linkval", "pnseclvl", "pn"),
    )
)
# groups marked as to be skipped by programs that do not know them, and that are known here
KNOWN = frozenset({"shpinst", "shptxt", "footnote", "generator", "listtext", "pntext", "fldrslt", "nesttableprops"})
RUNNING = frozenset({"header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"})
INFO = {"title": "title", "author": "author", "subject": "subject", "keywords": "keywords", "generator": "producer"}
DATES = {"creatim": "created", "revtim": "modified"}
