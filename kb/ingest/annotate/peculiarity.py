"""What only one of the names asks for: "Halle 5", "Wenden der Fahrzeuge", "Lage: am Markt", "Goethes Werther"."""

from __future__ import annotations

import re
from collections.abc import Callable

from kb.ingest.annotate.context import Context

_HALL = re.compile(r"\d+|[a-h]|i{1,3}|iv|v|nr|nord|süd|ost|west")
_GENITIVE = re.compile(r"[A-ZÄÖÜ]\w+s")
_SCENTS = "riecht roch duftet duftete suche verlangen hunger gier schmeckt bedarf schlange"
_HUNGER = frozenset(_SCENTS.split())
_OBJECT = ("der", "des", "von", "eines")
# plural as ordinary words, so a verb in the singular shows the town
PLURALS = frozenset(("Alpen", "Datteln", "Geldern", "Heiden", "Löhne", "Schlangen"))


def _is_nominalized(context: Context) -> bool:
    """ "Wenden der Fahrzeuge"."""
    return context.right() in _OBJECT and context.left() not in ("in", "nach", "aus")


def _is_label(context: Context) -> bool:
    return context.right() == ":"


def _is_queue(context: Context) -> bool:
    return context.right() in ("von", "aus", "vor", "an") or bool({"stehen", "anstehen"} & set(context.after[:3]))


def _is_location(context: Context) -> bool:
    behind = context.right() in ("der", "des", "am", "an", "im", "in")
    return behind or context.left(1) == "je" or _is_label(context)


def _is_church(context: Context) -> bool:
    return context.right() in ("st", "unserer", "sankt") or bool(
        re.fullmatch(r"[A-ZÄÖÜ]\w+er", context.before[0] if context.before else "")
    )


# the signs by name that it is something else
_CHECKS: dict[str, Callable[[Context], bool]] = {
    "Alpen": lambda context: context.left() == "richtung",
    "Brühl": lambda context: context.right().isdigit() and len(context.right()) < 4,
    "Essen": lambda context: context.left() == "nach" and context.left(1) in _HUNGER,
    "Geldern": lambda context: context.left() == "mit",
    "Halle": lambda context: bool(_HALL.fullmatch(context.right())),
    "Lage": _is_location,
    "Löhne": _is_label,
    "Münster": _is_church,
    "Schlangen": _is_queue,
    "Senden": _is_nominalized,
    "Siegen": lambda context: context.right() in ("der", "des", "gegen", "über"),
    "Wenden": _is_nominalized,
    "Werther": lambda context: bool(context.before and _GENITIVE.fullmatch(context.before[0])),
    "Wetter": _is_label,
}


def is_something_else(context: Context) -> bool:
    """Whether a sign that holds only for this name says that it is no town."""
    check = _CHECKS.get(context.candidate.form.text)
    return check is not None and check(context)


def is_money(context: Context) -> bool:
    """ "aus Geldern", which may be the town and may be the funds: the document has to decide."""
    return context.candidate.form.text == "Geldern" and context.left() in ("aus", "nach", "bei", "von")
