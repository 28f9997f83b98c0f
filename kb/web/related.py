"""Topics that are more frequent among the hits of a search than elsewhere.

Taken from the counts that the result page has anyway, so it costs no second search.
"""

from __future__ import annotations

import math

from kb.index.query import FacetCount, Query, Results
from kb.web.site import Site

MOST = 8
_FACET = "topic"


class Background:
    """How frequent each topic is among all that the viewer may see; worked out once for each state of the index."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._kept: tuple[object, int, dict[str, int]] | None = None

    def counts(self) -> tuple[int, dict[str, int]]:
        """The number of documents, and of those with each topic."""
        search = self._site.services.search
        state = search.reader()
        kept = self._kept
        if kept is None or kept[0] is not state:
            everything = search.search(Query("", viewer=self._site.viewer, size=1, facets=(_FACET,)))
            found = {one.value: one.count for one in everything.facets.get(_FACET, ())}
            kept = self._kept = (state, everything.total, found)
        return kept[1], kept[2]


def topics(site: Site, background: Background, results: Results) -> list[str]:
    """The ids of the most peculiar topics, on the first page of a search for words: by count times log-ratio of frequencies.

    Left out are topics that were asked for and those that only gather others.
    """
    query = results.query
    if not results.total or not query.text or query.page > 1:
        return []
    size, everywhere = background.counts()
    asked = {one.topic for one in results.expansions} | set(query.filters.topic)
    gains = {
        one.value: one.count * math.log((one.count / results.total) / (everywhere[one.value] / size))
        for one in results.facets.get(_FACET, ())
        if one.value not in asked and one.count > 1 and everywhere.get(one.value) and _is_topic(site, one)
    }
    return sorted((one for one in gains if gains[one] > 0), key=lambda one: (-gains[one], one))[:MOST]


def _is_topic(site: Site, one: FacetCount) -> bool:
    vocabulary = site.services.vocabulary
    return one.value in vocabulary and not vocabulary.is_group(one.value)
