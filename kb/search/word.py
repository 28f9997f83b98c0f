"""What the words of a query match and how they score: as written, by stem, by parts, by root, by the thesaurus."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import pairwise

from kb.index.highlight import Concept
from kb.index.query import Expansion, Mode
from kb.index.schema import HEADING, PART, ROOT, STEM, TITLE, WORD, root, rooted, term
from kb.index.tree import All, Node, Phrase, Preferably, Some, Term, some_of
from kb.language.token import Form, Token
from kb.search.meaning import Memory, Notes, Pair, Scale, both, either, stems_of
from kb.search.naming import Names
from kb.search.ranking import Ranking
from kb.vocabulary import Addition


@dataclass(frozen=True, slots=True)
class _Word:
    """What a word matches, what to mark for it, and how it was read."""

    pair: Pair
    concept: Concept
    reading: str


@dataclass(frozen=True, slots=True)
class Words:
    """Reads plain words. `telling` are those that count; None: even function words do, because there is nothing else."""

    scale: Scale
    names: Names
    ranking: Ranking
    mode: Mode
    expand: bool
    telling: Collection[Form] | None
    notes: Notes
    memory: Memory

    def read(self, text: str) -> list[Pair]:
        """One pair a word, or one for several words that together name a topic and so have other names."""
        tokens = [token for token in self.scale.tokens(text) if self.telling is None or token.form in self.telling]
        additions = self.names.expansions(text, self.scale.analyzer) if self.expand else []
        pairs: list[Pair] = []
        for group, added in _grouped(tokens, additions):
            alone = [self._word(token.form) for token in group]
            if not added:
                pairs += alone
                continue
            together = both(alone) if self.mode is Mode.ALL else either(alone)
            pairs.append(either([together, *(self._added(addition) for addition in added)]))
        return self._near(tokens, pairs)

    def _near(self, tokens: list[Token], pairs: list[Pair]) -> list[Pair]:
        """Neighbors of the query that are neighbors in the text score more."""
        ranking = self.ranking
        near = [
            Phrase(STEM, (term(left.form.stem), term(right.form.stem)), ranking.near_slop, ranking.near)
            for left, right in pairwise(tokens)
            if ranking.near and left.form.stem != right.form.stem
        ]
        if not near:
            return pairs
        return [Pair(pairs[0].match, Preferably(pairs[0].rank, some_of(near))), *pairs[1:]]

    def _word(self, form: Form) -> Pair:
        word = self.memory.of(form, self.mode, self._made)
        self.notes.concepts.append(word.concept)
        self.notes.readings.append(word.reading)
        return word.pair

    def _made(self, form: Form) -> _Word:
        stem, folded = term(form.stem), term(form.folded)
        parts = tuple(dict.fromkeys(map(term, form.part_stems)))
        match: list[Node] = [Term(PART, stem), Term(WORD, folded)]
        rank = self._whole(stem, folded)
        alternatives: list[tuple[float, tuple[str, ...]]] = [(1.0, (stem,))]
        if len(parts) > 1:
            match.append(All(tuple(Term(PART, part) for part in parts)))
            rank.append(self._split(parts))
            alternatives.append((self.ranking.split, parts))
        roots = [Term(ROOT, one, self.ranking.root) for one in dict.fromkeys(map(root, (stem, *parts)))]
        if self.mode is Mode.BEST:  # a part alone counts, and so does what shares the root
            match += [*(Term(PART, part) for part in parts), *(replace(one, weight=1.0) for one in roots)]
            rank += roots
            alternatives += self._related(stem)
        ranked = some_of(rank)
        return _Word(
            Pair(some_of(match), ranked if self.mode is Mode.BEST else Preferably(ranked, some_of(roots))),
            Concept(self.scale.weight(stem), tuple(alternatives)),
            _reading(form, parts),
        )

    def _related(self, stem: str) -> list[tuple[float, tuple[str, ...]]]:
        """What to look for in passages beside a stem: words of the same root, where there are any."""
        shared, frequency = root(stem), self.scale.frequency
        if frequency(ROOT, shared) <= frequency(PART, stem):
            return []
        names = [rooted(shared), *([shared] if shared != stem and frequency(PART, shared) else [])]
        return [(self.ranking.related, (name,)) for name in names]

    def _whole(self, stem: str, folded: str) -> list[Node]:
        ranking = self.ranking
        return [
            Term(WORD, folded, ranking.word),
            Term(PART, stem, ranking.part),
            Term(TITLE, stem, ranking.title),
            Term(HEADING, stem, ranking.heading),
        ]

    def _split(self, parts: tuple[str, ...]) -> Node:
        """The parts of one word belong together: all of them, or, among the best matches, the more the better."""
        terms = tuple(Term(PART, part, self.ranking.split) for part in parts)
        return All(terms) if self.mode is Mode.ALL else Some(terms)

    def _added(self, addition: Addition) -> Pair:
        """A thesaurus term: one word by its stem, several as a phrase of stems."""
        expansion = Expansion(addition.word, addition.term, addition.topic)
        self.notes.expansions.append(expansion)
        self.notes.readings.append(f"„{expansion.word}“: auch {expansion.term}")
        forms = self.scale.forms(expansion.term)
        stems = tuple(term(form.stem) for form in forms)
        telling, weight = stems_of(forms), self.ranking.expansion
        self.notes.concepts.append(
            Concept(weight * max(map(self.scale.weight, telling), default=0.0), ((1.0, telling),) if telling else ())
        )
        if len(stems) == 1:
            return Pair(Term(PART, stems[0]), Term(PART, stems[0], weight))
        return Pair(Phrase(STEM, stems), Phrase(STEM, stems, 0, weight))


def _grouped(tokens: list[Token], additions: list[Addition]) -> list[tuple[list[Token], list[Addition]]]:
    """The words in order; those that an addition was made for stand together with all additions that overlap."""
    groups: list[tuple[list[Token], list[Addition]]] = []
    for token in tokens:
        mine = [one for one in additions if one.start < token.end and token.start < one.end]
        if groups and mine and any(one in groups[-1][1] for one in mine):
            groups[-1][0].append(token)
            groups[-1][1].extend(one for one in mine if one not in groups[-1][1])
        else:
            groups.append(([token], mine))
    return groups


def _reading(form: Form, parts: tuple[str, ...]) -> str:
    reading = f"„{form.text}“: Stamm {form.stem}"
    return f"{reading}, auch getrennt: {' + '.join(form.parts or parts)}" if len(parts) > 1 else reading
