"""What a query means: from what was typed to trees for the engine and things to mark. German and ranking meet here.

Two trees are made of every query, which match the same documents: a lean one that counts, and one that ranks. The walk
through the syntax is visit.py's, the words are word.py's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kb.index.highlight import Concept
from kb.index.query import Expansion, Mode
from kb.index.schema import GRAM, grams, term
from kb.index.syntax import Parsed, Sequence, Syntax, Word, walk
from kb.index.tree import Node, Some, Term, Without, some_of
from kb.language.token import Form
from kb.search.kept import Recent
from kb.search.meaning import EVERYTHING, Memory, Notes, Scale
from kb.search.naming import Names
from kb.search.ranking import Ranking
from kb.search.visit import Visit
from kb.search.word import Words

_REMEMBERED = 256  # queries; a long one takes the room of several


@dataclass(frozen=True, slots=True)
class Understood:
    """A query as engine and marker take it. `forms` are its telling words, `mode` is ALL or BEST."""

    match: Node
    rank: Node
    grams: Node
    concepts: tuple[Concept, ...]
    forms: tuple[Form, ...]
    mode: Mode
    pages: frozenset[int] = frozenset()
    expansions: tuple[Expansion, ...] = ()
    notices: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()


class Understanding:
    """Understands queries against one state of an index."""

    def __init__(self, scale: Scale, names: Names, ranking: Ranking) -> None:
        self._scale = scale
        self._names = names
        self._ranking = ranking
        self._understood: Recent[tuple[str, Mode, bool], Understood] = Recent(_REMEMBERED)
        self._besides: Recent[tuple[int, int], tuple[Understood, Understood, Understood]] = Recent(_REMEMBERED)
        self._memory = Memory()

    def understand(self, parsed: Parsed, text: str, mode: Mode = Mode.AUTO, expand: bool = True) -> Understood:
        """The meaning of a parsed query; `text` as it was typed tells a question from keywords.

        Understood again within a short while, it is the same object with the same trees.
        """
        key = (text, mode, expand)
        understood = self._understood.get(key)
        if understood is None:
            understood = self._understand(parsed, text, mode, expand)
            self._understood.put(key, understood, 1 + len(text) // 100)
        return understood

    def beside(self, looser: Understood, whole: Understood) -> Understood:
        """`looser` without what `whole` matches; of the same two again the same object."""
        key = (id(looser), id(whole))
        known = self._besides.get(key)
        if known is None or known[0] is not looser or known[1] is not whole:
            known = (looser, whole, replace(looser, rank=Without(looser.rank, whole.match)))
            self._besides.put(key, known)
        return known[2]

    def _understand(self, parsed: Parsed, text: str, mode: Mode, expand: bool) -> Understood:
        nodes = list(walk(parsed.tree))
        words = self._words(nodes)
        telling = [form for form in words if not form.stop]
        chosen = self._mode(parsed, text, words) if mode is Mode.AUTO else mode
        only_words = all(isinstance(node, Word | Sequence) for node in nodes)
        counting = None if only_words and not telling else tuple(telling) if len(telling) < 9 else frozenset(telling)
        notes = Notes()
        visit = Visit(Words(self._scale, self._names, self._ranking, chosen, expand, counting, notes, self._memory))
        pair = (visit.node(parsed.tree) if parsed.tree is not None else None) or EVERYTHING
        return Understood(
            match=pair.match,
            rank=pair.rank,
            grams=self._grams(telling or words),
            concepts=tuple(notes.concepts),
            forms=tuple(telling or words),
            mode=chosen,
            pages=frozenset(notes.pages),
            expansions=tuple(dict.fromkeys(notes.expansions)),
            notices=(*parsed.notices, *dict.fromkeys(notes.notices)),
            readings=tuple(notes.readings),
        )

    def _words(self, nodes: Iterable[Syntax]) -> list[Form]:
        """The words that were typed as words, in order."""
        words = [node.text for node in nodes if isinstance(node, Word) and not node.fuzzy]
        return self._scale.forms(" ".join(words)) if words else []

    def _mode(self, parsed: Parsed, text: str, words: list[Form]) -> Mode:
        """Keywords: a few telling words side by side. Whatever has function words or a question mark is language."""
        telling = [form for form in words if not form.stop]
        language = text.rstrip().endswith("?") or 0 < len(telling) < len(words)
        if parsed.operators or (len(telling) <= self._ranking.few_words and not language):
            return Mode.ALL
        return Mode.BEST

    def _grams(self, forms: Iterable[Form]) -> Node:
        """The five-letter runs of the words, each once."""
        runs: dict[str, Node] = {}
        for form in forms:
            runs |= self._memory.of(form, None, _runs)
        return some_of(runs.values()) if len(runs) < 2 else Some(tuple(runs.values()))


def _runs(form: Form) -> dict[str, Node]:
    return {run: Term(GRAM, run) for run in grams(term(form.folded))}
