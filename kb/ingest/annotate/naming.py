"""Where a page names a concept of the vocabulary, and how much each place says. Used for topics and programmes.

Here: finding, exclusions, the longest name wins, and what the words around take away (negation, addresses, offices).
Not here: what many mentions together mean for a document (salience.py).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from kb.ingest.annotate.text import PreparedPage
from kb.language.memory import FormMemory
from kb.language.token import Form, Token
from kb.vocabulary.concept import Programme, Topic
from kb.vocabulary.matcher import Match, Phrase, PhraseMatcher, Words, key_of

_WHOLE, _HEAD, _MODIFIER = 1.0, 0.9, 0.7  # the very words, the last or another part of a compound
_TOLD_ASIDE = 0.3  # times this, in a sentence that says that something is left out
_COVERED = 0.35  # times this, inside a longer name of another concept

_UNDONE = "|".join((
    "gegenstand", "thema", "bestandteil", "inhalt", "aufgabe", "vertieft", "behandelt", "betrachtet", "besprochen",
    "angesprochen", "untersucht", "erörtert", "vorgesehen", "geplant", "eingegangen", "die rede", "gebaut", "betroffen",
    "umgesetzt", "verfolgt", "realisiert", "berücksichtigt", "erforderlich", "nötig", "ersetzt", "gewünscht", "erfasst",
))  # fmt: skip
_LEFT = "|".join((
    "ausgeklammert", "außen vor", "am rande", "nur gestreift", "nur kurz", "an anderer stelle", "verzichtet", "abgelehnt",
    "vertagt", "zurückgestellt", "siehe auch", "nebenbei", "beiläufig", "anderes thema", "unberührt", "bleibt, wie",
    r"eigene[nrs]? (?:heft|reader|sitzung|protokoll|veranstaltung|leitfaden)",
))  # fmt: skip
_ASIDE = re.compile(rf"(?i)\b(?:(?:nicht|kein\w*|weniger)\s+(?:\w+\s+)?(?:{_UNDONE})|{_LEFT})\b")
_NEGATION = re.compile(
    r"(?i)\b(?:kein\w{0,2}|nicht|ohne|weder|statt|anstelle|anstatt|außer|abgesehen von)\b[^.,;:]{0,45}$"
)
_OFFICE = re.compile(
    r"(?:[Aa]mt|Fachbereich|Abteilung|[Mm]inisterium|Dezernat|Referat|Fachdienst|[Aa]usschuss(?:es)?|Institut|Stabsstelle|Geschäftsbereich"
    r"|Arbeitsgemeinschaft|Lehrstuhl|Behörde|Verband|Sachgebiet)s?\s+(?:für|der|des)\s[^.;:!?\n]{0,70}$"
)
# What a sentence may hold, and the words, in small letters, of which one is in every find of the pattern for it.
_SAYS_ASIDE, _NEGATES, _NAMES_OFFICE = 1, 2, 4
_BITS = {
    _SAYS_ASIDE: re.compile(
        r"nicht|kein|weniger|ausgeklammert|außen|rande|gestreift|kurz|stelle|verzichtet|abgelehnt|vertagt|zurückgestellt"
        r"|siehe|nebenbei|beiläufig|anderes|unberührt|bleibt|eigene"
    ),
    _NEGATES: re.compile(r"kein|nicht|ohne|weder|statt|anstelle|außer|abgesehen"),
    _NAMES_OFFICE: re.compile(
        r"amt|bereich|abteilung|ministerium|dezernat|referat|fachdienst|ausschuss|institut|stabsstelle|gemeinschaft"
        r"|lehrstuhl|behörde|verband|sachgebiet"
    ),
}
_ANY_BIT = re.compile("|".join(words.pattern for words in _BITS.values()))
_HOUSE_NUMBER = re.compile(r"\s\d{1,3}\s?[a-z]?(?=\s*(?:[,;)·|]|\n|$|\d{5}))")
_PLACE_NAME = re.compile(r"(?i)(?:platz|markt|park|stra(?:ß|ss)e|weg|allee|hof|ufer|ring|siedlung|halde)\w{0,2}$")
_STREETS = frozenset(map(key_of, ("strasse", "straße", "weg", "allee", "gasse", "ring", "damm", "stieg", "pfad")))


class Sort(IntEnum):
    """What words of the vocabulary are to their concept, the most telling first."""

    NAME = 0
    PHRASE = 1
    EXCLUSION = 2


class Sense(NamedTuple):
    """A concept's id, what the words are to it, and their worth 0..1, less for phrases that several concepts lay claim to."""

    concept: str
    sort: Sort
    worth: float = 1.0


class Mention(NamedTuple):
    """A place that speaks of a concept: character range in the page's text, `name` as in the vocabulary, weight 0..1."""

    concept: str
    sort: Sort
    start: int
    end: int
    name: str
    weight: float


def _around(form: Form) -> int:
    """What a word may take away from mentions near it, as bits; whether it does is for the patterns to say."""
    written = form.text.lower()
    return sum(bit for bit, words in _BITS.items() if words.search(written)) if _ANY_BIT.search(written) else 0


_AROUND = FormMemory(_around)  # the same for all finders


def phrases_of(concepts: Sequence[Topic | Programme]) -> list[Phrase[Sense]]:
    """All that may be looked for in a text on behalf of these concepts."""
    wanted: list[tuple[str, str, Sort]] = []
    for concept in concepts:
        wanted += [(concept.id, text, Sort.NAME) for text in concept.names]
        wanted += [(concept.id, text, Sort.EXCLUSION) for text in concept.exclusions]
        if isinstance(concept, Topic):
            wanted += [(concept.id, text, Sort.PHRASE) for text in concept.phrases]
    claims = Counter(text.lower() for _, text, sort in wanted if sort is Sort.PHRASE)
    return [
        Phrase(
            text,
            Sense(concept, sort, claims[text.lower()] ** -0.5 if sort is Sort.PHRASE else 1.0),
            strict=sort is Sort.EXCLUSION,
        )
        for concept, text, sort in wanted
    ]


class MentionFinder:
    """Finds the mentions of concepts."""

    def __init__(self, concepts: Sequence[Topic | Programme], words: Words) -> None:
        self._matcher = PhraseMatcher(phrases_of(concepts), words)

    def in_page(self, page: PreparedPage) -> list[Mention]:
        """The mentions on a page, weighed by their words and by what stands around them."""
        weighed = self._weighed(page.text, page.tokens, page.forms)
        if not weighed:
            return []
        around = self._said_around(page)
        return [_mention(match, page.tokens, weight * _left(page, match, around)) for match, weight in weighed]

    def _said_around(self, page: PreparedPage) -> dict[int, int]:
        """The bits of the sentences that take something away, by their beginning."""
        found: dict[int, int] = {}
        for token, bits in zip(page.tokens, _AROUND.of_all(page.tokens, page.forms), strict=True):
            if bits:
                first = page.sentence_at(token.start)[0]
                found[first] = found.get(first, 0) | bits
        return found

    def in_title(self, text: str, tokens: Sequence[Token]) -> list[Mention]:
        """The mentions in a title, which has no sentences around."""
        return [_mention(match, tokens, weight) for match, weight in self._weighed(text, tokens)]

    def _weighed(
        self, text: str, tokens: Sequence[Token], forms: Sequence[str] | None = None
    ) -> list[tuple[Match[Sense], float]]:
        matches = self._matcher.matches(text, tokens, forms)
        if not matches:
            return []
        excluded = [match for match in matches if match.entry.value.sort is Sort.EXCLUSION]
        named = [match for match in matches if match.entry.value.sort is not Sort.EXCLUSION]
        if excluded:
            named = [match for match in named if not _is_excluded(match, excluded)]
        named = [match for match in named if match.whole or not _is_street(match, tokens)]
        names_at: dict[int, list[Match[Sense]]] = defaultdict(list)
        for match in named:
            if match.entry.value.sort is Sort.NAME:
                for index in range(match.first, match.last + 1):
                    names_at[index].append(match)
        return [(match, _weight(match, tokens, names_at.get(match.first, ()))) for match in _longest(named)]


def _mention(match: Match[Sense], tokens: Sequence[Token], weight: float) -> Mention:
    sense = match.entry.value
    return Mention(
        sense.concept, sense.sort, tokens[match.first].start, tokens[match.last].end, match.entry.text, weight
    )


def _is_excluded(match: Match[Sense], excluded: Iterable[Match[Sense]]) -> bool:
    concept = match.entry.value.concept
    return any(
        other.first <= match.first and match.last <= other.last and other.entry.value.concept == concept
        for other in excluded
    )


def _longest(matches: list[Match[Sense]]) -> list[Match[Sense]]:
    """Of overlapping mentions of one concept the best: the name before the hint, the longer before the shorter."""
    order = sorted(matches, key=lambda match: (match.entry.value.sort, match.first - match.last, not match.whole))
    taken: set[tuple[str, int]] = set()
    kept = []
    for match in order:
        concept = match.entry.value.concept
        places = [(concept, index) for index in range(match.first, match.last + 1)]
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(match)
    return sorted(kept, key=lambda match: (match.first, match.last))


def _weight(match: Match[Sense], tokens: Sequence[Token], names: Iterable[Match[Sense]]) -> float:
    weight = _WHOLE if match.whole else _HEAD if _is_head(match, tokens[match.last].form) else _MODIFIER
    weight *= match.entry.value.worth
    return weight * (_COVERED if any(_covers(name, match) for name in names) else 1.0)


def _is_head(match: Match[Sense], form: Form) -> bool:
    return bool(form.part_stems) and match.entry.pieces[-1].key.endswith(key_of(form.part_stems[-1]))


def _covers(name: Match[Sense], match: Match[Sense]) -> bool:
    """Whether a longer name of another concept holds this one: "Rückbau" in "Rückbaugebot"."""
    if name.entry.value.concept == match.entry.value.concept:
        return False
    if not (name.first <= match.first and match.last <= name.last):
        return False
    longer = name.last - name.first > match.last - match.first
    return longer or (name.whole and not match.whole)


def _is_street(match: Match[Sense], tokens: Sequence[Token]) -> bool:
    """Whether a part of a street's name was taken for the thing: "Parkstraße", "Marktplatzweg"."""
    form = tokens[match.last].form
    if not form.part_stems or not form.text[:1].isupper():
        return False
    return key_of(form.part_stems[-1]) in _STREETS and not _is_head(match, form)


def _left(page: PreparedPage, match: Match[Sense], around: Mapping[int, int]) -> float:
    """What the words around leave of a mention, as a factor."""
    text, start, end = page.text, page.tokens[match.first].start, page.tokens[match.last].end
    first, last = page.sentence_at(start)
    bits = around.get(first, 0)
    if bits & _SAYS_ASIDE and _ASIDE.search(text, first, last):
        return _TOLD_ASIDE
    if _HOUSE_NUMBER.match(text, end) and _PLACE_NAME.search(text, start, end):
        return 0.0
    if bits & _NAMES_OFFICE and _OFFICE.search(text[first:start]):
        return 0.3
    return 0.6 if bits & _NEGATES and _NEGATION.search(text[max(first, start - 60) : start]) else 1.0
