"""Properties that a library or a template left behind, and that nobody meant: removed before they count as a document's.

Which of the remaining titles wins, kb/ingest/extractors/title.py decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# the dates inside the templates from which python-docx and python-pptx start every file
_TEMPLATE_DATES = ("2013-12-23T23:15:00", "2013-01-27T09:14:16", "2013-01-27T09:15:58")
_NOBODY = re.compile(
    r"^(?:python-docx|openpyxl|pptxgenjs|python-pptx|docx4j|apache poi|steve canny|microsoft office.*|windows.user"
    r"|windows-benutzer|user|admin|administrator|benutzer|author|verfasser|autor|unknown|unbekannt|.)$",
    re.I,
)
_LIBRARY_NOTE = re.compile(r"^generated (?:by|using) python-(?:docx|pptx)$")


def meant(properties: Mapping[str, str]) -> dict[str, str]:
    """The properties without authors who are nobody, dates of templates, and notes of libraries."""
    return {key: value for key, value in properties.items() if not _is_leftover(key, value)}


def _is_leftover(key: str, value: str) -> bool:
    if key == "author":
        return bool(_NOBODY.match(value))
    if key in ("created", "modified"):
        return value.startswith(_TEMPLATE_DATES)
    return key == "description" and bool(_LIBRARY_NOTE.match(value))
