"""How likely a document is about a topic, from where and how often it is named: features and a logistic model.

The coefficients were fitted on the tuning half of the tagging gold set by bench/fit_topics.py, which prints the table below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_WORDS_A_PAGE = 400


@dataclass(frozen=True, slots=True)
class Trace:
    """What a document's text says of one topic.

    `weight` is the sum over its mentions, `share` that sum relative to the document's strongest topic, `title`, `heading`
    and `lead` (the first tenth of the text) the weight of the best mention there, `names` the number of different words,
    `spread` the share of the document's tenths in which it is named, `best` the weight of the best mention, `below` the
    sum over narrower topics, `words` the number of words of the document.
    """

    weight: float
    share: float
    title: float
    heading: float
    lead: float
    names: int
    spread: float
    best: float
    below: float
    words: int


FEATURES = ("weight", "density", "share", "title", "heading", "lead", "names", "spread", "best", "below", "length")
INTERCEPT = -4.2
COEFFICIENTS: tuple[float, ...] = (0.9, 0.35, 1.2, 2.2, 1.0, 0.6, 0.5, 0.6, 0.8, 0.1, -0.25)


def vector(trace: Trace) -> tuple[float, ...]:
    """The features in the order of FEATURES."""
    pages = max(trace.words, 50) / _WORDS_A_PAGE
    return (
        math.log1p(trace.weight),
        math.log1p(trace.weight / pages),
        trace.share,
        trace.title,
        trace.heading,
        trace.lead,
        math.log1p(trace.names),
        trace.spread,
        trace.best,
        math.log1p(trace.below),
        math.log(pages),
    )


def probability(trace: Trace, coefficients: Sequence[float] = COEFFICIENTS, intercept: float = INTERCEPT) -> float:
    """The probability 0..1 that the document is about the topic."""
    score = intercept + sum(weight * value for weight, value in zip(coefficients, vector(trace), strict=True))
    return 1.0 / (1.0 + math.exp(-score))
