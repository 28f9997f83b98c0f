"""What helps to go on: completion while typing, "Meinten Sie", similar documents.

Every one of these looks only at documents that the viewer may see.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kb.index import suggest
from kb.index.engine import Found, Reader, Scope
from kb.index.forward import StoredDocument
from kb.index.parser import LONGEST_PATTERN
from kb.index.schema import PART, TITLE, TOPIC, Analyzer, term
from kb.index.suggest import Corrector
from kb.index.tree import Everything, Node, OneOf, Pattern, Preferably, Scored, Term, Without, all_of, some_of
from kb.language.folding import fold
from kb.language.token import Form
from kb.search.naming import Names

_READ = 40  # passages of a document that its likeness is taken from
_TERMS = 25


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A way to complete what was typed. `kind` is "topic", "municipality", "title" or "word"; `value` an id, or ""."""

    text: str
    kind: str
    value: str = ""


class Discovery:
    """Works on one state of the index, for one scope."""

    def __init__(self, reader: Reader, scope: Scope, analyzer: Analyzer, names: Names) -> None:
        self._reader = reader
        self._scope = scope
        self._analyzer = analyzer
        self._names = names

    def suggestions(self, typed: str, limit: int) -> list[Suggestion]:
        """Topics, municipalities, titles and frequent words that begin like the last word typed."""
        before, word = _last_word(typed)
        folded = term(fold(word))
        if not 2 <= len(folded) <= LONGEST_PATTERN:
            return []
        found = [*self._named(typed), *self._titles(before, folded), *self._words(before, folded, limit)]
        unique = {fold(one.text): one for one in reversed(found)}
        return [one for one in found if unique[fold(one.text)] is one][:limit]

    def _named(self, typed: str) -> list[Suggestion]:
        rows = self._names.beginning(fold(typed.strip()))[:40]
        if not rows:
            return []
        _, counts = self._reader.count(Scored(Everything()), self._scope, {facet for facet, _, _ in rows})
        visible = [row for row in rows if counts[row[0]].get(row[1])]
        visible.sort(key=lambda row: -counts[row[0]][row[1]])
        return [Suggestion(label, facet, value) for facet, value, label in visible[:4]]

    def _titles(self, before: str, folded: str) -> list[Suggestion]:
        forms = [token.form for token in self._analyzer.tokens(before) if not token.form.stop]
        node = all_of([*(Term(TITLE, term(form.stem)) for form in forms), Pattern(TITLE, f"{folded}*")])
        titles = [StoredDocument(self._reader.stored(one)) for one in self._reader.search(node, self._scope, 3)]
        return [Suggestion(one.head["title"], "title", one.id) for one in titles if one.head["title"]]

    def _words(self, before: str, folded: str, limit: int) -> list[Suggestion]:
        """One spelling a word: of its inflected forms the most frequent."""
        known = suggest.completions(self._reader, folded, self._scope, limit * 4)
        by_stem = {self._analyzer.form(one.text).stem: one for one in reversed(known)}
        return [Suggestion(f"{before}{one.text}", "word") for one in reversed(by_stem.values())][:limit]

    def correction(self, text: str, forms: Iterable[Form], corrector: Corrector) -> str:
        """The query with its unknown words replaced by what was probably meant; "" where nothing is to be said."""
        corrected = text
        for form in forms:
            better = corrector.correct(term(form.folded))
            if better:
                corrected = re.sub(rf"(?<!\w){re.escape(form.text)}(?!\w)", better, corrected)
        return corrected if corrected != text else ""

    def similar(self, document: StoredDocument, limit: int) -> list[Found]:
        """Documents with the same telling words, those with the same topics a little sooner."""
        weights = self._telling(document)
        if not weights:
            return []
        words: Node = some_of(Term(PART, stem, weight) for stem, weight in weights.items())
        topics = self._topics(document)
        node = Preferably(words, Scored(OneOf(TOPIC, topics), 3.0)) if topics else words
        return self._reader.search(Without(node, OneOf("id", (document.id,))), self._scope, limit)

    def _telling(self, document: StoredDocument) -> dict[str, float]:
        """The words that tell the document from others: frequent in it, rare elsewhere; weights about 1."""
        texts = [document.head["title"]] + [document.passage(place).text for place in range(min(document.count, _READ))]
        forms = [token.form for text in texts for token in self._analyzer.tokens(text) if not token.form.stop]
        counts = Counter(term(form.stem) for form in forms if form.folded.isalpha() and len(form.folded) > 2)
        size = self._reader.size
        scores = {
            stem: (1 + math.log(count)) * math.log(1 + size / (1 + self._reader.frequency(PART, stem)))
            for stem, count in counts.most_common(200)
        }
        best = sorted(scores, key=lambda stem: (-scores[stem], stem))[:_TERMS]
        return {stem: scores[stem] / scores[best[0]] for stem in best if scores[stem] > 0}

    def _topics(self, document: StoredDocument) -> tuple[str, ...]:
        within = Scope(self._scope.sees, ids=(document.id,))
        return tuple(self._reader.count(Scored(Everything()), within, (TOPIC,))[1][TOPIC])


def _last_word(typed: str) -> tuple[str, str]:
    """What stands before the last word, with its space, and the last word."""
    match = re.search(r"[\w-]*$", typed)
    start = match.start() if match else len(typed)
    return typed[:start], typed[start:]
