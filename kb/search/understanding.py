"""What a query means: syntax tree → trees for the engine, and what to mark. German and ranking meet here.

Two trees are made of every query, which match the same documents: a lean one that counts, and one that ranks. What was
made of each word is kept for `--explain`.
"""

from __future__ import annotations

import fnmatch
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from rapidfuzz.distance import OSA

from kb.index.highlight import Concept
from kb.index.query import Expansion, Mode
from kb.index.schema import (
    HEADING,
    KIND,
    MENTION,
    PAGE,
    PART,
    PROGRAMME,
    ROOT,
    STEM,
    TITLE,
    TOPIC,
    WORD,
    Analyzer,
    grams,
    root,
    term,
)
from kb.index.syntax import (
    Both,
    Either,
    Excluded,
    Fielded,
    Parsed,
    Quoted,
    Required,
    Sequence,
    Syntax,
    Wild,
    Word,
    walk,
)
from kb.index.tree import (
    All,
    Everything,
    Fuzzy,
    Node,
    OneOf,
    Pattern,
    Phrase,
    Preferably,
    Scored,
    Some,
    Term,
    Without,
    Years,
    all_of,
    some_of,
)
from kb.language.folding import fold
from kb.language.token import Form
from kb.search.naming import Names
from kb.search.ranking import Ranking

Frequency = Callable[[str, str], int]


@dataclass(frozen=True, slots=True)
class Pair:
    """A node that only matches and one that ranks the same documents."""

    match: Node
    rank: Node


@dataclass(frozen=True, slots=True)
class Understood:
    """A query as the engine and the marker take it. `forms` are its telling words, `mode` is ALL or BEST."""

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


@dataclass(slots=True)
class _Notes:
    """What is collected on the way through the tree."""

    concepts: list[Concept] = field(default_factory=list)
    expansions: list[Expansion] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    readings: list[str] = field(default_factory=list)
    pages: set[int] = field(default_factory=set)


class Understanding:
    """Understands queries against one state of an index: `frequency(field, term)` and `size` weigh the words."""

    def __init__(self, analyzer: Analyzer, names: Names, ranking: Ranking, frequency: Frequency, size: int) -> None:
        self._analyzer = analyzer
        self._names = names
        self._ranking = ranking
        self._frequency = frequency
        self._size = size

    def understand(self, parsed: Parsed, text: str, mode: Mode = Mode.AUTO, expand: bool = True) -> Understood:
        """The meaning of a parsed query; `text` as it was typed tells a question from keywords."""
        words = self._words(parsed.tree)
        forms = [form for form in words if not form.stop] or words
        chosen = self._mode(parsed, text, words) if mode is Mode.AUTO else mode
        visit = _Visit(self, chosen, expand, {form for form in forms if not form.stop})
        pair = visit.node(parsed.tree) if parsed.tree is not None else None
        pair = pair or Pair(Everything(), Scored(Everything()))
        notes = visit.notes
        return Understood(
            match=pair.match,
            rank=pair.rank,
            grams=_grams(forms),
            concepts=tuple(notes.concepts),
            forms=tuple(forms),
            mode=chosen,
            pages=frozenset(notes.pages),
            expansions=tuple(dict.fromkeys(notes.expansions)),
            notices=(*parsed.notices, *dict.fromkeys(notes.notices)),
            readings=tuple(notes.readings),
        )

    def _words(self, tree: Syntax | None) -> list[Form]:
        """The words that were typed as words, in order."""
        words = [node.text for node in walk(tree) if isinstance(node, Word) and not node.fuzzy]
        return self.forms_of(" ".join(words))

    def _mode(self, parsed: Parsed, text: str, words: list[Form]) -> Mode:
        """Keywords: a few telling words side by side. Whatever has function words or a question mark is language."""
        telling = [form for form in words if not form.stop]
        language = text.rstrip().endswith("?") or 0 < len(telling) < len(words)
        if parsed.operators or (len(telling) <= self._ranking.few_words and not language):
            return Mode.ALL
        return Mode.BEST

    def weight(self, name: str) -> float:
        """How telling a term is: the inverse document frequency of BM25."""
        found = self._frequency(PART, name)
        return math.log(1 + max(self._size - found + 0.5, 0.5) / (found + 0.5))

    def forms_of(self, text: str) -> list[Form]:
        """The words of a text."""
        return [token.form for token in self._analyzer.tokens(text)]


class _Visit:
    """One walk through a syntax tree."""

    def __init__(self, meaning: Understanding, mode: Mode, expand: bool, telling: set[Form]) -> None:
        self._meaning = meaning
        self._names: Names = meaning._names
        self._ranking: Ranking = meaning._ranking
        self._mode = mode
        self._expand = expand
        self._telling = telling
        self.notes = _Notes()

    def node(self, syntax: Syntax) -> Pair | None:
        """The pair for a syntax node, None where it says nothing."""
        match syntax:
            case Word() if not syntax.fuzzy:
                return self._sequence((syntax,))
            case Sequence():
                return self._sequence(syntax.nodes)
            case Both():
                return self._all(syntax.nodes)
            case Either():
                pairs = [pair for pair in map(self.node, syntax.nodes) if pair]
                return _some(pairs) if pairs else None
            case Required():
                return self.node(syntax.node)
            case Excluded():
                return self._minus(Pair(Everything(), Scored(Everything())), [syntax])
            case _:
                return self._leaf(syntax)

    def _leaf(self, syntax: Syntax) -> Pair | None:
        match syntax:
            case Word():
                return self._similar(syntax)
            case Wild():
                return self._wild(syntax)
            case Quoted():
                return self._quoted(syntax)
            case Fielded():
                return self._fielded(syntax)
        return None

    def _all(self, nodes: Iterable[Syntax]) -> Pair | None:
        positive, negative = _parted(nodes)
        pairs = [pair for pair in map(self.node, positive) if pair]
        if not pairs and not negative:
            return None
        return self._minus(_all(pairs), negative)

    def _minus(self, pair: Pair, excluded: list[Excluded]) -> Pair:
        silent = _Visit(self._meaning, Mode.ALL, False, self._telling)
        unwanted = [found.match for one in excluded if (found := silent.node(one.node))]
        self.notes.notices += silent.notes.notices
        if not unwanted:
            return pair
        nodes = some_of(unwanted)
        return Pair(Without(pair.match, nodes), Without(pair.rank, nodes))

    def _sequence(self, nodes: tuple[Syntax, ...]) -> Pair | None:
        """Words in a row: filters, required and excluded ones always count, the others as the mode says."""
        positive, negative = _parted(nodes)
        must = [pair for node in positive if isinstance(node, Required | Fielded) and (pair := self.node(node))]
        free = self._words(positive)
        if not (must or free or negative):
            return None
        optional = _all(free) if self._mode is Mode.ALL else _some(free)
        if self._mode is Mode.BEST and must and free:
            needed = _all(must)
            return self._minus(Pair(needed.match, Preferably(needed.rank, optional.rank)), negative)
        return self._minus(_all([*must, *([optional] if free else [])]), negative)

    def _words(self, nodes: list[Syntax]) -> list[Pair]:
        """Plain words are read together, so that "Haus- und Hofflächen" is understood."""
        found: list[Pair] = []
        run: list[str] = []
        for node in [*nodes, None]:
            if isinstance(node, Word) and not node.fuzzy:
                run.append(node.text)
                continue
            if run:
                found += self._run(" ".join(run))
                run = []
            if node is not None and not isinstance(node, Required | Fielded):
                pair = self.node(node)
                found += [pair] if pair else []
        return found

    def _run(self, text: str) -> list[Pair]:
        forms = [form for form in self._meaning.forms_of(text) if form in self._telling or not self._telling]
        expansions = self._names.expansions(text, forms) if self._expand else []
        pairs = [
            self._word(form, [one for one in expansions if one.word in (form.text, form.folded)]) for form in forms
        ]
        near = [
            Phrase(STEM, (term(left.stem), term(right.stem)), self._ranking.near_slop, self._ranking.near)
            for left, right in pairwise(forms)
            if self._ranking.near and left.stem != right.stem
        ]
        if near and pairs:
            pairs[0] = Pair(pairs[0].match, Preferably(pairs[0].rank, some_of(near)))
        return pairs

    def _word(self, form: Form, expansions: list[Expansion]) -> Pair:
        ranking, stem, folded = self._ranking, term(form.stem), term(form.folded)
        parts = tuple(dict.fromkeys(map(term, form.part_stems)))
        match: list[Node] = [Term(PART, stem), Term(WORD, folded)]
        rank: list[Node] = [
            Term(WORD, folded, ranking.word),
            Term(PART, stem, ranking.part),
            Term(TITLE, stem, ranking.title),
            Term(HEADING, stem, ranking.heading),
        ]
        if ranking.root and self._mode is Mode.BEST:
            root_terms_ = tuple(dict.fromkeys(map(root, (stem, *parts))))
            rank += [Term(ROOT, one, ranking.root) for one in root_terms_]
            match += [Term(ROOT, one) for one in root_terms_]
        alternatives: list[tuple[float, tuple[str, ...]]] = [(1.0, (stem,))]
        if len(parts) > 1:
            match.append(All(tuple(Term(PART, part) for part in parts)))
            split = tuple(Term(PART, part, ranking.split) for part in parts)
            rank.append(All(split) if self._mode is Mode.ALL else Some(split))
            alternatives.append((ranking.split, parts))
        for expansion in expansions:
            more = self._expanded(expansion)
            match.append(more.match)
            rank.append(more.rank)
            alternatives.append((ranking.expansion, _stems(self._meaning.forms_of(expansion.term))))
        weight = self._meaning.weight(stem) if form.stem else 1.0
        self.notes.concepts.append(Concept(weight, tuple(alternatives)))
        self.notes.readings.append(_reading(form, parts, expansions))
        return Pair(some_of(match), some_of(rank))

    def _expanded(self, expansion: Expansion) -> Pair:
        """A thesaurus term: one word by its stem, several as a phrase of stems."""
        self.notes.expansions.append(expansion)
        stems = tuple(term(form.stem) for form in self._meaning.forms_of(expansion.term))
        weight = self._ranking.expansion
        if len(stems) == 1:
            return Pair(Term(PART, stems[0]), Term(PART, stems[0], weight))
        return Pair(Phrase(STEM, stems), Phrase(STEM, stems, 0, weight))

    def _similar(self, word: Word) -> Pair:
        folded = term(fold(word.text.strip(".,;:!?")))
        node = Fuzzy(WORD, folded, word.fuzzy)
        limit = word.fuzzy
        self.notes.concepts.append(
            Concept(1.0, accepts=lambda found: OSA.distance(found, folded, score_cutoff=limit) <= limit)
        )
        self.notes.readings.append(f"„{word.text}“: bis zu {limit} Buchstaben anders")
        return Pair(node, node)

    def _wild(self, wild: Wild) -> Pair:
        pattern = term(fold(wild.pattern))
        accepts = re.compile(fnmatch.translate(pattern)).match
        self.notes.concepts.append(Concept(1.0, accepts=lambda found: accepts(found) is not None))
        self.notes.readings.append(f"„{wild.pattern}“: * steht für beliebige Buchstaben, ? für einen")
        node = Pattern(WORD, pattern)
        return Pair(node, node)

    def _quoted(self, quoted: Quoted, field_name: str = WORD) -> Pair | None:
        forms = self._meaning.forms_of(quoted.text)
        words = tuple(term(form.folded) for form in forms)
        if not words:
            return None
        stems = _stems(forms)
        weight = sum(self._meaning.weight(stem) for stem in stems) or 1.0
        alternatives = ((1.0, stems),) if stems else ()
        if len(words) == 1:
            self.notes.concepts.append(Concept(weight, alternatives, exact=words[0], sequence=() if stems else words))
            node: Node = Term(field_name, words[0])
        else:
            self.notes.concepts.append(Concept(weight, alternatives, sequence=words, slop=quoted.slop))
            node = Phrase(field_name, words, quoted.slop)
        self.notes.readings.append(f"„{quoted.text}“: genau so geschrieben")
        return Pair(node, node)

    def _fielded(self, fielded: Fielded) -> Pair | None:
        match fielded.field:
            case "title":
                return self._title(fielded)
            case "year":
                return self._year(fielded)
            case "page":
                return self._page(fielded)
        values = self._names.resolve(fielded.field, fielded.value)
        if not values:
            self.notes.notices.append(f"„{fielded.value}“ ist nicht bekannt; die Einschränkung wurde überlesen.")
            return None
        labels = ", ".join(self._names.label(fielded.field, value) for value in values)
        self.notes.readings.append(f"nur {labels}")
        fields = {"topic": TOPIC, "municipality": MENTION, "kind": KIND, "programme": PROGRAMME}
        return _filter(OneOf(fields[fielded.field], tuple(values)))

    def _title(self, fielded: Fielded) -> Pair | None:
        stems = _stems(self._meaning.forms_of(fielded.value))
        if not stems:
            return None
        self.notes.concepts.append(Concept(1.0, ((1.0, stems),)))
        self.notes.readings.append(f"im Titel: {fielded.value}")
        return Pair(
            all_of(Term(TITLE, stem) for stem in stems),
            all_of(Term(TITLE, stem, self._ranking.part) for stem in stems),
        )

    def _year(self, fielded: Fielded) -> Pair | None:
        years = _years(fielded.value)
        if years is None:
            self.notes.notices.append(
                f"„jahr:{fielded.value}“ ist kein Jahr und kein Zeitraum wie 2010..2015; es wurde überlesen."
            )
            return None
        return _filter(years)

    def _page(self, fielded: Fielded) -> Pair | None:
        if not fielded.value.isdecimal():
            self.notes.notices.append(f"„seite:{fielded.value}“ ist keine Seitenzahl; es wurde überlesen.")
            return None
        self.notes.pages.add(int(fielded.value[:6]))
        return _filter(OneOf(PAGE, (str(int(fielded.value[:6])),)))


def _parted(nodes: Iterable[Syntax]) -> tuple[list[Syntax], list[Excluded]]:
    everything = list(nodes)
    negative = [node for node in everything if isinstance(node, Excluded)]
    return [node for node in everything if not isinstance(node, Excluded)], negative


def _all(pairs: list[Pair]) -> Pair:
    if not pairs:
        return Pair(Everything(), Scored(Everything()))
    return Pair(all_of(pair.match for pair in pairs), all_of(pair.rank for pair in pairs))


def _some(pairs: list[Pair]) -> Pair:
    return Pair(some_of(pair.match for pair in pairs), some_of(pair.rank for pair in pairs))


def _filter(node: Node) -> Pair:
    return Pair(node, Scored(node))


def _stems(forms: Iterable[Form]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term(form.stem) for form in forms if form.stem and not form.stop))


def _grams(forms: Iterable[Form]) -> Node:
    """The five-letter runs of the words, each word weighing the same however long it is."""
    clauses: list[Node] = []
    for form in forms:
        runs = grams(term(form.folded))
        clauses += [Term("gram", run) for run in runs]
    return some_of(clauses)


def _years(text: str) -> Years | None:
    first, dots, last = text.partition("..") if ".." in text else text.partition("-")
    if not all(part.isdecimal() and len(part) == 4 for part in (first, last) if part) or not (first or last):
        return None
    if not dots:
        return Years(int(first), int(first))
    return Years(int(first) if first else None, int(last) if last else None)


def _reading(form: Form, parts: tuple[str, ...], expansions: list[Expansion]) -> str:
    reading = f"„{form.text}“: Stamm {form.stem}"
    if len(parts) > 1:
        reading += f", auch getrennt: {' + '.join(form.parts or parts)}"
    if expansions:
        reading += f", auch: {', '.join(one.term for one in expansions)}"
    return reading
