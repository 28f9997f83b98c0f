"""A small real tagger for tests of the pipeline: a topic where its word stands in the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kb.ingest.annotate.manuscript import Manuscript
from kb.model import Annotation, Evidence, Facet


class WordTagger:
    """Tags a document with a word that is in it; counts how many documents it saw."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.seen = 0

    @property
    def version(self) -> str:
        """The words."""
        return " ".join(self.words)

    def tag(self, manuscript: Manuscript) -> tuple[Annotation, ...]:
        """A topic for each word on each page."""
        self.seen += 1
        return tuple(
            Annotation(Facet.TOPIC, word.lower(), 0.9, evidence=(Evidence(page.number, page.text),))
            for page in manuscript.pages
            for word in self.words
            if word in page.text
        )

    def tag_many(self, manuscripts: Iterable[Manuscript]) -> Iterator[tuple[Annotation, ...]]:
        """One after the other."""
        return map(self.tag, manuscripts)
