"""What a tagger is given, and the contract of a tagger. Pure text in, annotations out: no catalog, no files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kb.model import Annotation, Page, Section


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A document as a tagger sees it. `file_name` is the bare name, "" where there is none."""

    title: str
    pages: tuple[Page, ...]
    sections: tuple[Section, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    file_name: str = ""


class Tagger(Protocol):
    """Tags documents. `version` changes whenever the annotations of the same manuscript may change."""

    @property
    def version(self) -> str:
        """Names the rules, vocabulary, gazetteer and models in force, as a short hash or number."""
        ...

    def tag(self, manuscript: Manuscript) -> tuple[Annotation, ...]:
        """The annotations of one document."""
        ...

    def tag_many(self, manuscripts: Iterable[Manuscript]) -> Iterator[tuple[Annotation, ...]]:
        """The same for many documents, in order, faster than one by one where the tagger can batch."""
        ...
