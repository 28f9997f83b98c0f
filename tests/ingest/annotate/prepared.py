"""Texts made ready for annotators, with the real analyzer and the real vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from kb.ingest.annotate.manuscript import Manuscript
from kb.ingest.annotate.sentence import sentences
from kb.ingest.annotate.text import PreparedPage, PreparedText
from kb.language.analyzer import Analyzer, german
from kb.model import Page, Section
from kb.vocabulary import Vocabulary


@lru_cache(maxsize=1)
def analyzer() -> Analyzer:
    return german()


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    return Vocabulary.load()


def prepared(
    *pages: str,
    title: str = "",
    sections: tuple[Section, ...] = (),
    metadata: Mapping[str, str] | None = None,
    file_name: str = "",
) -> PreparedText:
    """A document of these pages."""
    made = [
        PreparedPage(number, text, analyzer().tokens(text), sentences(text)) for number, text in enumerate(pages, 1)
    ]
    manuscript = Manuscript(
        title, tuple(Page(page.number, page.text) for page in made), sections, metadata or {}, file_name
    )
    return PreparedText(manuscript, made, analyzer().tokens(title))
