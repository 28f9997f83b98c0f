"""Search: Query → Results. `SearchService` is the door; ranking.py has every number that tuning may change."""

from kb.search.ranking import DEFAULT, Ranking
from kb.search.service import SearchService

__all__ = ["DEFAULT", "Ranking", "SearchService"]
