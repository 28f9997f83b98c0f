"""What the indexer hands to an engine: one record a document, complete, knowing nothing of the catalog."""

from __future__ import annotations

from dataclasses import dataclass

from kb.model import Passage, Visibility


@dataclass(frozen=True, slots=True)
class IndexRecord:
    """A document as it is indexed.

    `key` changes whenever anything in the record changes. `date` is "", "2012", "2012-05" or "2012-05-14"; `topics` are
    ids with all broader topics included; `owners` are the AGS of owning and subject municipalities, strongest first, and
    `municipalities` all that are named; `sections` are the headings that passages point to by index.
    A document that could not be read has no passages and is found by title and file name.
    """

    id: str
    key: str
    title: str
    kind: str
    date: str
    visibility: Visibility
    sections: tuple[str, ...] = ()
    passages: tuple[Passage, ...] = ()
    topics: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    regbez: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    population_classes: tuple[str, ...] = ()
    file_names: tuple[str, ...] = ()

    @property
    def year(self) -> int | None:
        """The year of `date`, None where unknown."""
        return int(self.date[:4]) if self.date[:4].isdigit() else None
