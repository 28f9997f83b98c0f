"""What the analyzer says of a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Form:
    """What is known of a word form, whichever sentence it stands in; one shared object a form.

    `folded`: lower case, umlauts and ß folded (ü = ue = u, ß = ss), what an exact search compares.
    `stem`: stem of the lemma, what an ordinary search compares: lower case and ß = ss, but with umlauts, so that Förderung
    is not Forderung; a word that was typed without them ("Fordermittel", "Foerdermittel") has the umlauts of the word meant.
    `parts`: lemmas of the compound's parts as one writes them ("Leerstand", "Management"); empty for a word left whole.
    `part_stems`: the same parts as stems, comparable with `stem`.
    `spans`: stems of adjacent runs of parts, boundary-aligned and shorter than the word ("Wohnung|leer|stand" has leerstand);
    of a date its year. For finding the word by less than itself; a query's word is compared by `stem` or by all its parts.
    `stop`: says nothing in a search.
    """

    text: str
    folded: str
    stem: str
    parts: tuple[str, ...] = ()
    part_stems: tuple[str, ...] = ()
    spans: tuple[str, ...] = ()
    stop: bool = False


class Token(NamedTuple):
    """A word in a text: `start` and `end` are character offsets into the text as it was given."""

    start: int
    end: int
    form: Form
