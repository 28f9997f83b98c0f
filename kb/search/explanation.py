"""Why a hit scores as it does, in German lines for the staff: what each word adds, and what the second look made of it.

The engine is asked once more for every leaf of the tree, within the one document; so the same can be said of every engine, and
it adds up to what the engine gave. That takes some milliseconds a hit, more for many words, and is only done where somebody
asks for it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from kb.index.engine import Found, Reader, Scope
from kb.index.schema import HEADING, PART, ROOT, STEM, TITLE, WORD
from kb.index.tree import All, Fuzzy, Node, Pattern, Phrase, Preferably, Scored, Some, Term, Without
from kb.search.rescoring import Parts

_PLACES = {
    WORD: "wie geschrieben",
    PART: "Stamm oder Wortteil",
    ROOT: "Wortstamm",
    TITLE: "im Titel",
    HEADING: "in einer Überschrift",
}
_SECOND = ("Wörter als Anteil am besten Treffer", "Buchstabenfolgen", "Stellen", "Art", "Jahr")
_LEAST = 0.005  # less is not worth a line


class Explanation:
    """Explains the hits of one query. `second` is what the second look made of those that it looked at, by address."""

    def __init__(self, reader: Reader, rank: Node, scope: Scope, second: Mapping[object, Parts]) -> None:
        self._reader = reader
        self._rank = rank
        self._sees = scope.sees
        self._second = second

    def of(self, found: Found, document: str) -> str:
        """A line for each word of the query that the document has, the one that adds most first; then what became of it."""
        lines = [*self._words(Scope(self._sees, ids=(document,)))]
        parts = self._second.get(found.address)
        if parts:
            named = zip(_SECOND, parts, strict=True)
            told = " · ".join(f"{name} {number(value)}" for name, value in named if abs(value) >= _LEAST)
            lines.append(f"Punkte {number(sum(parts))}: {told}")
        return "\n".join(lines)

    def _words(self, within: Scope) -> Iterator[str]:
        words: dict[str, list[tuple[float, str]]] = defaultdict(list)
        for leaf, times in Counter(_leaves(self._reader, self._rank, within)).items():
            score = times * _score(self._reader, leaf, within)
            if score >= _LEAST:
                words[_word(leaf)].append((score, _place(leaf)))
        ordered = sorted(words.items(), key=lambda item: -sum(score for score, _ in item[1]))
        for word, found in ordered:
            yield f"{word}: {' · '.join(f'{place} {number(score)}' for score, place in found)}"
        if words:
            yield f"Wörter zusammen: {number(sum(score for found in words.values() for score, _ in found))}"


def number(value: float) -> str:
    """Two decimals, with a comma."""
    return f"{value:.2f}".replace(".", ",")


def _leaves(reader: Reader, node: Node, within: Scope) -> Iterator[Node]:
    """What adds to the score of the document; nothing of a branch that it does not fulfil."""
    match node:
        case Term() | Phrase() | Pattern() | Fuzzy() | Scored():
            yield node
        case Without():
            yield from _leaves(reader, node.node, within)
        case Preferably():
            if reader.count(node.node, within)[0]:
                yield from _leaves(reader, node.node, within)
                yield from _leaves(reader, node.extra, within)
        case All():
            if reader.count(node, within)[0]:
                for child in node.children:
                    yield from _leaves(reader, child, within)
        case Some():
            for child in node.children:
                yield from _leaves(reader, child, within)


def _score(reader: Reader, leaf: Node, within: Scope) -> float:
    found = reader.search(leaf, within, 1)
    return found[0].score if found else 0.0


def _word(leaf: Node) -> str:
    match leaf:
        case Term() | Fuzzy():
            return leaf.text
        case Phrase():
            return " ".join(leaf.texts)
        case Pattern():
            return leaf.pattern
    return "Einschränkung"


def _place(leaf: Node) -> str:
    match leaf:
        case Term():
            return _PLACES.get(leaf.field, leaf.field)
        case Phrase():
            return "als Wortfolge" if leaf.slop == 0 or leaf.field != STEM else "nahe beieinander"
        case Fuzzy():
            return "ähnlich geschrieben"
        case Pattern():
            return "nach Muster"
    return "erfüllt"
