"""The query tree that engines understand: nothing in it needs German, parsing or ranking any more.

Every text in a node is a finished term, spelled as the indexer wrote it (schema.py). Weights multiply the engine's own
score; nodes of constant value add their weight whatever the frequencies. Building trees from what people type is done
in kb/search/.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Term:
    """Documents with this term, scored by BM25 times `weight`."""

    field: str
    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class OneOf:
    """Documents with one of these terms, not scored: what filters are made of."""

    field: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Two or more terms in this order; `slop` is how many places they may be apart in sum. Needs a field with positions."""

    field: str
    texts: tuple[str, ...]
    slop: int = 0
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Pattern:
    """Terms that match a pattern, of constant value: `*` stands for any letters, `?` for one."""

    field: str
    pattern: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Terms within `distance` (1 or 2) insertions, deletions, substitutions or swaps, of constant value."""

    field: str
    text: str
    distance: int = 1
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Years:
    """Documents of these years, both ends included, None: open. Documents without a year are not among them."""

    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class All:
    """Documents that every child matches; their scores add up."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Documents that at least one child matches; the scores of those that do add up."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Documents that `node` matches and `excluded` does not."""

    node: Node
    excluded: Node


@dataclass(frozen=True, slots=True)
class Preferably:
    """Documents that `node` matches; `extra` only adds to their score."""

    node: Node
    extra: Node


@dataclass(frozen=True, slots=True)
class Scored:
    """The same documents with a constant score."""

    node: Node
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Everything:
    """Every document."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No document."""


Node: TypeAlias = (
    Term | OneOf | Phrase | Pattern | Fuzzy | Years | All | Some | Without | Preferably | Scored | Everything | Nothing
)


def all_of(nodes: Iterable[Node]) -> Node:
    """The conjunction in its simplest form; of nothing: everything."""
    children = tuple(node for node in nodes if not isinstance(node, Everything))
    if any(isinstance(child, Nothing) for child in children):
        return Nothing()
    if len(children) < 2:
        return children[0] if children else Everything()
    return All(children)


def some_of(nodes: Iterable[Node]) -> Node:
    """The disjunction in its simplest form; of nothing: nothing."""
    children = tuple(dict.fromkeys(node for node in nodes if not isinstance(node, Nothing)))
    if len(children) < 2:
        return children[0] if children else Nothing()
    return Some(children)
