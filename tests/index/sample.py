"""A few documents about renewal, for tests of indexing and searching; every visibility is among them."""

from __future__ import annotations

from functools import lru_cache

from kb.index.record import IndexRecord
from kb.language.analyzer import Analyzer, german
from kb.model import Passage, Visibility


@lru_cache(maxsize=1)
def analyzer() -> Analyzer:
    """The real analyzer, made once."""
    return german()


def record(identifier: str, *texts: str, title: str = "", key: str = "1", **more: object) -> IndexRecord:
    """A document with one passage a page."""
    passages = tuple(Passage(number, number + 1, text, 0) for number, text in enumerate(texts))
    values: dict[str, object] = {
        "kind": "reader",
        "date": "2012",
        "visibility": Visibility.PUBLIC,
        "sections": ("Einleitung",),
    }
    return IndexRecord(id=identifier, key=key, title=title, passages=passages, **(values | more))  # type: ignore[arg-type]


BOCHUM, SIEGEN = "05911000", "05970040"

RECORDS = (
    record(
        "leitfaden",
        "Die Gemeinde fragt die Eigentümer. Der Leerstand der Innenstadt soll sinken.",
        "Leerstände in Nebenlagen werden umgenutzt, die Förderung übernimmt das Land.",
        "Am Ende steht ein Leerstandsmanagement mit Zwischennutzung.",
        title="Leitfaden Leerstand",
        kind="leitfaden",
        owners=(BOCHUM,),
        municipalities=(BOCHUM,),
        topics=("ladenleerstand", "innenstadt"),
        regbez=("Arnsberg",),
    ),
    record(
        "protokoll",
        "Der Wohnungsleerstand in Siegen wächst. Abriss oder Umbau, das ist die Frage.",
        title="Protokoll Erfahrungsaustausch",
        kind="protokoll",
        date="2015-05-14",
        owners=(SIEGEN,),
        municipalities=(SIEGEN, BOCHUM),
        topics=("wohnungsleerstand",),
        regbez=("Arnsberg",),
    ),
    record(
        "zeche",
        "Die alte Zeche wird zum Kulturzentrum umgebaut. Ein Wettbewerb für Architekten.",
        title="Umbau der Zeche",
        date="2020",
        topics=("industriebrache",),
    ),
    record("mitglieder", "Der Verfügungsfonds in Bochum, nur für Mitglieder.", visibility=Visibility.MEMBERS),
    record(
        "geheim",
        "Geheimnisvolle Quellenangabe: der Leerstand der Sparkasse.",
        title="Vertraulich Xylophonfabrik",
        visibility=Visibility.INTERNAL,
        date="2021",
        owners=(SIEGEN,),
        topics=("altlasten",),
        kind="vortrag",
    ),
    record("leer", title="Ungelesene Karte", file_names=("Übersichtsplan_Weststadt.pdf",), date=""),
)
