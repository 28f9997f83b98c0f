"""The walk through a syntax tree: operators, phrases, wildcards, fields. Plain words are word.py's."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable
from dataclasses import replace

from rapidfuzz.distance import OSA

from kb.index.highlight import Concept
from kb.index.query import Mode
from kb.index.schema import KIND, MENTION, PAGE, PROGRAMME, TITLE, TOPIC, WORD, term
from kb.index.syntax import Both, Either, Excluded, Fielded, Quoted, Required, Sequence, Syntax, Wild, Word
from kb.index.tree import Fuzzy, Node, OneOf, Pattern, Phrase, Preferably, Term, Without, Years, all_of, some_of
from kb.language.folding import fold
from kb.search.meaning import EVERYTHING, Notes, Pair, both, either, narrowing, stems_of
from kb.search.word import Words

_FIELDS = {"topic": TOPIC, "municipality": MENTION, "kind": KIND, "programme": PROGRAMME}


class Visit:
    """One walk through a syntax tree."""

    def __init__(self, words: Words) -> None:
        self._read = words
        self._scale = words.scale
        self._names = words.names

    @property
    def notes(self) -> Notes:
        """What was collected."""
        return self._read.notes

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
                return either(pairs) if pairs else None
            case Required():
                return self.node(syntax.node)
            case Excluded():
                return self._minus(EVERYTHING, [syntax])
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
        return self._minus(both(pairs), negative)

    def _minus(self, pair: Pair, excluded: list[Excluded]) -> Pair:
        silent = Visit(replace(self._read, mode=Mode.ALL, expand=False, notes=Notes()))
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
        optional = both(free) if self._read.mode is Mode.ALL else either(free)
        if self._read.mode is Mode.BEST and must and free:
            needed = both(must)
            return self._minus(Pair(needed.match, Preferably(needed.rank, optional.rank)), negative)
        return self._minus(both([*must, *([optional] if free else [])]), negative)

    def _words(self, nodes: list[Syntax]) -> list[Pair]:
        """Plain words are read together, so that "Haus- und Hofflächen" is understood."""
        found: list[Pair] = []
        run: list[str] = []
        for node in [*nodes, None]:
            if isinstance(node, Word) and not node.fuzzy:
                run.append(node.text)
                continue
            if run:
                found += self._read.read(" ".join(run))
                run = []
            if node is not None and not isinstance(node, Required | Fielded):
                pair = self.node(node)
                found += [pair] if pair else []
        return found

    def _similar(self, word: Word) -> Pair:
        folded = term(fold(word.text.strip(".,;:!?")))
        node = Fuzzy(WORD, folded, word.fuzzy)
        limit = word.fuzzy
        self.notes.concepts.append(
            Concept(
                1.0,
                accepts=lambda words: {one for one in words if OSA.distance(one, folded, score_cutoff=limit) <= limit},
                shortest=len(folded) - limit,
                longest=len(folded) + limit,
            )
        )
        self.notes.readings.append(f"„{word.text}“: bis zu {limit} Buchstaben anders")
        return Pair(node, node)

    def _wild(self, wild: Wild) -> Pair:
        pattern = term(fold(wild.pattern))
        accepts = re.compile(fnmatch.translate(pattern)).match
        self.notes.concepts.append(
            Concept(
                1.0,
                accepts=lambda words: set(filter(accepts, words)),
                shortest=len(pattern.replace("*", "")),
                initial=pattern[0] if pattern[0].isascii() and pattern[0].isalpha() else "",
            )
        )
        self.notes.readings.append(f"„{wild.pattern}“: * steht für beliebige Buchstaben, ? für einen")
        node = Pattern(WORD, pattern)
        return Pair(node, node)

    def _quoted(self, quoted: Quoted, field_name: str = WORD) -> Pair | None:
        forms = self._scale.forms(quoted.text)
        words = tuple(term(form.folded) for form in forms)
        if not words:
            return None
        stems = stems_of(forms)
        weight = sum(self._scale.weight(stem) for stem in stems) or 1.0
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
        return narrowing(OneOf(_FIELDS[fielded.field], tuple(values)))

    def _title(self, fielded: Fielded) -> Pair | None:
        stems = stems_of(self._scale.forms(fielded.value))
        if not stems:
            return None
        self.notes.concepts.append(Concept(1.0, ((1.0, stems),)))
        self.notes.readings.append(f"im Titel: {fielded.value}")
        return Pair(
            all_of(Term(TITLE, stem) for stem in stems),
            all_of(Term(TITLE, stem, self._read.ranking.part) for stem in stems),
        )

    def _year(self, fielded: Fielded) -> Pair | None:
        years = _years(fielded.value)
        if years is None:
            self.notes.notices.append(
                f"„jahr:{fielded.value}“ ist kein Jahr und kein Zeitraum wie 2010..2015; es wurde überlesen."
            )
            return None
        return narrowing(years)

    def _page(self, fielded: Fielded) -> Pair | None:
        if not fielded.value.isdecimal():
            self.notes.notices.append(f"„seite:{fielded.value}“ ist keine Seitenzahl; es wurde überlesen.")
            return None
        self.notes.pages.add(int(fielded.value[:6]))
        return narrowing(OneOf(PAGE, (str(int(fielded.value[:6])),)))


def _parted(nodes: Iterable[Syntax]) -> tuple[list[Syntax], list[Excluded]]:
    everything = list(nodes)
    negative = [node for node in everything if isinstance(node, Excluded)]
    return [node for node in everything if not isinstance(node, Excluded)], negative


def _years(text: str) -> Years | None:
    first, dots, last = text.partition("..") if ".." in text else text.partition("-")
    if not all(part.isdecimal() and len(part) == 4 for part in (first, last) if part) or not (first or last):
        return None
    if not dots:
        return Years(int(first), int(first))
    return Years(int(first) if first else None, int(last) if last else None)
