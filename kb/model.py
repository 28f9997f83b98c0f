"""The domain in frozen dataclasses: what walks through the house from a file to a page.

A `Source` is a file; an `Extraction` is what was read from it; a `Document` is what the catalog says of it; an
`Annotation` is one claim about a document, with its evidence. Shapes of searching live in kb/index/query.py, words in
kb/language/, topics in kb/vocabulary.py, municipalities in kb/gazetteer.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kb.errors import Reason


class Visibility(StrEnum):
    """Who may learn that a document exists. Each level includes the ones before it."""

    PUBLIC = "public"
    MEMBERS = "members"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is asking. Goes into every search; the default is the anonymous public."""

    level: Visibility = Visibility.PUBLIC

    @property
    def sees(self) -> frozenset[Visibility]:
        """The visibilities this viewer may learn of."""
        order = list(Visibility)
        return frozenset(order[: order.index(self.level) + 1])


PUBLIC = Viewer()
STAFF = Viewer(Visibility.INTERNAL)


class TextOrigin(StrEnum):
    """Where a page's text comes from."""

    TEXT = "text"
    OCR = "ocr"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a document (formats without pages have one page, presentations one a slide).

    `number` counts from 1 as a viewer counts, `confidence` is 0..1 and only known for OCR, `running` holds running heads
    and printed page numbers that were left out of `text`.
    """

    number: int
    text: str
    origin: TextOrigin = TextOrigin.TEXT
    confidence: float | None = None
    running: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and where its text begins: `start` is a character offset into the text of page `page`.

    The heading's own words are part of the page's text and stand at `start`. `level` counts from 1.
    """

    title: str
    level: int
    page: int
    start: int = 0


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside a file (mail attachment, member of an archive): becomes a document of its own, linked to this one."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Extraction:
    """What an extractor read from one file.

    `metadata` uses the keys author, subject, keywords, created, modified (ISO dates), language, producer; unknown keys
    are kept as they are. `extractor` names who read it, such as "pdfium" or "pdfminer". `waiting` is set when part of the
    content could not be had yet but may later (scanned pages while OCR is not installed): the text that is there counts.
    `unread` are the numbers of the pages whose text only recognition can tell.
    """

    pages: tuple[Page, ...]
    sections: tuple[Section, ...] = ()
    title: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    warnings: tuple[str, ...] = ()
    extractor: str = ""
    media_type: str = ""
    waiting: Reason | None = None
    unread: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one page, short enough to be read at a glance: what a hit shows.

    `ordinal` counts from 0 through the document, `section` is an index into its sections or None before the first
    heading, `start` the character offset of `text` in the page's text.
    """

    ordinal: int
    page: int
    text: str
    section: int | None = None
    start: int = 0


class Facet(StrEnum):
    """What an annotation speaks of."""

    TOPIC = "topic"
    MUNICIPALITY = "municipality"
    KIND = "kind"
    DATE = "date"
    PROGRAMME = "programme"
    PERSON = "person"


class Role(StrEnum):
    """What a municipality is to a document: it wrote it, it is what it is about, or it is only named."""

    OWNER = "owner"
    SUBJECT = "subject"
    MENTION = "mention"


class Origin(StrEnum):
    """Who says so. A person's word outweighs a model's or a rule's."""

    RULE = "rule"
    MODEL = "model"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why: a sentence, its page, and the character range of the mention in the page's text (0, 0: the whole sentence)."""

    page: int
    sentence: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Annotation:
    """One claim about a document: `value` is a topic id, an AGS, a kind id, an ISO date or year, a programme id.

    `confidence` is a probability 0..1; `version` names the rule set or model that made it.
    """

    facet: Facet
    value: str
    confidence: float
    origin: Origin = Origin.RULE
    version: str = ""
    role: Role | None = None
    evidence: tuple[Evidence, ...] = ()


class Outcome(StrEnum):
    """How a file of an ingest run ended; every file has exactly one."""

    INDEXED = "indexed"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    FAILED = "failed"
    WAITING = "waiting"


# Between the path of a mail or an archive and the name of a file inside it: no normalized path has it.
INSIDE = "//"


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was found: `path` absolute, `size` in bytes, `mtime` in nanoseconds, `sha256` in hex digits.

    `parent` is the SHA-256 of the archive or mail that the file was found in, empty for a file of its own.
    """

    path: str
    size: int
    mtime: int
    sha256: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What the catalog says of a document. `date` is as precise as known: "2012", "2012-05" or "2012-05-14"."""

    id: str
    sha256: str
    title: str
    kind: str
    date: str
    visibility: Visibility
    language: str
    pages: int
    extractor: str
    media_type: str
    reason: Reason | None = None
    withdrawn: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def year(self) -> int | None:
        """The year of `date`, None where unknown."""
        return int(self.date[:4]) if self.date[:4].isdigit() else None


@dataclass(frozen=True, slots=True)
class Consent:
    """What a contact agreed to: `scope` is who may be shown the name ("public", "members"), until `expires` (or for good)."""

    scope: Visibility
    given: date
    expires: date | None = None

    def holds(self, viewer: Viewer, today: date) -> bool:
        """Whether this viewer may be shown the contact today."""
        return self.scope in viewer.sees and self.given <= today and (self.expires is None or today <= self.expires)


@dataclass(frozen=True, slots=True)
class Contact:
    """A person in a municipality who can be called. `topics` are topic ids; empty means any."""

    id: str
    name: str
    function: str
    ags: str
    topics: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""
    consent: Consent | None = None
