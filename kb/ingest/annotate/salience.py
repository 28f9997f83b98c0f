"""How likely a document is about a topic, from where and how often it speaks of it and of others: a logistic model.

The coefficients were fitted by bench/fit_topics.py, which prints a reliability table of its cross-validation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import mul
from typing import NamedTuple

_WORDS_A_PAGE = 400
FEWEST_WORDS = 25  # no text counts as shorter, and none describes in less what it does not name


class Trace(NamedTuple):
    """What a document's text says of one topic.

    `names` is the sum of the weights of all mentions by name; `phrases` is the sum over the different phrases that
    occur. `heading` is the weight of the best name in a heading, or three times that of one in the title. `related`
    is what is named of related topics, `kin` of those above, below and beside it (each at most 2). `others` counts
    the other topics that are named. `likeness` is how alike text and topic are by all their words, 1 for the topic
    most alike (likeness.py), `likeness_rank` its place by that, 0 for the first. `margin` is how much its words speak
    of the topic as examples do (wording.py), `margin_rank` the place by that. `words` is the document's length.
    """

    names: float
    phrases: float
    heading: float
    related: float
    kin: float
    others: int
    likeness: float
    likeness_rank: int
    margin: float
    margin_rank: int
    words: int


FEATURES = (
    "names",
    "phrases",
    "related",
    "kin",
    "others",
    "likeness",
    "likeness rank",
    "margin",
    "margin rank",
    "length",
)
INTERCEPT = 0.032
COEFFICIENTS: tuple[float, ...] = (
    0.912,  # names
    1.051,  # phrases
    0.525,  # related
    0.745,  # kin
    -0.394,  # others
    1.399,  # likeness
    -0.600,  # likeness rank
    3.490,  # margin
    -0.392,  # margin rank
    0.094,  # length
)
# Margin and its rank for a topic that wording.py was not fitted for, so that names decide: with these, the mean confidence of
# the topics named in the gold texts of the tuning halves is the share of them that is right. To be looked at after a new fit.
UNTAUGHT = (-0.48, 3)


def vector(trace: Trace) -> tuple[float, ...]:
    """The features in the order of FEATURES.

    A name in a heading counts twice, in the title four times. What is counted is divided by the square root of the length:
    a longer text has to say more of its topics, but not as much more as it is longer.
    """
    length = math.sqrt(max(trace.words, FEWEST_WORDS) / _WORDS_A_PAGE)
    return (
        math.log1p((trace.names + trace.heading) / length),
        math.log1p(trace.phrases / length),
        math.log1p(trace.related) if trace.names else 0.0,  # nothing is meant only because its neighbors are named
        math.log1p(trace.kin),
        math.log1p(trace.others),
        trace.likeness,
        math.log1p(trace.likeness_rank),
        trace.margin,
        math.log1p(trace.margin_rank),
        math.log1p(trace.words),
    )


def probability(trace: Trace, coefficients: Sequence[float] = COEFFICIENTS, intercept: float = INTERCEPT) -> float:
    """The probability 0..1 that the document is about the topic."""
    score = intercept + sum(map(mul, coefficients, vector(trace)))
    return 1.0 / (1.0 + math.exp(-score))
