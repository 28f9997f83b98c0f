"""Which of a file's possible titles is the one to show: the property, the first heading, or the file's name.

Office programs fill the title property with the name of a template or of another file, and nobody ever sees it; such
leftovers lose against the first heading. What a property or a heading is, the formats know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

MAX_LENGTH = 250  # characters

_PROGRAM = re.compile(r"^(?:microsoft (?:office )?)?(?:word|powerpoint|excel|publisher|visio)\b\s*[-–:]\s*", re.I)
_FILE_NAME = re.compile(
    r"\.(?:docx?|docm|dotx?|dotm|pptx?|potx?|ppsx?|xlsx?|od[tpsg]|ott|rtf|txt|pdf|indd|qxd|cdr|pub|html?|pmd|ai)$", re.I
)
_LEFTOVER = re.compile(
    r"""^(?:
        (?:neues\s)?(?:dokument|document|doc|datei|text|präsentation|presentation|mappe|book|tabelle|folie|slide|seite|page)
            [\s_-]?\d*
      | untitled.* | unbenannt.* | ohne\s(?:titel|namen?).* | no\s?title | kein\stitel | namenlos.* | unknown | unbekannt
      | (?:powerpoint|word|office)[\s-]*(?:präsentation|presentation|dokument|document)
      | titel | title | (?:haupt|dokument)?titel.{0,3}(?:hinzufügen|eingeben|einfügen) | (?:folien)?titel\sder\spräsentation
      | (?:\w*vorlage|template|musterbrief|briefkopf)[\s_-]*\w{0,12} | layout\s?\d* | standard | normal | entwurf | draft
      | word\sdocument | (?:new|new\smicrosoft)\s.* | .{0,2} | [\d\s._/-]+ | https?://\S* | (?:scan|img|image|dsc)[\s_-]?\d*
    )$""",
    re.I | re.X,
)
_GENERIC = re.compile(
    r"""^(?:[\dIVX]+(?:\.\d+)*\.?\s+)?(?:
        inhalt(?:sverzeichnis|sübersicht)? | contents | table\sof\scontents | vorwort | grußwort | impressum | agenda
      | tagesordnung | einleitung | einführung | anlagen? | anhang | abkürzungsverzeichnis | abbildungsverzeichnis
      | literatur(?:verzeichnis)? | zusammenfassung | vorbemerkung(?:en)? | gliederung | übersicht
    )\s*:?$""",
    re.I | re.X,
)


def choose_title(properties: Iterable[str | None], headings: Iterable[str], path: Path) -> str:
    """The first title property that is no leftover, else the first heading that says something, else the file's name.

    `properties` in falling order of trust. A property of the form "Microsoft Word - Bericht.doc" still beats the file's
    name where there is no heading.
    """
    candidates = [" ".join(text.split())[:MAX_LENGTH] for text in properties if text and text.strip()]
    for candidate in candidates:
        if not is_leftover(candidate):
            return candidate
    for heading in headings:
        if _says_something(heading):
            return heading[:MAX_LENGTH]
    for candidate in candidates:
        stem = _FILE_NAME.sub("", _PROGRAM.sub("", candidate))
        if stem != candidate and not is_leftover(stem):
            return _readable(stem)
    return _readable(path.stem)


def is_leftover(title: str) -> bool:
    """Whether a title property was written by a program or a template rather than by a person."""
    title = title.strip()
    return bool(_LEFTOVER.match(title) or _PROGRAM.match(title) or _FILE_NAME.search(title))


def _says_something(heading: str) -> bool:
    return len(re.findall(r"[^\W\d_]", heading)) > 2 and not _GENERIC.match(heading.strip())


def _readable(stem: str) -> str:
    return " ".join(unquote(stem).replace("_", " ").split())[:MAX_LENGTH] or stem
