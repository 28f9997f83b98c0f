"""Funding programmes: which ones a document speaks of. Their names stand in vocabulary/programmes.ttl.

Several names are also ordinary words ("Stadtumbau", "lebendige Zentren", "soziale Stadt"): these count where the spelling
or the words around say that the programme is meant, and the document's years make a programme more or less plausible.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import defaultdict
from dataclasses import dataclass, field

from kb.ingest.annotate.naming import Mention, MentionFinder
from kb.ingest.annotate.text import PreparedPage, PreparedText
from kb.model import Annotation, Facet
from kb.vocabulary import Programme, Vocabulary
from kb.vocabulary.matcher import Words

_RULES = "1"
_LEAST = 0.1
_SENTENCES = 5
_AROUND = 90  # characters on either side in which a word can say that money is meant
_MONEY = re.compile(
    r"(?i)programm|förder|foerder|bund-länder|städtebauförderung|bewillig|zuwendung|aufgenommen|finanzier|mittel\b|kulisse|antrag"
)
_QUOTED = re.compile(r"[„“\"‚»«']")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_AMBIGUOUS = frozenset(("stadtumbau",))  # never the programme without a word of money beside it
_AHEAD = 2  # years that a document may precede a programme that is being prepared


@dataclass(slots=True)
class _Finds:
    """The places of one programme with the evidence each gives, 0..1."""

    places: list[tuple[float, Mention, PreparedPage]] = field(default_factory=list)
    title: float = 0.0


class ProgrammeAnnotator:
    """Finds funding programmes by name and abbreviation."""

    def __init__(self, vocabulary: Vocabulary, words: Words) -> None:
        self._programmes = {programme.id: programme for programme in vocabulary.programmes()}
        self._finder = MentionFinder(tuple(self._programmes.values()), words)
        joined = f"{_RULES} {vocabulary.version} {words.version}"
        self._version = hashlib.sha256(joined.encode()).hexdigest()[:12]

    @property
    def version(self) -> str:
        """A hash over the rules, the vocabulary and the analyzer."""
        return self._version

    def annotate(self, text: PreparedText) -> list[Annotation]:
        """The programmes of a document, the likeliest first."""
        found: dict[str, _Finds] = defaultdict(_Finds)
        for mention in self._finder.in_title(text.manuscript.title, text.title_tokens):
            if mention.concept not in _AMBIGUOUS:
                found[mention.concept].title = max(mention.weight, found[mention.concept].title)
        for page in text.pages:
            for mention in self._finder.in_page(page):
                worth = self._worth(page, mention)
                if worth > 0:
                    found[mention.concept].places.append((worth, mention, page))
        years = [int(year) for page in text.pages for year in _YEAR.findall(page.text)]
        annotations = [self._annotation(text, self._programmes[name], finds, years) for name, finds in found.items()]
        kept = [annotation for annotation in annotations if annotation.confidence >= _LEAST]
        return sorted(kept, key=lambda annotation: (-annotation.confidence, annotation.value))

    def _worth(self, page: PreparedPage, mention: Mention) -> float:
        """How sure this mention means the programme: 0..1."""
        if mention.weight < 0.5:  # inside another programme's name, an address, an office
            return 0.0
        written = page.text[mention.start : mention.end]
        near = page.text[max(0, mention.start - _AROUND) : mention.end + _AROUND]
        money = _MONEY.search(near) is not None
        if mention.concept in _AMBIGUOUS and not (money and len(written.split()) > 1):
            return 0.0
        if _is_abbreviation(written):
            return 0.8 if money else 0.3
        if not _is_spelled_as_name(written):
            return 0.0
        quoted = _QUOTED.match(page.text, mention.start - 1) is not None if mention.start else False
        return 0.95 if money or quoted else 0.6

    def _annotation(self, text: PreparedText, programme: Programme, finds: _Finds, years: list[int]) -> Annotation:
        miss = (1 - 0.9 * finds.title) * math.prod(1 - worth for worth, _, _ in finds.places[:_SENTENCES])
        confidence = min(0.99, (1 - miss) * _plausibility(programme, years))
        best = sorted(finds.places, key=lambda place: -place[0])[:_SENTENCES]
        evidence = tuple(text.evidence(page, mention.start, mention.end) for _, mention, page in _in_order(best))
        return Annotation(
            Facet.PROGRAMME,
            programme.id,
            round(confidence, 3),
            version=self._version,
            evidence=evidence or (text.title_evidence(),),
        )


def _in_order(places: list[tuple[float, Mention, PreparedPage]]) -> list[tuple[float, Mention, PreparedPage]]:
    return sorted(places, key=lambda place: (place[2].number, place[1].start))


def _is_abbreviation(written: str) -> bool:
    return len(written) <= 5 and sum(map(str.isupper, written)) >= 2


def _is_spelled_as_name(written: str) -> bool:
    """A name begins with a capital even where its first word is an adjective: "Soziale Stadt", not "soziale Stadt"."""
    return written[:1].isupper()


def _plausibility(programme: Programme, years: list[int]) -> float:
    """Lower where every year in the text lies before the programme began; its name was an ordinary word then."""
    if not years or max(years) >= programme.first_year - _AHEAD:
        return 1.0
    return 0.4
