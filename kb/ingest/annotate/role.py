"""What a municipality is to a document: it wrote it (owner), it is what it is about (subject), or it is only named.

A multinomial model over the numbers of standing.py, fitted on the tuning half of bench/data/tagging by logistic regression
(C = 1; bench/fit_roles.py). What occurs there too seldom to be learned was given a weight by hand: the title, headings,
letterhead, signature, imprint, and the author in the file's properties.
"""

from __future__ import annotations

from collections.abc import Mapping

from kb.model import Role

# order of the weights
ROLES = (Role.MENTION, Role.OWNER, Role.SUBJECT)
INTERCEPTS = (1.56, -2.80, 1.24)
COEFFICIENTS = {
    "title": (-0.83, -0.26, 1.09),
    "heading": (-0.80, -0.40, 1.20),
    "head": (-0.82, 1.76, -0.94),
    "office": (-1.01, 2.05, -1.04),
    "issues": (-0.46, 0.85, -0.39),
    "council": (-0.61, 1.24, -0.63),
    "imprint": (-0.45, 1.09, -0.64),
    "author": (-1.50, 3.00, -1.50),
    "titled": (-1.01, 1.83, -0.83),
    "first": (-0.85, 0.73, 0.12),
    "only": (0.11, 0.59, -0.70),
    "share": (-0.85, 0.58, 0.27),
    "repeated": (-0.96, 0.24, 0.72),
    "label": (-1.98, 0.65, 1.33),
    "place": (0.01, -0.36, 0.35),
    "like": (0.16, -0.01, -0.16),
    "from": (0.44, -0.33, -0.11),
    "seat": (-0.07, -0.28, 0.35),
    "in": (-0.01, -0.05, 0.06),
    "opens": (-0.88, -0.12, 0.99),
    "quarter": (-0.16, -0.12, 0.28),
    "institution": (0.63, -0.12, -0.52),
    "late": (0.70, -0.10, -0.60),
    "issued document": (0.56, 0.87, -1.43),
    "collected document": (1.49, -0.27, -1.21),
    "meeting document": (0.41, -0.16, -0.25),
    "addressed document": (-0.03, 0.12, -0.09),
    "issued first": (-0.43, 1.00, -0.57),
    "addressed titled": (-0.09, 0.40, -0.31),
    "many": (0.82, -0.32, -0.51),
}


def scores(features: Mapping[str, float]) -> dict[Role, float]:
    """The log-odds of each role, up to a constant."""
    return {
        role: INTERCEPTS[place] + sum(COEFFICIENTS[name][place] * value for name, value in features.items())
        for place, role in enumerate(ROLES)
    }


def roles(found: Mapping[str, Mapping[str, float]]) -> dict[str, Role]:
    """The role of each municipality, by AGS, from its numbers. At most one is the owner: the one with the best claim."""
    claims = {ags: scores(features) for ags, features in found.items()}
    margins = {ags: claim[Role.OWNER] - max(claim[Role.SUBJECT], claim[Role.MENTION]) for ags, claim in claims.items()}
    owner = max(margins, key=lambda ags: margins[ags], default="")
    return {
        ags: Role.OWNER
        if ags == owner and margins[ags] > 0
        else max((Role.SUBJECT, Role.MENTION), key=lambda role: claim[role])
        for ags, claim in claims.items()
    }
