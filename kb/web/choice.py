"""The values of a facet as lines of a list: the one piece of a page that is written here and not in a template.

A result page has hundreds of them, and a template takes several times as long: it asks of every piece anew what it is.
So here every piece is escaped by hand: labels (from documents and from addresses) by `_constant`, addresses by `Choices`;
what is left are numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote_plus

from markupsafe import Markup, escape

from kb.index.query import FacetCount
from kb.web.address import Address
from kb.web.prose import number

_CHOSEN = '<span class="unseen"> (gewählt, abwählen)</span>'


class Choices:
    """Writes the values of one facet: each leads to the same search with it chosen, or not chosen any more."""

    def __init__(self, asked: Address, parameter: str) -> None:
        self._asked = asked
        self._parameter = parameter
        self._another = str(escape(asked.with_another(parameter)))

    def lines(self, values: Iterable[FacetCount]) -> Markup:
        """The values as items of a list."""
        return Markup("".join([self._line(one) for one in values]))  # noqa: S704 - every piece was escaped in _line

    def whole(self, one: FacetCount) -> Markup:
        """A value that has others below it, as an item in the list of these."""
        return self.lines([one._replace(label=f"Alles zu „{one.label}“")])

    def _line(self, one: FacetCount) -> str:
        value, label, count, selected, level = one
        quoted, text = _constant(value, label)
        address, state, said = f"{self._another}{quoted}", "", ""
        if selected:
            address = str(escape(self._asked.toggled(self._parameter, value)))
            state, said = ' aria-current="true" class="on"', _CHOSEN
        return (
            f'<li class="level-{level}"><a href="{address}" rel="nofollow"{state}><span class="box" aria-hidden="true"></span>'
            f'<span>{text}{said}</span> <span class="n">{number(count)}<span class="unseen"> Dokumente</span></span></a></li>\n'
        )


@lru_cache(maxsize=4096)
def _constant(value: str, label: str) -> tuple[str, str]:
    """What is the same on every page: the value as an address has it (nothing in it is markup), the label as markup."""
    return quote_plus(value, safe=""), str(escape(label))
