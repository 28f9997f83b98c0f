"""Names for values and values for names: what a facet's value is called, and what "kommune:Bochum" means.

Put together from the vocabulary and the gazetteer; both may be absent (a collection that is only measured), then a
value is its own name.
"""

from __future__ import annotations

from collections.abc import Sequence

from kb.gazetteer import Gazetteer, PopulationClass
from kb.index.query import Expansion
from kb.language.token import Form


class Names:
    """Labels, levels and look-ups for facets."""

    def __init__(self, vocabulary: None = None, gazetteer: Gazetteer | None = None) -> None:
        self._vocabulary = vocabulary
        self._gazetteer = gazetteer

    def label(self, facet: str, value: str) -> str:
        """What people read for a value of a facet."""
        if facet == "municipality" and self._gazetteer:
            town = self._gazetteer.get(value)
            return town.name if town else value
        if facet == "population_class" and value in set(PopulationClass):
            return PopulationClass(value).label
        return value

    def level(self, facet: str, value: str) -> int:
        """The depth of a topic in its tree, 0 for everything else."""
        return 0

    def resolve(self, field: str, text: str) -> tuple[str, ...]:
        """The values that someone means who writes this text after a field's name; none: not known."""
        if field == "municipality" and self._gazetteer:
            town = self._gazetteer.find(text)
            return (town.ags,) if town else ()
        return (text,)

    def expansions(self, text: str, forms: Sequence[Form]) -> list[Expansion]:
        """Other names of the topics that the words name."""
        return []
