"""Names for values and values for names: what a facet's value is called, and what "kommune:Bochum" means.

Put together from the vocabulary and the gazetteer; both may be absent (a collection that is only measured), then a
value is its own name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from kb.gazetteer import Gazetteer, PopulationClass
from kb.index.schema import Analyzer
from kb.language.folding import fold
from kb.vocabulary import Addition, Topic, Vocabulary

# Other names and narrower topics are asked for as well; topics that are only related lead too far away.
_ADDED = ("alternative", "narrower")
_REMEMBERED = 10_000  # labels of a facet


class _Labels(dict[str, str]):
    """Works a label out when it is first asked for. Addresses may name any value, so not all are kept for good."""

    def __init__(self, facet: str, label: Callable[[str, str], str]) -> None:
        super().__init__()
        self._facet = facet
        self._label = label

    def __missing__(self, value: str) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        label = self[value] = self._label(self._facet, value)
        return label


class _Places(dict[str, tuple[int, int]]):
    """Topic → place and level; one that is not known stands last, and is not remembered."""

    def __missing__(self, topic: str) -> tuple[int, int]:
        return len(self), 0


class Names:
    """Labels, levels and look-ups for facets."""

    def __init__(self, vocabulary: Vocabulary | None = None, gazetteer: Gazetteer | None = None) -> None:
        self._vocabulary = vocabulary
        self._gazetteer = gazetteer
        self._known: dict[str, _Labels] = {}

    def label(self, facet: str, value: str) -> str:
        """What people read for a value of a facet."""
        return self.labels(facet)[value]

    def labels(self, facet: str) -> Mapping[str, str]:
        """Value → label for any value of a facet, each worked out once."""
        if facet not in self._known:
            self._known[facet] = _Labels(facet, self._label)
        return self._known[facet]

    def _label(self, facet: str, value: str) -> str:
        if facet == "municipality":
            town = self._gazetteer.get(value) if self._gazetteer else None
            return town.name if town else value
        if facet == "population_class" and value in list(PopulationClass):
            return PopulationClass(value).label
        if facet in ("topic", "kind", "programme") and self._vocabulary:
            return self._vocabulary.label(value)
        return value

    @cached_property
    def places(self) -> Mapping[str, tuple[int, int]]:
        """Topic → place in the tree read from top to bottom, and level; unknown ones stand last, at level 0.

        A topic with two parents stands under the first.
        """
        places = _Places()

        def visit(topics: tuple[Topic, ...], level: int) -> None:
            for topic in topics:
                if topic.id not in places and self._vocabulary:
                    places[topic.id] = (len(places), level)
                    visit(self._vocabulary.narrower(topic.id), level + 1)

        if self._vocabulary:
            visit(self._vocabulary.roots(), 0)
        return places

    def resolve(self, field: str, text: str) -> tuple[str, ...]:
        """The values that someone means who writes this text after a field's name; none: not known."""
        if field == "municipality" and self._gazetteer:
            town = self._gazetteer.find(text)
            return (town.ags,) if town else ()
        if field == "topic" and self._vocabulary:
            topic = self._vocabulary.find(text)
            return (topic.id,) if topic else ()
        if field in ("kind", "programme") and self._vocabulary:
            return self._by_name[field].get(fold(text), ())
        return (text,)

    @cached_property
    def _by_name(self) -> dict[str, dict[str, tuple[str, ...]]]:
        found: dict[str, dict[str, tuple[str, ...]]] = {"kind": {}, "programme": {}}
        if self._vocabulary:
            for kind in self._vocabulary.kinds():
                for name in (kind.id, kind.singular, kind.plural, *kind.names):
                    found["kind"].setdefault(fold(name), (kind.id,))
            for programme in self._vocabulary.programmes():
                for name in (programme.id, *programme.names):
                    found["programme"].setdefault(fold(name), (programme.id,))
        return found

    def expansions(self, text: str, analyzer: Analyzer) -> list[Addition]:
        """Other names of the topics that the words name, and the topics below them."""
        if not self._vocabulary:
            return []
        return [one for one in self._vocabulary.expansions(text, analyzer) if one.relation in _ADDED]

    def beginning(self, folded: str) -> list[tuple[str, str, str]]:
        """Topics and municipalities with a word that begins so: facet, value and label, in the order of the lists."""
        return [row for row, words in self._labels if any(word.startswith(folded) for word in words)]

    @cached_property
    def _labels(self) -> list[tuple[tuple[str, str, str], tuple[str, ...]]]:
        rows = [("topic", topic.id, topic.label) for topic in (self._vocabulary.topics() if self._vocabulary else ())]
        rows += [("municipality", town.ags, town.name) for town in (self._gazetteer or ())]
        return [(row, (fold(row[2]), *fold(row[2]).split())) for row in rows]
