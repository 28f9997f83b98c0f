"""What counts as a word: the regular expressions that find words in a text. What a word means is analyzer.py's."""

from __future__ import annotations

import re

from kb.language.folding import INVISIBLE, MARKS

_GLUE = f"[{MARKS}{INVISIBLE}]"
_RUN = f"[^\\W_]+(?:{_GLUE}+[^\\W_]+)*{_GLUE}*"
_SPACE = "[ \\u00a0\\u202f]?"

# The alternatives are tried in this order at every place where a word may begin.
_ABBREVIATION = f"[^\\W\\d_]\\.(?:[^\\W\\d_]\\.)+|[a-zäöü]\\.(?:{_SPACE}[^\\W\\d_]\\.)+(?![^\\W_])"
_PARAGRAPHS = (
    f"\\d+[a-z]{_SPACE}[-–]{_SPACE}[a-z](?![^\\W_])|(?<=§[ \\u00a0])\\d+[ \\u00a0\\u202f][a-z](?:[-–][a-z])?(?![^\\W_])"
)
_NUMBER = "\\d+(?:[.,:]\\d+)+(?![^\\W_])"
_GENDER = "(?:[:*_·]|/-?)(?=innen|(?:in|r|n|e|s)(?![^\\W_]))"
_JOINED = f"{_RUN}(?:(?:[-‐‑–](?=[^\\W_])|['’](?=[^\\W\\d_])|{_GENDER}){_RUN})*(?:\\(in(?:nen)?\\))?"
_TRAILING = "(?:[-‐‑](?=[\\s,;/)]|$))?"
_LEADING = "(?:(?<=[\\s/(])[-‐‑](?=[^\\W\\d_]))?"

WORD = re.compile(f"{_ABBREVIATION}|{_PARAGRAPHS}|{_NUMBER}|{_LEADING}{_JOINED}{_TRAILING}")

# A text without a match has no elliptic compound ("Haus- und Hofflächen", "Stadtteilbüro und -management").
# It begins with the hyphen, which is far quicker to look for than a letter.
ELLIPSIS = re.compile("[-‐‑](?:(?<=[^\\W_].)(?=[\\s,;/)]|$)|(?<=[\\s/(].)(?=[^\\W\\d_]))")
