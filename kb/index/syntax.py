"""The shapes of a query as it was typed: what the parser makes and kb/search/ understands. No German, no engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Word:
    """A word as typed. `fuzzy` is how many letters may differ, 0: none."""

    text: str
    fuzzy: int = 0


@dataclass(frozen=True, slots=True)
class Wild:
    """A word with `*` (any letters) or `?` (one letter) in it."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sequence of words, exact and unstemmed; `slop` is how many places they may be apart."""

    text: str
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Fielded:
    """A restriction to a field: one of FIELDS, with the value as typed."""

    field: str
    value: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Required:
    """`+word`: has to be there, whatever the mode."""

    node: Syntax


@dataclass(frozen=True, slots=True)
class Excluded:
    """`-word`, NICHT word."""

    node: Syntax


@dataclass(frozen=True, slots=True)
class Both:
    """UND: all of them."""

    nodes: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """ODER: one of them."""

    nodes: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """Words in a row without an operator: whether all are needed is decided by the mode."""

    nodes: tuple[Syntax, ...]


Syntax: TypeAlias = Word | Wild | Quoted | Fielded | Required | Excluded | Both | Either | Sequence

# as typed (and its English name) -> the field's name
FIELDS = {
    "titel": "title",
    "title": "title",
    "thema": "topic",
    "topic": "topic",
    "kommune": "municipality",
    "municipality": "municipality",
    "stadt": "municipality",
    "art": "kind",
    "kind": "kind",
    "jahr": "year",
    "year": "year",
    "programm": "programme",
    "programme": "programme",
    "seite": "page",
    "page": "page",
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was typed, as a tree (None: nothing), and what could not be understood, in German sentences."""

    tree: Syntax | None
    notices: tuple[str, ...] = ()
    operators: bool = False


def walk(node: Syntax | None) -> list[Syntax]:
    """The node and everything below it, in the order typed."""
    if node is None:
        return []
    if isinstance(node, Required | Excluded):
        return [node, *walk(node.node)]
    below = node.nodes if isinstance(node, Both | Either | Sequence) else ()
    return [node, *(found for child in below for found in walk(child))]
