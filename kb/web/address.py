"""Addresses of searches: from the parameters of /suche to a `Query`, and back to addresses with one thing changed.

q        the words                     bezirk       Regierungsbezirk
thema    topic id, several             programm     programme id, several
kommune  AGS, several                  groesse      population class, several
art      kind id, several              von, bis     years
sortierung  relevanz, neueste, aelteste, titel      seite  page of hits      erweitern  0: no thesaurus terms
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from kb.index.query import Filters, Query, Sort
from kb.model import Viewer

PATH = "/suche"
LONGEST = 10_000

# parameter -> (facet of the results, its German name)
FACETS = {
    "thema": ("topic", "Thema"),
    "kommune": ("municipality", "Kommune"),
    "art": ("kind", "Art des Dokuments"),
    "bezirk": ("regbez", "Regierungsbezirk"),
    "programm": ("programme", "Förderprogramm"),
    "groesse": ("population_class", "Größe der Kommune"),
}
SORTS = {
    "relevanz": (Sort.RELEVANCE, "Beste Treffer"),
    "neueste": (Sort.NEWEST, "Neueste zuerst"),
    "aelteste": (Sort.OLDEST, "Älteste zuerst"),
    "titel": (Sort.TITLE, "Titel A–Z"),
}
_LAST_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Address:
    """The parameters of a search, understood; what could not be understood is left out."""

    text: str
    values: tuple[tuple[str, tuple[str, ...]], ...]
    first_year: int | None
    last_year: int | None
    sort: str
    page: int
    expand: bool
    explain: bool

    def query(self, viewer: Viewer, size: int = 10) -> Query:
        """The search that is asked for."""
        filters = Filters(
            topic=self.chosen("thema"),
            municipality=self.chosen("kommune"),
            kind=self.chosen("art"),
            regbez=self.chosen("bezirk"),
            programme=self.chosen("programm"),
            population_class=self.chosen("groesse"),
            years=(self.first_year, self.last_year),
        )
        return Query(
            text=self.text,
            filters=filters,
            viewer=viewer,
            sort=SORTS[self.sort][0],
            page=self.page,
            size=size,
            expand=self.expand,
            explain=self.explain,
        )

    def chosen(self, parameter: str) -> tuple[str, ...]:
        """The values chosen for a facet."""
        return dict(self.values).get(parameter, ())

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was asked for."""
        return not (self.text or any(values for _, values in self.values) or self.first_year or self.last_year)

    def _pairs(self) -> list[tuple[str, str]]:
        pairs = [("q", self.text)] if self.text else []
        pairs += [(name, value) for name, values in self.values for value in values]
        pairs += [(name, str(year)) for name, year in (("von", self.first_year), ("bis", self.last_year)) if year]
        if self.sort != "relevanz":
            pairs.append(("sortierung", self.sort))
        if not self.expand:
            pairs.append(("erweitern", "0"))
        if self.explain:
            pairs.append(("erklaeren", "1"))
        return pairs

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """The parameters as a form repeats them, less those named; the page of hits is never kept."""
        return [(name, value) for name, value in self._pairs() if name not in without]

    def at_page(self, page: int) -> str:
        """The same search, another page of hits."""
        return _address([*self._pairs(), *([("seite", str(page))] if page > 1 else [])])

    def toggled(self, parameter: str, value: str) -> str:
        """The same search with a facet value chosen, or not chosen any more."""
        pairs = self._pairs()
        pair = (parameter, value)
        return _address([one for one in pairs if one != pair] if pair in pairs else [*pairs, pair])

    def with_years(self, first: int | None, last: int | None) -> str:
        """The same search in other years."""
        years = [(name, str(year)) for name, year in (("von", first), ("bis", last)) if year]
        return _address([*self.hidden("von", "bis"), *years])

    def with_text(self, text: str) -> str:
        """The same search with other words."""
        return _address([("q", text), *self.hidden("q")])

    def without_expansion(self) -> str:
        """The same search without the thesaurus's terms."""
        return _address([*self.hidden("erweitern"), ("erweitern", "0")])

    def with_expansion(self) -> str:
        """The same search with the thesaurus's terms."""
        return _address(self.hidden("erweitern"))


def _address(pairs: Iterable[tuple[str, str]]) -> str:
    encoded = urlencode(list(pairs))
    return f"{PATH}?{encoded}" if encoded else PATH


def read(parameters: QueryParams) -> Address:
    """Understand the parameters of a request."""
    sort = parameters.get("sortierung", "relevanz")
    values = tuple(
        (name, tuple(dict.fromkeys(value for value in parameters.getlist(name) if value)))
        for name in FACETS
        if any(parameters.getlist(name))
    )
    return Address(
        text=parameters.get("q", "").replace("\0", " ").strip()[:LONGEST],
        values=values,
        first_year=_year(parameters.get("von", "")),
        last_year=_year(parameters.get("bis", "")),
        sort=sort if sort in SORTS else "relevanz",
        page=_page(parameters.get("seite", "")),
        expand=parameters.get("erweitern") != "0",
        explain=parameters.get("erklaeren") == "1",
    )


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 1000 <= int(text[:5]) <= 9999 else None


def _page(text: str) -> int:
    return max(1, min(int(text), _LAST_PAGE)) if text.isascii() and text.isdigit() and len(text) < 9 else 1
