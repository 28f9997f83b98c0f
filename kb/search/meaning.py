"""The small shapes that understanding a query is made of. No syntax and no engine is known here."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kb.index.highlight import Concept
from kb.index.query import Expansion
from kb.index.schema import PART, Analyzer, term
from kb.index.tree import Everything, Node, Scored, all_of, some_of
from kb.language.token import Form, Token

Frequency = Callable[[str, str], int]
Made = TypeVar("Made")

_WORDS = 4_000  # each up to 3 kB


@dataclass(frozen=True, slots=True)
class Pair:
    """A node that only matches and one that ranks the same documents."""

    match: Node
    rank: Node


EVERYTHING = Pair(Everything(), Scored(Everything()))


def both(pairs: Sequence[Pair]) -> Pair:
    """What all of them match; of none: everything."""
    if not pairs:
        return EVERYTHING
    if len(pairs) == 1:
        return pairs[0]
    return Pair(all_of([pair.match for pair in pairs]), all_of([pair.rank for pair in pairs]))


def either(pairs: Sequence[Pair]) -> Pair:
    """What one of them matches; of none: nothing."""
    if len(pairs) == 1:
        return pairs[0]
    return Pair(some_of([pair.match for pair in pairs]), some_of([pair.rank for pair in pairs]))


def narrowing(node: Node) -> Pair:
    """A restriction, which adds nothing to the score."""
    return Pair(node, Scored(node))


def stems_of(forms: Iterable[Form]) -> tuple[str, ...]:
    """The stems of the telling words."""
    return tuple(dict.fromkeys(term(form.stem) for form in forms if form.stem and not form.stop))


@dataclass(slots=True)
class Notes:
    """What is collected on the way: what to mark, what was added, what was not understood, how words were read."""

    concepts: list[Concept] = field(default_factory=list)
    expansions: list[Expansion] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    readings: list[str] = field(default_factory=list)
    pages: set[int] = field(default_factory=set)


class Memory:
    """What was worked out of single words, as long as the index stays the same.

    Forms are shared objects, so they are known by their address.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int, object], tuple[Form, Any]] = {}

    def of(self, form: Form, key: Hashable, make: Callable[[Form], Made]) -> Made:
        """What `make` gives for a form; there is one `make` for every `key`."""
        known = self._known.get((id(form), key))
        if known is None or known[0] is not form:
            if len(self._known) >= _WORDS:
                self._known.clear()
            known = self._known[id(form), key] = (form, make(form))
        made: Made = known[1]
        return made


@dataclass(frozen=True, slots=True)
class Scale:
    """The words of a language against one state of an index, which says how telling each is."""

    analyzer: Analyzer
    frequency: Frequency
    size: int

    def weight(self, name: str) -> float:
        """How telling a term is: the inverse document frequency of BM25."""
        found = self.frequency(PART, name)
        return math.log(1 + max(self.size - found + 0.5, 0.5) / (found + 0.5))

    def tokens(self, text: str) -> list[Token]:
        """The words of a text with their places."""
        return self.analyzer.tokens(text)

    def forms(self, text: str) -> list[Form]:
        """The words of a text."""
        return [token.form for token in self.analyzer.tokens(text)]
