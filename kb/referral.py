"""From a question to colleagues: question -> precedents -> municipalities -> contacts who consented.

Rankings of documents are fused by reciprocal rank (Cormack, Clarke & Buettcher 2009, k = 60); a municipality's score is
the sum over the best documents, weighted by what the municipality is to each (owner, subject, mention) and damped by the
square root of the number of its documents: without that the largest city would always win. Names are shown only with a
consent that holds today for this viewer; the documents that speak for a municipality are always shown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kb.catalog import contact, tag
from kb.catalog.catalog import Catalog
from kb.gazetteer import Gazetteer
from kb.index.query import Filters, Hit, HitPassage, Mode, Query, Results
from kb.language.analyzer import Analyzer
from kb.model import PUBLIC, Contact, Facet, Role, Viewer
from kb.vocabulary import Vocabulary

# Reciprocal rank fusion's constant, and how many documents of each ranking count.
RRF_K = 60
PRECEDENTS = 50
WEIGHTS: Mapping[Role, float] = {Role.OWNER: 1.0, Role.SUBJECT: 0.8, Role.MENTION: 0.2}
EVIDENCE = 3

Search = Callable[[Query], Results]
"""What is needed of the search service (kb/search.py)."""


@dataclass(frozen=True, slots=True)
class Precedent:
    """A document that speaks for a municipality: its page and passage that answers best; `weight` orders them."""

    document: str
    title: str
    page: int
    text: str
    weight: float
    role: Role
    highlights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Referral:
    """A municipality to ask: why, and whom. `total` counts all its documents on the question."""

    ags: str
    name: str
    score: float
    precedents: tuple[Precedent, ...]
    contacts: tuple[Contact, ...] = ()
    total: int = 0


@dataclass(slots=True)
class _Case:
    """What speaks for one municipality, while it is being added up."""

    sum: float = 0.0
    precedents: list[Precedent] = field(default_factory=list)


class ReferralService:
    """Answers "whom should we ask?" from a catalog and a search."""

    def __init__(
        self, catalog: Catalog, search: Search, analyzer: Analyzer, vocabulary: Vocabulary, gazetteer: Gazetteer
    ) -> None:
        self.catalog = catalog
        self.analyzer = analyzer
        self.search = search
        self.vocabulary = vocabulary
        self.gazetteer = gazetteer

    def refer(
        self, question: str, viewer: Viewer = PUBLIC, limit: int = 5, today: date | None = None
    ) -> tuple[Referral, ...]:
        """The municipalities with experience in the question, the best first; none where nothing is found."""
        if not question.strip():
            return ()
        topics = self.topics_of(question)
        hits = self._precedents(question, topics, viewer)
        if not hits:
            return ()
        cases, counts = self._cases(hits, viewer)
        scored = {ags: case.sum / math.sqrt(max(counts.get(ags, 1), 1)) for ags, case in cases.items()}
        best = sorted(scored, key=lambda ags: (-scored[ags], ags))[:limit]
        return tuple(self._referral(ags, scored[ags], cases[ags], topics, viewer, today) for ags in best)

    def topics_of(self, question: str) -> tuple[str, ...]:
        """The topics that the question speaks of, by the vocabulary's labels."""
        return self.vocabulary.thesaurus(self.analyzer).topics(question)

    def _precedents(self, question: str, topics: Sequence[str], viewer: Viewer) -> list[tuple[Hit, float]]:
        """Documents with their fused weight, the best first."""
        rankings = [self.search(Query(question, viewer=viewer, size=PRECEDENTS, mode=Mode.BEST))]
        if topics:
            within = Filters(topic=tuple(topics))
            rankings.append(self.search(Query(question, within, viewer, size=PRECEDENTS, mode=Mode.BEST)))
        weights: dict[str, float] = {}
        hits: dict[str, Hit] = {}
        for results in rankings:
            for rank, hit in enumerate(results.hits, start=1):
                weights[hit.document] = weights.get(hit.document, 0.0) + 1 / (RRF_K + rank)
                hits.setdefault(hit.document, hit)
        best = sorted(weights, key=lambda one: (-weights[one], one))[:PRECEDENTS]
        return [(hits[one], weights[one]) for one in best]

    def _cases(self, hits: Sequence[tuple[Hit, float]], viewer: Viewer) -> tuple[dict[str, _Case], dict[str, int]]:
        cases: dict[str, _Case] = {}
        with self.catalog.read() as connection:
            for hit, weight in hits:
                for ags, role in tag.roles(connection, hit.document):
                    if ags not in self.gazetteer:
                        continue
                    case = cases.setdefault(ags, _Case())
                    case.sum += weight * WEIGHTS[role]
                    case.precedents.append(_precedent(hit, weight * WEIGHTS[role], role))
            return cases, tag.counts(connection, Facet.MUNICIPALITY, viewer)

    def _referral(
        self, ags: str, score: float, case: _Case, topics: Sequence[str], viewer: Viewer, today: date | None
    ) -> Referral:
        precedents = sorted(case.precedents, key=lambda one: -one.weight)
        contacts = self._contacts(ags, topics, viewer, today or date.today())  # noqa: DTZ011 - consent ends at midnight here
        return Referral(
            ags, self.gazetteer[ags].name, score, tuple(precedents[:EVIDENCE]), tuple(contacts), len(precedents)
        )

    def _contacts(self, ags: str, topics: Sequence[str], viewer: Viewer, today: date) -> list[Contact]:
        with self.catalog.read() as connection:
            everyone = contact.of_municipality(connection, ags)
        willing = [one for one in everyone if one.consent and one.consent.holds(viewer, today)]
        wanted = {above for topic in topics for above in (topic, *self.vocabulary.ancestors(topic))}
        suited = [one for one in willing if wanted & set(one.topics)]
        general = [one for one in willing if not one.topics]
        return suited + general if suited or general else willing


def _precedent(hit: Hit, weight: float, role: Role) -> Precedent:
    best = hit.passages[0] if hit.passages else HitPassage(0, 1, "")
    return Precedent(hit.document, hit.title, best.page, best.text, weight, role, best.highlights)
