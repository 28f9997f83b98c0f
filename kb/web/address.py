"""Addresses of searches: from the parameters of /suche to a `Query`, and back to addresses with one thing changed.

q        the words                     bezirk       Regierungsbezirk
thema    topic id, several             programm     programme id, several
kommune  AGS, several                  groesse      population class, several
art      kind id, several              von, bis     years
sortierung  relevanz, neueste, aelteste, titel      seite      page of hits
erweitern   0: no thesaurus terms                   erklaeren  1: why a hit scores as it does
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from kb.index.query import Filters, Query, Sort
from kb.model import Viewer

PATH = "/suche"
# Characters of a query, and of a chosen value; values of one facet. Every link of the page repeats them.
LONGEST = 1000
_LONGEST_VALUE = 100
_MOST_VALUES = 50

# parameter -> (facet of the results, its German name)
FACETS = {
    "thema": ("topic", "Thema"),
    "kommune": ("municipality", "Kommune"),
    "art": ("kind", "Art des Dokuments"),
    "programm": ("programme", "Förderprogramm"),
    "bezirk": ("regbez", "Regierungsbezirk"),
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
    """The parameters of a search, understood; what could not be understood is left out.

    `shortened`: the text was longer than `LONGEST`.
    """

    text: str
    values: tuple[tuple[str, tuple[str, ...]], ...]
    first_year: int | None
    last_year: int | None
    sort: str
    page: int
    expand: bool
    explain: bool
    shortened: bool = False

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
        if self.sort != _usual_sort(self.text):
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
        if (parameter, value) in pairs:
            return _address(pair for pair in pairs if pair != (parameter, value))
        return _address([*pairs, (parameter, value)])

    def with_another(self, parameter: str) -> str:
        """The same search with one more value of a facet, as far as the value itself, which goes behind it (quoted)."""
        known = _encoded(tuple(self._pairs()))
        return f"{PATH}?{known}{'&' if known else ''}{parameter}="

    def with_years(self, first: int | None, last: int | None) -> str:
        """The same search in other years."""
        known = _encoded(tuple(self.hidden("von", "bis")))
        parts = [known, *(f"{name}={year}" for name, year in (("von", first), ("bis", last)) if year)]
        encoded = "&".join(part for part in parts if part)
        return f"{PATH}?{encoded}" if encoded else PATH

    def with_text(self, text: str) -> str:
        """The same search with other words."""
        return _address([("q", text), *self.hidden("q")])

    def with_sort(self, sort: str) -> str:
        """The same search in another order."""
        usual = sort == _usual_sort(self.text)
        return _address([*self.hidden("sortierung"), *([] if usual else [("sortierung", sort)])])

    def with_explanation(self, wanted: bool) -> str:
        """The same search, with or without why a hit scores as it does."""
        return _address([*self.hidden("erklaeren"), *([("erklaeren", "1")] if wanted else [])])

    def bare(self) -> str:
        """The words alone."""
        return _address([("q", self.text)] if self.text else [])

    def trail(self) -> str:
        """What is put behind a document's address, so that its page marks what was found and leads back to this search."""
        encoded = _encoded((*self._pairs(), *([("seite", str(self.page))] if self.page > 1 else [])))
        return f"?{encoded}" if encoded else ""

    def without_expansion(self) -> str:
        """The same search without the thesaurus's terms."""
        return _address([*self.hidden("erweitern"), ("erweitern", "0")])

    def with_expansion(self) -> str:
        """The same search with the thesaurus's terms."""
        return _address(self.hidden("erweitern"))


@lru_cache(maxsize=64)
def _encoded(pairs: tuple[tuple[str, str], ...]) -> str:
    return urlencode(pairs)


def _address(pairs: Iterable[tuple[str, str]]) -> str:
    encoded = _encoded(tuple(pairs))
    return f"{PATH}?{encoded}" if encoded else PATH


def clean(text: str) -> str:
    """What was typed, without what no database takes: NUL and lone surrogates."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8").strip()


def _usual_sort(text: str) -> str:
    """Without words there are no better and worse hits."""
    return "relevanz" if text else "neueste"


def read(parameters: QueryParams) -> Address:
    """Understand the parameters of a request."""
    text = clean(parameters.get("q", ""))
    sort = parameters.get("sortierung", "")
    first, last = _in_order(_year(parameters.get("von", "")), _year(parameters.get("bis", "")))
    return Address(
        text=text[:LONGEST].strip(),
        values=tuple((name, found) for name in FACETS if (found := _values(parameters.getlist(name)))),
        first_year=first,
        last_year=last,
        sort=sort if sort in SORTS and (text or sort != "relevanz") else _usual_sort(text),
        page=_page(parameters.get("seite", "")),
        expand=parameters.get("erweitern") != "0",
        explain=parameters.get("erklaeren") == "1",
        shortened=len(text) > LONGEST,
    )


def _values(given: Iterable[str]) -> tuple[str, ...]:
    kept = dict.fromkeys(clean(value)[:_LONGEST_VALUE].strip() for value in given)
    return tuple(value for value in kept if value)[:_MOST_VALUES]


def _year(text: str) -> int | None:
    return int(text) if len(text) == 4 and text.isascii() and text.isdigit() and text >= "1000" else None


def _in_order(first: int | None, last: int | None) -> tuple[int | None, int | None]:
    return (last, first) if first and last and first > last else (first, last)


def _page(text: str) -> int:
    return max(1, min(int(text), _LAST_PAGE)) if text.isascii() and text.isdigit() and len(text) < 9 else 1
