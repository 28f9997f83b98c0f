"""What a municipality is to a document: it wrote it (owner), it is what it is about (subject), or it is only named.

A multinomial model over the numbers of standing.py, fitted by logistic regression on the tuning halves of the tagging gold sets
and on examples/roles beside them (bench/fit_roles.py prints what stands here). To what occurs there too seldom to be
learned something was added by hand: title, headings, letterhead, signature, publisher, what a town issues, and the author in
the file's properties.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from kb.model import Role

# order of the weights
ROLES = (Role.MENTION, Role.OWNER, Role.SUBJECT)
_LEAST = 1e-3  # no owner is so sure that nothing beside it could be the subject


class Weights(NamedTuple):
    """Of the model: a number for each role in the order of ROLES, and by the name of each feature."""

    intercepts: tuple[float, ...]
    coefficients: Mapping[str, tuple[float, ...]]


WEIGHTS = Weights(
    (2.66, -3.10, 0.45),
    {
        "title": (-0.81, -0.30, 1.11),
        "heading": (-0.80, -0.40, 1.20),
        "author": (-2.00, 4.00, -2.00),
        "only": (-0.29, 0.70, -0.41),
        "late": (0.83, -0.29, -0.54),
        "repeated": (-0.48, -0.02, 0.50),
        "listed": (0.58, -0.11, -0.46),
        "stretch": (-1.06, 0.18, 0.87),
        "extent": (-0.96, 0.61, 0.34),
        "territory": (-1.03, 0.50, 0.52),
        "siblings": (-0.40, -0.27, 0.67),
        "titled": (-0.99, 0.85, 0.14),
        "office": (-1.04, 2.06, -1.01),
        "head": (-0.70, 1.17, -0.48),
        "issues": (-0.31, 0.38, -0.07),
        "of": (-0.39, 0.84, -0.44),
        "publisher": (-1.54, 3.33, -1.79),
        "contact": (-0.05, 0.03, 0.01),
        "quarter": (-0.38, -0.06, 0.44),
        "institution": (0.73, -0.11, -0.62),
        "labelled": (-0.76, 0.07, 0.70),
        "opens": (-0.55, 0.02, 0.54),
        "row": (0.52, -0.05, -0.47),
        "dated": (0.88, -0.15, -0.72),
        "dateline": (-0.15, 0.55, -0.40),
        "heads paragraph": (-0.47, 0.07, 0.40),
        "attendance": (0.44, -0.04, -0.40),
        "joined": (0.75, -0.20, -0.55),
        "acts": (-0.32, -0.06, 0.37),
        "speaker": (-0.39, -0.04, 0.43),
        "scene": (-0.57, -0.02, 0.59),
        "like": (0.55, -0.05, -0.50),
        "visitor": (1.03, -0.07, -0.96),
        "passing": (0.61, -0.05, -0.56),
        "station": (-0.58, -0.09, 0.67),
        "taken up": (-0.23, -0.25, 0.49),
        "figures": (-0.38, -0.02, 0.40),
        "issued document": (0.37, 0.41, -0.78),
        "letter title": (-0.02, 0.57, -0.55),
        "collected document": (0.99, -0.26, -0.73),
        "letter": (0.24, 0.48, -0.71),
        "ownable": (0.42, 0.58, -0.99),
        "rule": (0.24, 0.44, -0.68),
        "offer": (-0.50, 0.14, 0.37),
        "news": (-0.36, -0.36, 0.72),
        "guide": (0.52, -0.04, -0.48),
        "issued document, first": (-0.18, 0.64, -0.46),
        "letter title, first": (-0.13, 0.64, -0.51),
        "letter, first": (-0.31, 0.58, -0.27),
        "rule, first": (-0.47, 0.64, -0.18),
        "account, first": (-0.49, -0.10, 0.60),
        "ownable, first": (-0.86, 1.01, -0.15),
        "ownable, titled": (-0.29, 0.87, -0.58),
        "offer, titled": (-0.14, 0.50, -0.36),
        "minutes, venue field": (0.53, -0.02, -0.51),
        "news, in": (0.49, -0.14, -0.36),
        "collection, acts": (-0.53, -0.02, 0.55),
    },
)


def scores(features: Mapping[str, float], weights: Weights = WEIGHTS) -> dict[Role, float]:
    """The log-odds of each role, up to a constant. Numbers that the model does not know count nothing."""
    sums = list(weights.intercepts)
    for name, value in features.items():
        for place, weight in enumerate(weights.coefficients.get(name, ())):
            sums[place] += weight * value
    return dict(zip(ROLES, sums, strict=True))


def roles(found: Mapping[str, Mapping[str, float]], weights: Weights = WEIGHTS) -> dict[str, Role]:
    """The role of each municipality, by AGS, from its numbers.

    At most one is the owner: the one with the best claim. What a town writes is about itself, so that beside a likely owner
    another is the subject only as far as the owner is in doubt.
    """
    claims = {ags: scores(features, weights) for ags, features in found.items()}
    owning = {ags: _probability(claim, Role.OWNER) for ags, claim in claims.items()}
    margins = {ags: claim[Role.OWNER] - max(claim[Role.SUBJECT], claim[Role.MENTION]) for ags, claim in claims.items()}
    owner = max(margins, key=lambda ags: margins[ags], default="")
    told: dict[str, Role] = {}
    for ags, claim in claims.items():
        beside = max((likely for other, likely in owning.items() if other != ags), default=0.0)
        doubt = math.log(max(_LEAST, 1 - beside))
        if ags == owner and margins[ags] > 0:
            told[ags] = Role.OWNER
        else:
            told[ags] = Role.SUBJECT if claim[Role.SUBJECT] + doubt > claim[Role.MENTION] else Role.MENTION
    return told


def _probability(claim: Mapping[Role, float], role: Role) -> float:
    most = max(claim.values())
    return math.exp(claim[role] - most) / sum(math.exp(value - most) for value in claim.values())
