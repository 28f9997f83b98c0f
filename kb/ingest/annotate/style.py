"""How a text speaks: what a linear model counts to tell kinds of document apart that do not say what they are.

Counted are all words as they are written, the small ones too (a leaflet says "Sie", an article "jedoch"), those of the title
also by themselves and with their parts (a "Pressetext" is a text), the shapes of lines and the words that they begin with,
and signs such as paragraphs, times and amounts. The model was fitted on examples written for it (bench/data/tagging/examples)
by bench/fit_words.py and lies in vocabulary/kind_words.tsv. What its verdict is worth
beside the rules is weighed in kind.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, repeat
from typing import TypeVar

import numpy as np

from kb.ingest.annotate.linear import Model, telling
from kb.ingest.annotate.pattern import Pattern
from kb.ingest.annotate.text import PreparedPage, PreparedText
from kb.language.memory import FormMemory
from kb.language.token import Form

T = TypeVar("T")

TABLE = "kind_words.tsv"
_FEWEST = 50  # words that show a style
# What is looked at: so many words, and lines among the first characters of the first pages.
_WORDS, _LINES, _HEAD, _PAGES = 1000, 120, 6000, 8
_BULLETS, _POINTS = " -–•*", ":.,"
_LEAD = re.compile(
    r"(?P<bullet>[-–•*·■►>]\s)|(?P<box>[☐□❏✓]|\[ ?\])|(?P<paragraph>§)|(?P<subsection>\(\d{1,2}\)\s)|(?P<decimal>\d{1,2}\.\d)"
    r"|(?P<number>\d{1,3}[.)]\s)|(?P<letter>[a-z]\)\s)|(?P<top>(?:[Zz]u )?TOP\b|Top \d)|(?P<slide>Folie\b|\[)"
    r"|(?P<table>[^|\n]*\|)|(?P<label>[A-ZÄÖÜ][\w -]{1,30}:\s*$)|(?P<field>[A-ZÄÖÜ][\w -]{1,30}:\s)|(?P<quote>[„»“\"])"
)
_SIGNS = tuple(
    (name, Pattern(re.compile(pattern), tuple(signs)))
    for name, pattern, *signs in (
        ("paragraph", r"§", "§"),
        ("time", r"\d(?<!\w\d)\d?(?:[.:]\d{2})? Uhr\b", " Uhr"),
        ("date", r"\d(?<!\w\d)\d?\. ?(?:\d{1,2}\.|[A-Z][a-zä]+) ?(?:19|20)\d\d"),
        ("amount", r"\d (?:Mio\.? |Mrd\.? )?(?:Euro|EUR|€|DM)", "Euro", "EUR", "€", "DM"),
        ("percent", r"\d ?(?:%|Prozent)", "%", "Prozent"),
        ("phone", r"0(?<!\w0)\d{2,5}[ /-]+\d{2,}"),
        ("address", r"@|www\.|https?:", "@", "www.", "http"),
        ("quotation", r"[„»“\"][^„»“”«\"]{3,}[“”«\"]", "“", "”", "«", '"'),
        ("question", r"\?", "?"),
        ("exclamation", r"!", "!"),
        ("dash", r" [–—] ", " – ", " — "),
        ("source", r"\((?:vgl\. )?[A-ZÄÖÜ][\w/ .-]{2,40},? (?:19|20)\d\d", "("),
        ("footnote", r"\[\d{1,2}\]|S\.(?<!\wS.)|ebd\.(?<!\webd.)|a\.(?<!\wa.) ?a\. ?O\.", "[", "S.", "ebd.", "O."),
        ("person", r"(?:Frau|Herrn?) (?:Dr\. )?[A-ZÄÖÜ]", "Frau ", "Herr"),
    )
)


class Style:
    """Compares texts with kinds of document by how they speak."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._memory = FormMemory(lambda form: model.words.get(_written(form)))

    @property
    def version(self) -> str:
        """A hash of the model."""
        return self._model.version

    def of(self, text: PreparedText) -> dict[str, float]:
        """Kind → margin, nearer to 0 for a text of less than 50 words: so few show no style."""
        words = self._model.words
        tokens, forms = (_opening(page.tokens for page in text.pages), _opening(page.forms for page in text.pages))
        rows = [words[mark] for mark in chain(_of_title(text), _of_shape(text)) if mark in words]
        rows += [row for row in self._memory.of_all(tokens, forms) if row is not None]
        share = min(1.0, sum(len(page.tokens) for page in text.pages) / _FEWEST)
        return dict(zip(self._model.values, (self._model.margins(rows) * share).tolist(), strict=True))

    def telling(self, text: PreparedText, kind: str, most: int) -> list[tuple[PreparedPage, int, int]]:
        """The sentences of the first page whose words speak most for a kind, as (page, start, end), in reading order.

        A kind that the model does not know has none.
        """
        if kind not in self._model.values or not text.pages or not text.pages[0].sentences:
            return []
        page = text.pages[0]
        words = self._memory.of_all(page.tokens[:_WORDS], page.forms[:_WORDS])
        sentences = page.sentence_numbers()[: len(words)]
        known = np.array([row for row in words if row is not None], dtype=np.intp)
        pulls = self._model.pulls(
            known,
            sentences[[row is not None for row in words]],
            np.bincount(sentences, minlength=len(page.sentences)),
        )
        places = [(page, *sentence) for sentence in page.sentences]
        return telling(pulls[:, self._model.values.index(kind)], places, most)


def marks(text: PreparedText) -> Iterator[str]:
    """What is counted, each as often as it occurs."""
    yield from _of_title(text)
    yield from _of_shape(text)
    yield from (_written(token.form) for token in _opening(page.tokens for page in text.pages))


def _of_title(text: PreparedText) -> Iterator[str]:
    for token in text.title_tokens:
        written = _written(token.form)
        yield from (written, f"title {written}")
        yield from (f"title {part}" for part in token.form.part_stems)


def _opening(pages: Iterable[Sequence[T]]) -> list[T]:
    return list(islice(chain.from_iterable(pages), _WORDS))


def _of_shape(text: PreparedText) -> Iterator[str]:
    head = "\n".join(page.text for page in text.pages[:_PAGES])[:_HEAD]
    for name, pattern in _SIGNS:
        yield from repeat(f"sign {name}", pattern.count(head))
    for line in islice(filter(None, map(str.strip, head.splitlines())), _LINES):
        yield from _of_line(line)


def _written(form: Form) -> str:
    """A small word as it is written, since "Sie" is not "sie"; any other folded, without its ending's variety."""
    return f"={form.text}" if form.stop else form.stem


def _of_line(line: str) -> Iterator[str]:
    found = _LEAD.match(line)
    lead = found.lastgroup if found else "plain"
    length = "short" if len(line) < 60 else "middling" if len(line) < 200 else "long"
    end = line[-1] if line[-1] in ".:?!,;" else "open"
    yield f"line {lead}"
    yield f"line {length} {end}"
    words = line.lstrip(_BULLETS).split(maxsplit=1)
    if words:
        yield f"begins {words[0].strip(_POINTS).lower()}"
