"""A manuscript made ready for the annotators: words, sentences and offsets, each worked out once; and their contract.

Here: what an annotator is given and has to be. Not here: how sentences are found (sentence.py), how annotators are
strung together (pipeline.py).
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb.ingest.annotate.manuscript import Manuscript
from kb.language.memory import texts_of
from kb.language.token import Token
from kb.model import Annotation, Evidence

_LONGEST = 600  # characters of a sentence that is shown whole


@dataclass(frozen=True, slots=True)
class PreparedPage:
    """A page: its number counted from 1, text, words, and sentences as (start, end) offsets into `text`, in order.

    Sentences leave out the white space around them and do not overlap; a heading or a list item is one of its own. `forms` are
    the texts of the words' forms, gathered once since every annotator looks words up by them.
    """

    number: int
    text: str
    tokens: Sequence[Token]
    sentences: Sequence[tuple[int, int]]
    forms: Sequence[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "forms", texts_of(self.tokens))

    def sentence_at(self, offset: int) -> tuple[int, int]:
        """The (start, end) of the sentence that holds the character at `offset`; (0, 0) on an empty page."""
        if not self.sentences:
            return (0, 0)
        return self.sentences[max(0, bisect_right(self.sentences, (offset, sys.maxsize)) - 1)]

    def sentence_numbers(self) -> NDArray[np.intp]:
        """For each word the index of its sentence; every word stands in one."""
        starts = [start for start, _ in self.sentences]
        return np.searchsorted(starts, [token.start for token in self.tokens], side="right") - 1


@dataclass(frozen=True, slots=True)
class PreparedText:
    """A document as annotators get it. `title_tokens` are the words of `manuscript.title`, which is on no page.

    `found`: what the annotators before have claimed; the pipeline adds to it.
    """

    manuscript: Manuscript
    pages: Sequence[PreparedPage]
    title_tokens: Sequence[Token]
    found: list[Annotation] = field(default_factory=list)

    def evidence(self, page: PreparedPage, start: int, end: int) -> Evidence:
        """The evidence for a mention at `start`..`end` in the page's text, with the sentence around it."""
        first, last = page.sentence_at(start)
        if last - first > _LONGEST:  # a table without a full stop is no sentence to be read
            first, last = max(first, start - _LONGEST // 2), min(last, end + _LONGEST // 2)
        return Evidence(page.number, " ".join(page.text[first:last].split()), start, end)

    def title_evidence(self) -> Evidence:
        """The evidence for a mention in the title, which has no place on a page: page 1, the range empty."""
        return Evidence(1, self.manuscript.title)


class Annotator(Protocol):
    """One component of the pipeline: pure, holds no state between documents.

    `version` changes whenever the annotations of the same text may change; it stands in the annotations it makes.
    """

    @property
    def version(self) -> str:
        """Names the rules or the model in force."""
        ...

    def annotate(self, text: PreparedText) -> list[Annotation]:
        """The claims about one document, each with its evidence and a probability."""
        ...
