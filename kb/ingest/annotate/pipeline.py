"""The tagger: a spaCy pipeline of kb's own components, one `Doc` a document.

    words ─► kb_sentences ─► kb_topic ─► kb_kind ─► kb_municipality ─► kb_date ─► kb_programme ─► kb_person

`words` builds the Doc from a plain pattern, several times faster than spaCy's German tokenizer, whose exceptions nobody
here needs: German words come from the analyzer (kb/language/). Pages are joined by form feeds. Here: the frame. Not here:
any rule about what a text says; these are the annotators beside this file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, Protocol, cast

import numpy as np
from spacy.lang.de import German
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from kb.ingest.annotate.manuscript import Manuscript
from kb.ingest.annotate.sentence import sentences
from kb.ingest.annotate.text import Annotator, PreparedPage, PreparedText
from kb.language.token import Token
from kb.model import Annotation

_PAGE_BREAK = "\f"
_MANUSCRIPT, _TEXT, _ANNOTATIONS = "kb_manuscript", "kb_text", "kb_annotations"  # keys of Doc.user_data
_BATCH = 50  # documents that a component works through at a stretch
_BATCH_WORDS = 20_000  # words that these may have
_WORD = re.compile(r"(\w+|[^\w\s]|[^\S ]+|(?<!\S) | (?= ))( ?)")


class Words(Protocol):
    """What the pipeline needs of the analyzer (kb/language/)."""

    def tokens(self, text: str) -> Sequence[Token]:
        """The words of a text with their offsets."""
        ...


class PlainTokenizer:
    """Text to Doc: runs of letters and digits, and single signs. `doc.text` is the text again."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """The Doc of a text of any length."""
        words: list[str] = []
        spaces: list[bool] = []
        for word, space in _WORD.findall(text):
            words.append(word)
            spaces.append(bool(space))
        return Doc(self.vocab, words=words, spaces=spaces)


def _tokenizer(nlp: Language) -> PlainTokenizer:
    return PlainTokenizer(nlp.vocab)


class TaggingGerman(German):  # type: ignore[no-untyped-call]  # spaCy leaves this hook without types
    """German with kb's components. spaCy makes components from their names, so the objects they need live here."""

    def __init__(self, words: Words, annotators: Mapping[str, Annotator]) -> None:
        # a vocabulary without spaCy's word features: nobody asks for them, and they cost more than the rest of a Doc
        super().__init__(Vocab(), create_tokenizer=cast(Any, _tokenizer), max_length=2**62)
        self.words = words
        self.annotators = annotators
        self.add_pipe("kb_sentences")
        for name in annotators:
            self.add_pipe("kb_annotator", name=f"kb_{name}", config={"annotator": name})


def _prepare(words: Words, manuscript: Manuscript) -> PreparedText:
    pages = [
        PreparedPage(page.number, page.text, words.tokens(page.text), sentences(page.text)) for page in manuscript.pages
    ]
    return PreparedText(manuscript, pages, words.tokens(manuscript.title))


def _page_offsets(pages: Sequence[PreparedPage]) -> list[int]:
    return list(accumulate((len(page.text) + len(_PAGE_BREAK) for page in pages), initial=0))


def _mark_sentences(doc: Doc, text: PreparedText) -> None:
    """Make `doc.sents` the sentences of the prepared text."""
    starts = [
        offset + start
        for offset, page in zip(_page_offsets(text.pages), text.pages, strict=False)
        for start, _ in page.sentences
    ]
    if len(doc):
        marks = np.zeros((len(doc), 1), dtype=np.uint64)
        marks[:] = np.uint64(2**64 - 1)  # spaCy's -1: no sentence starts here
        first = np.searchsorted(doc.to_array(["IDX"]).reshape(-1), starts)
        marks[first[first < len(doc)]] = 1  # a word too long for one sentence was cut inside
        doc.from_array(["SENT_START"], cast(Any, marks))


def _batches(docs: Iterable[Doc]) -> Iterator[list[Doc]]:
    """The documents in groups; one with many words ends its group."""
    batch: list[Doc] = []
    words = 0
    for doc in docs:
        batch.append(doc)
        words += len(doc)
        if len(batch) >= _BATCH or words >= _BATCH_WORDS:
            yield batch
            batch, words = [], 0
    yield batch


class Component:
    """A component of the pipeline. It works through a batch before the next one has its turn: quicker than one by one,
    because its code and what it looks words up in stay in the processor's caches."""

    def __init__(self, work: Callable[[Doc], None]) -> None:
        self._work = work

    def __call__(self, doc: Doc) -> Doc:
        """The document with what this component adds."""
        self._work(doc)
        return doc

    def pipe(self, docs: Iterable[Doc], **_: object) -> Iterator[Doc]:
        """The same for many, in order. spaCy's `batch_size`, which counts documents whatever their length, is not heeded."""
        for batch in _batches(docs):
            for doc in batch:
                self._work(doc)
            yield from batch


@Language.factory("kb_sentences", assigns=["token.is_sent_start", "doc.sents"])
def _make_sentences(nlp: Language, name: str) -> Component:
    del name
    words = cast(TaggingGerman, nlp).words

    def mark(doc: Doc) -> None:
        text = _prepare(words, doc.user_data[_MANUSCRIPT])
        _mark_sentences(doc, text)
        doc.user_data[_TEXT] = text

    return Component(mark)


@Language.factory("kb_annotator", requires=["doc.sents"])
def _make_annotator(nlp: Language, name: str, annotator: str) -> Component:
    del name
    chosen = cast(TaggingGerman, nlp).annotators[annotator]

    def annotate(doc: Doc) -> None:
        text = doc.user_data[_TEXT]
        made = chosen.annotate(text)
        text.found.extend(made)
        doc.user_data[_ANNOTATIONS] += made

    return Component(annotate)


class SpacyTagger:
    """A `Tagger` (manuscript.py) that runs the annotators, in the order of the mapping, as one spaCy pipeline."""

    def __init__(self, words: Words, annotators: Mapping[str, Annotator]) -> None:
        self._nlp = TaggingGerman(words, annotators)
        joined = "\n".join(f"{name} {annotator.version}" for name, annotator in annotators.items())
        self._version = hashlib.sha256(joined.encode()).hexdigest()[:12]

    @property
    def version(self) -> str:
        """A hash over the versions of all components."""
        return self._version

    @property
    def pipeline(self) -> Language:
        """The spaCy pipeline itself, for who wants to look at its components or its Docs."""
        return self._nlp

    def compose(self, manuscript: Manuscript) -> Doc:
        """The Doc of a manuscript before any component has seen it."""
        doc = self._nlp.make_doc(_PAGE_BREAK.join(page.text for page in manuscript.pages))
        doc.user_data[_MANUSCRIPT] = manuscript
        doc.user_data[_ANNOTATIONS] = []
        return doc

    def tag(self, manuscript: Manuscript) -> tuple[Annotation, ...]:
        """The annotations of one document, in the order of the components."""
        return tuple(self._nlp(self.compose(manuscript)).user_data[_ANNOTATIONS])

    def tag_many(self, manuscripts: Iterable[Manuscript]) -> Iterator[tuple[Annotation, ...]]:
        """The same for many documents, in order, those of a batch in memory at a time."""
        for doc in self._nlp.pipe(self.compose(manuscript) for manuscript in manuscripts):
            yield tuple(doc.user_data[_ANNOTATIONS])
