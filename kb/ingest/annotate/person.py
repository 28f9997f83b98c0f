"""Persons and what they do, where a German spaCy model is installed: "Anna Becker, Amtsleiterin".

Optional: kb never needs the model and never fetches it. The model reads only sentences that name an office, because it is
slower than everything else in the pipeline together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import spacy

from kb.ingest.annotate.text import PreparedPage, PreparedText
from kb.model import Annotation, Evidence, Facet, Origin

MODELS = ("de_core_news_lg", "de_core_news_md", "de_core_news_sm")  # the best first
_RULES = "1"
_UNUSED = ["tagger", "morphologizer", "parser", "attribute_ruler", "lemmatizer"]
_OFFICE = re.compile(
    r"\b(?:(?:[A-ZÄÖÜ]\w*)?(?:[Bb]ürgermeister|[Aa]mtsleiter|[Bb]ereichsleiter|[Ff]achbereichsleiter|[Aa]bteilungsleiter|"
    r"[Pp]rojektleiter|[Dd]ezernent|[Ss]tadtplaner|[Qq]uartiersmanager|[Cc]itymanager|[Gg]eschäftsführer|[Mm]oderator|"
    r"[Kk]ämmerer|[Dd]enkmalpfleger|[Ww]irtschaftsförderer|[Ss]taatssekretär|[Mm]inister|[Vv]orsitzender?)(?:in)?|"
    r"(?:Erste[r]? )?Beigeordneter?|(?:Techn\w+ )?(?:Stadt)?[Bb]aur[aä]t(?:in)?|Kämmerin|Wirtschaftsförderin)\b"
)
_NEAR = 60  # characters between a person and the office
_CONFIDENCE = 0.7  # a name and an office side by side belong together about this often


def installed_model() -> str | None:
    """The name of the best German model that is installed, None where there is none."""
    return next((name for name in MODELS if spacy.util.is_package(name)), None)


class PersonAnnotator:
    """An `Annotator` (text.py) for Facet.PERSON; the value is "name, office"."""

    def __init__(self, model: str) -> None:
        self._nlp = spacy.load(model, exclude=_UNUSED)
        self._version = f"{_RULES} {model} {self._nlp.meta.get('version', '')}".strip()

    @property
    def version(self) -> str:
        """The rules' version, and the model's name and version."""
        return self._version

    def annotate(self, text: PreparedText) -> list[Annotation]:
        """Persons with an office beside their name, in the order in which they are first named."""
        found: dict[str, list[Evidence]] = {}
        places = [(page, *place) for page in text.pages for place in _sentences(page)]
        sentences = self._nlp.pipe(page.text[start:end] for page, start, end in places)
        for (page, start, _), doc in zip(places, sentences, strict=True):
            for value, first, last in _persons(doc):
                found.setdefault(value, []).append(text.evidence(page, start + first, start + last))
        return [
            Annotation(Facet.PERSON, value, _CONFIDENCE, Origin.MODEL, self._version, evidence=tuple(evidence))
            for value, evidence in found.items()
        ]


def _sentences(page: PreparedPage) -> Iterator[tuple[int, int]]:
    """The sentences that name an office."""
    last = (-1, -1)
    for match in _OFFICE.finditer(page.text):
        place = page.sentence_at(match.start())
        if place != last:
            yield place
        last = place


def _persons(doc: Any) -> Iterator[tuple[str, int, int]]:
    """(name and office, start, end) of the persons in a sentence who stand beside an office."""
    offices = [(match.start(), match.end(), match.group()) for match in _OFFICE.finditer(doc.text)]
    for entity in doc.ents:
        if entity.label_ == "PER":
            start, end = entity.start_char, entity.end_char
            near = [(max(first - end, start - last), office) for first, last, office in offices]
            distance, office = min(near, default=(_NEAR, ""))
            if distance < _NEAR and entity.text not in office:
                yield f"{' '.join(entity.text.split())}, {office}", start, end
