"""The date of a document: when it was held, decided or published, as precise as it says itself.

Candidates come from the file name, the title, the head of the first page, lines like "Stand: März 2012", and the metadata.
A date that the document gives itself outweighs any date that it mentions, and both outweigh the file's metadata, which
tells when a file was saved. Not here: the dates of events that a text reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from kb.ingest.annotate.text import PreparedPage, PreparedText
from kb.model import Annotation, Evidence, Facet

_RULES = "1"
_FIRST_YEAR, _LAST_YEAR = 1945, 2099
_LEAST = 0.2  # a wrong date is worse than none
_HEAD, _FOOT = 900, 500  # characters of the first and the last page in which a document dates itself

MONTHS = (
    "januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember",
)  # fmt: skip
_SHORT = ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
_VARIANTS = {"jänner": 1, "maerz": 3, "mrz": 3, "sept": 9}
_MONTH_OF = {
    **{name: number for number, name in enumerate(MONTHS, 1)},
    **{name: number for number, name in enumerate(_SHORT, 1)},
    **_VARIANTS,
}
_NAME = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_RANGE = r"(?:\d{1,2}\.?\s*(?:bis|und|/|–|-|\+)\s*(?=\d))?"  # of "8. und 9. Mai 2014" the last day is looked at

_PATTERN = re.compile(
    rf"(?<![^\W_])(?<!\d\.)(?=[\djfmasond])(?:(?P<iso>(?P<iy>(?:19|20)\d\d)[-_](?P<im>0[1-9]|1[0-2])(?:[-_](?P<id>0[1-9]|[12]\d|3[01]))?)(?!\d)"
    rf"|(?P<compact>(?P<cy>(?:19|20)\d\d)(?P<cm>0[1-9]|1[0-2])(?P<cd>0[1-9]|[12]\d|3[01]))(?!\d)"
    rf"|{_RANGE}(?P<d>0?[1-9]|[12]\d|3[01])\.\s?(?P<m>0?[1-9]|1[0-2])\.\s?(?P<y>(?:19|20)\d\d|\d\d)(?![\d.]*\d)"
    rf"|{_RANGE}(?:(?P<nd>0?[1-9]|[12]\d|3[01])\.?\s+)?(?P<name>{_NAME})\.?\s+(?P<ny>(?:19|20)\d\d)(?!\d)"
    rf"|(?P<sm>0?[1-9]|1[0-2])/(?P<sy>(?:19|20)\d\d)(?!\d)"
    rf"|(?P<only>(?:19|20)\d\d)(?![\d-]|[.,]\d|\s?(?:€|Euro|EUR|m²|qm|Einwohner|Wohn|Personen|Quadratmeter)))",
    re.IGNORECASE,
)
_DAY = r"(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag)"
_OWN = re.compile(
    r"(?i)\b(?:stand|datum|vom|am|den|veröffentlicht|erschienen|ausgabe|ausgefertigt|redaktionsschluss|termin|wann|sitzungstermin"
    r"|gültig ab|in kraft(?: ab| seit)?|herausgegeben|fassung vom|zuletzt geändert|beratung am|tag)\W{1,4}"
    rf"(?:{_DAY}\W{{1,3}}(?:den|dem)?\s*)?(?:den|dem|im)?\s*$"
)
_STAMP = re.compile(r"(?i)\b(?:stand|datum|fassung vom|redaktionsschluss|ausgefertigt|veröffentlicht)\b[^\n]{0,25}$")
_STAMPED = re.compile(r"[SDRA](?:tand|atum|edaktionsschluss|usgefertigt)\b(?=[^\n]{0,15}\d)")
_WEEKDAY = re.compile(rf"(?i){_DAY},?\s+(?:den|dem)?\s*$")
_DATELINE = re.compile(r"^[^\W\d_][\w .()/-]{2,40},\s+(?:(?:den|im)\s+)?$")
_OTHERS = re.compile(
    r"(?i)\b(?:seit|bis|ab|von|zwischen|nach|vor|frist|nächste[nr]? (?:sitzung|treffen|termin)|spätestens|zuletzt"
    r"|anmeldung|(?:beschlu(?:ss|ß)|gesetz|bekanntmachung|(?:im|laut|dem|des|zum) protokoll)\w* vom"
    r"|antragsfrist|geboren|gegründet|erbaut)\b[^\n.]{0,25}$"
)


_ISSUE = re.compile(r"(?i)\b(?:ausgabe|nr\.?|nummer|heft|newsletter|rundbrief)\s*$")  # "Ausgabe 2/2012" is no February


class Found(NamedTuple):
    """A date in a text: ISO value as precise as written, and the character range."""

    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    value: str
    points: float
    evidence: Evidence


def find_dates(text: str, first: int = 0, last: int | None = None) -> Iterator[Found]:
    """The dates in a stretch of text, in order; impossible ones (31 February) are left out."""
    for match in _PATTERN.finditer(text, first, len(text) if last is None else last):
        value = _value(match)
        if value:
            yield Found(value, match.start(), match.end())


def _value(match: re.Match[str]) -> str:
    parts = match.groupdict()
    if parts["sy"] and _ISSUE.search(match.string, max(0, match.start() - 20), match.start()):
        return _iso(parts["sy"], None, None)
    for year, month, day in (("iy", "im", "id"), ("cy", "cm", "cd"), ("y", "m", "d"), ("sy", "sm", None)):
        if parts[year]:
            return _iso(parts[year], int(parts[month]), parts[day] if day else None)
    if parts["ny"]:
        return _iso(parts["ny"], _MONTH_OF[parts["name"].lower()], parts["nd"])
    return _iso(parts["only"], None, None)


def _iso(year: str, month: int | None, day: str | None) -> str:
    """ "2012", "2012-05" or "2012-05-14"; "" where there is no such day or it lies far off."""
    number = int(year) if len(year) == 4 else 2000 + int(year)
    if not _FIRST_YEAR <= number <= _LAST_YEAR:
        return ""
    if month is None:
        return str(number)
    if day is None:
        return f"{number}-{month:02d}"
    try:
        return date(number, month, int(day)).isoformat()
    except ValueError:
        return ""


class DateAnnotator:
    """Says when a document is from, or nothing where it does not say.

    No document is from after the year `latest`; None: next year.
    """

    version = _RULES

    def __init__(self, latest: int | None = None) -> None:
        self._latest = latest or datetime.now(tz=UTC).year + 1

    def annotate(self, text: PreparedText) -> list[Annotation]:
        """At most one date, with the place that gives it."""
        everything = (*_from_names(text), *_from_pages(text), *_from_metadata(text))
        candidates = [candidate for candidate in everything if int(candidate.value[:4]) <= self._latest]
        if not candidates:
            return []
        totals = {candidate.value: _support(candidate, candidates) for candidate in candidates}
        best = max(candidates, key=lambda candidate: (totals[candidate.value], len(candidate.value), candidate.points))
        best = _most_precise(best, candidates)
        evidence = tuple(dict.fromkeys(one.evidence for one in candidates if one.value == best.value))[:2]
        confidence = round(min(0.97, totals[best.value]), 3)
        if confidence < _LEAST:
            return []
        return [Annotation(Facet.DATE, best.value, confidence, version=self.version, evidence=evidence)]


def _support(candidate: _Candidate, candidates: list[_Candidate]) -> float:
    """Probability that the date is the document's own: each place that says it adds what is still missing."""
    miss = 1.0
    for other in candidates:
        if other.value == candidate.value:
            miss *= 1 - other.points
        elif candidate.value.startswith(other.value):  # a year supports a day in it
            miss *= 1 - other.points / 2
    return 1 - miss


def _most_precise(best: _Candidate, candidates: list[_Candidate]) -> _Candidate:
    """The day in place of its month or year, where a likely candidate names it."""
    finer = [one for one in candidates if one.value.startswith(f"{best.value}-") and one.points >= 0.3]
    return max(finer, key=lambda one: (one.points, len(one.value)), default=best)


def _from_names(text: PreparedText) -> Iterator[_Candidate]:
    """Dates in title and file name. A year alone in a title is often the subject's, in a file name the document's."""
    manuscript = text.manuscript
    for found in find_dates(manuscript.title):
        points = 0.8 if len(found.value) > 4 else 0.45
        if not re.search(r"(?:bis|seit|–|-)\s*$", manuscript.title[: found.start]):
            yield _Candidate(found.value, points, text.title_evidence())
    for found in find_dates(manuscript.file_name):
        points = 0.75 if len(found.value) > 4 else 0.5
        yield _Candidate(found.value, points, Evidence(1, manuscript.file_name))


def _from_pages(text: PreparedText) -> Iterator[_Candidate]:
    pages = [page for page in text.pages if page.text.strip()]
    for page in pages[:2]:
        yield from _in_stretch(text, page, 0, _HEAD, 1.0 if page is pages[0] else 0.6)
    for page in pages[-1:]:
        start = max(0, len(page.text) - _FOOT)
        if page is not pages[0] or start > _HEAD:
            yield from _in_stretch(text, page, start, len(page.text), 0.6)
    for page in pages[:1] if len(pages) < 3 else ():
        for stamp in _STAMPED.finditer(page.text, _HEAD):  # anywhere on a short document
            for found in list(find_dates(page.text, stamp.end(), stamp.end() + 40))[:1]:
                yield _Candidate(found.value, 0.7, text.evidence(page, found.start, found.end))


def _in_stretch(text: PreparedText, page: PreparedPage, start: int, end: int, factor: float) -> Iterator[_Candidate]:
    for rank, found in enumerate(find_dates(page.text, start, min(end, len(page.text)))):
        points = _points(page.text, found, start) * factor * 0.93 ** min(rank, 8)
        if points >= 0.05:
            yield _Candidate(found.value, points, text.evidence(page, found.start, found.end))


def _points(text: str, found: Found, start: int) -> float:
    """How likely a date on the first page is the document's own, from the words before it and its place."""
    line_start = text.rfind("\n", 0, found.start) + 1
    before = text[max(line_start, found.start - 60) : found.start]
    day = len(found.value) > 7
    if _STAMP.search(before):
        return 0.85
    if _WEEKDAY.search(before) or _DATELINE.match(before):
        return 0.8 if day else 0.6
    if _OTHERS.search(before):
        return 0.06
    if _OWN.search(before):
        return 0.7 if day else 0.35
    alone = not before.strip(" *#|·•-–") and len(text[line_start : (text.find("\n", found.end) + 1 or len(text))]) < 60
    if alone:
        return 0.75 if len(found.value) > 4 else 0.4
    near = found.start - start < 250
    return (0.45 if day else 0.25 if len(found.value) > 4 else 0.12) * (1.0 if near else 0.6)


def _from_metadata(text: PreparedText) -> Iterator[_Candidate]:
    """When the file was made: a last resort, the day is dropped because a file is often saved again."""
    for key, points in (("date", 0.7), ("created", 0.3), ("modified", 0.1)):
        value = text.manuscript.metadata.get(key, "")
        for found in find_dates(value[:10]):
            precise = found.value if key == "date" else found.value[:7]
            yield _Candidate(precise, points, Evidence(1, f"{key}: {found.value}"))
            break
