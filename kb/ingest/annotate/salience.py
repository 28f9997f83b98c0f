"""How likely a document is about a topic, from where and how often it speaks of it: features and a logistic model.

The coefficients were fitted on the tuning half of the tagging gold set by bench/fit_topics.py, which prints a reliability
table of its cross-validation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_WORDS_A_PAGE = 400


@dataclass(frozen=True, slots=True)
class Trace:
    """What a document's text says of one topic.

    `names` is the sum of the weights of all mentions by name; `phrases` and `hints` are sums over the different phrases and
    indicators that occur. `share` is the sum of all three relative to the strongest topic of the document. `title`,
    `title_hint`, `heading` and `lead` (the first tenth of the text) are the weight of the best mention there, `spread` is the
    share of the document's tenths that speak of it, `below` the sum of the names of narrower topics, `words` the number of
    words of the document.
    """

    names: float
    phrases: float
    hints: float
    share: float
    title: float
    title_hint: float
    heading: float
    lead: float
    spread: float
    below: float
    words: int

    @property
    def strength(self) -> float:
        """One number for all that is said."""
        return strength(self.names, self.phrases, self.hints)


def strength(names: float, phrases: float, hints: float) -> float:
    """What names, phrases and hints amount to together."""
    return names + 0.6 * phrases + 0.3 * hints


FEATURES = (
    "names", "name density", "phrases", "hints", "hint density", "share", "title", "title hint", "heading", "lead", "spread",
    "below", "length",
)  # fmt: skip
INTERCEPT = -5.470
COEFFICIENTS: tuple[float, ...] = (
    0.390,
    1.368,
    0.366,
    0.690,
    1.344,
    2.308,
    0.390,
    1.162,
    0.393,
    1.004,
    0.424,
    0.758,
    0.036,
)


def vector(trace: Trace) -> tuple[float, ...]:
    """The features in the order of FEATURES."""
    pages = max(trace.words, 50) / _WORDS_A_PAGE
    return (
        math.log1p(trace.names),
        math.log1p(trace.names / pages),
        math.log1p(trace.phrases),
        math.log1p(trace.hints),
        math.log1p((trace.phrases + 0.5 * trace.hints) / pages),
        trace.share,
        trace.title,
        trace.title_hint,
        trace.heading,
        trace.lead,
        trace.spread,
        math.log1p(trace.below),
        math.log(pages),
    )


def probability(trace: Trace, coefficients: Sequence[float] = COEFFICIENTS, intercept: float = INTERCEPT) -> float:
    """The probability 0..1 that the document is about the topic."""
    score = intercept + sum(weight * value for weight, value in zip(coefficients, vector(trace), strict=True))
    return 1.0 / (1.0 + math.exp(-score))
