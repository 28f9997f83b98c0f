"""SearchService on real indexes of both engines: what is found, shown, counted, hidden, said."""

import re
from datetime import date
from pathlib import Path

import pytest

from kb.gazetteer import Gazetteer
from kb.index.engine import ENGINES, Scope
from kb.index.forward import StoredDocument
from kb.index.indexer import Indexer
from kb.index.parser import parse
from kb.index.query import Filters, Mode, Query, Results, Sort
from kb.model import PUBLIC, STAFF, Viewer, Visibility
from kb.search import DEFAULT, SearchService
from kb.search.meaning import Scale
from kb.search.understanding import Understanding
from kb.vocabulary import Vocabulary
from tests.index.sample import BOCHUM, RECORDS, SIEGEN, analyzer, record

MEMBER = Viewer(Visibility.MEMBERS)


@pytest.fixture(scope="module", params=list(ENGINES))
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SearchService:
    folder = tmp_path_factory.mktemp("index")
    Indexer(folder, request.param, analyzer()).update(RECORDS)
    return SearchService(folder, request.param, analyzer(), Vocabulary.load(), Gazetteer.load())


def found(results: Results) -> list[str]:
    return [hit.document for hit in results.hits]


def ask(service: SearchService, text: str, **options: object) -> list[str]:
    return sorted(found(service.search(Query(text, expand=False, mode=Mode.ALL, **options))))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Leerstand", ["leitfaden", "protokoll"]),
        ("leerstaende", ["leitfaden", "protokoll"]),
        ("Leerstände", ["leitfaden", "protokoll"]),
        ("Wohnungsleerstand", ["protokoll"]),
        ("Leerstand Innenstadt", ["leitfaden"]),
        ("Leerstand NICHT Innenstadt", ["protokoll"]),
        ("Leerstand -Innenstadt", ["protokoll"]),
        ("Zeche ODER Innenstadt", ["leitfaden", "zeche"]),
        ("(Zeche ODER Innenstadt) UND Land", ["leitfaden"]),
        ('"alte Zeche"', ["zeche"]),
        ('"alten Zeche"', []),
        ('"das ist die Frage"', ["protokoll"]),
        ('"Leerstände"', ["leitfaden"]),
        ("kultur*", ["zeche"]),
        ("*förderung", ["leitfaden"]),
        ("*foerderung", []),
        ("Umb?u", ["protokoll", "zeche"]),
        ("Zehce~", ["zeche"]),
        ("titel:Umbau", ["zeche"]),
        ("art:Protokoll", ["protokoll"]),
        ("kommune:Bochum", ["leitfaden", "protokoll"]),
        ("kommune:Bochum Zwischennutzung", ["leitfaden"]),
        ("jahr:2015..2020", ["protokoll", "zeche"]),
        ("jahr:2012 Leerstand", ["leitfaden"]),
        ("seite:3", ["leitfaden"]),
        ("Weststadt", ["leer"]),
        ("NICHT Leerstand", ["leer", "zeche"]),
        ("", ["leer", "leitfaden", "protokoll", "zeche"]),
    ],
)
def test_what_is_found(service: SearchService, text: str, expected: list[str]) -> None:
    assert ask(service, text) == expected
    assert service.search(Query(text, expand=False, mode=Mode.ALL)).total == len(expected)


def test_exact_word_ranks_above_compound_part(service: SearchService) -> None:
    assert found(service.search(Query("Leerstand")))[0] == "leitfaden"


def test_passages_name_page_and_section_and_mark_the_words(service: SearchService) -> None:
    [hit] = service.search(Query("Zwischennutzung")).hits
    [passage] = hit.passages
    assert (passage.page, passage.section) == (3, "Einleitung")
    assert [passage.text[start:end] for start, end in passage.highlights] == ["Zwischennutzung"]
    by_document = {hit.document: hit for hit in service.search(Query("Leerstand")).hits}
    marked = {
        passage.text[start:end]
        for hit in by_document.values()
        for passage in hit.passages
        for start, end in passage.highlights
    }
    assert marked == {"Leerstand", "Leerstände", "Leerstandsmanagement", "Wohnungsleerstand"}
    assert len(by_document["leitfaden"].passages) == 3


def test_phrase_and_wildcard_are_marked(service: SearchService) -> None:
    def marks(text: str) -> list[str]:
        [passage] = service.search(Query(text)).hits[0].passages[:1]
        return [passage.text[start:end] for start, end in passage.highlights]

    assert marks('"alte Zeche"') == ["alte Zeche"]
    assert marks("kultur*") == ["Kulturzentrum"]
    assert marks("Zehce~") == ["Zeche"]


def test_seite_shows_that_page(service: SearchService) -> None:
    [hit] = service.search(Query("seite:2 Leerstand")).hits
    assert hit.passages[0].page == 2


def test_facets_ignore_their_own_choice(service: SearchService) -> None:
    results = service.search(Query("", Filters(kind=("leitfaden",))))
    counts = {row.value: (row.count, row.selected) for row in results.facets["kind"]}
    assert counts == {"leitfaden": (1, True), "protokoll": (1, False), "reader": (2, False)}
    assert [(row.value, row.count) for row in results.facets["municipality"]] == [(BOCHUM, 1)]
    assert results.total == 1
    for kind, (count, _) in counts.items():
        assert service.search(Query("", Filters(kind=(kind,)))).total == count


def test_facets_join_by_or_within_and_and_across(service: SearchService) -> None:
    both = service.search(Query("", Filters(kind=("leitfaden", "protokoll"))))
    assert both.total == 2
    assert service.search(Query("", Filters(kind=("leitfaden", "protokoll"), municipality=(SIEGEN,)))).total == 1
    years = service.search(Query("", Filters(years=(2015, None))))
    assert years.total == 2
    assert [row.value for row in years.facets["year"]] == ["2020", "2015", "2012"]


def test_facet_labels_and_unknown_choice(service: SearchService) -> None:
    results = service.search(Query("", Filters(topic=("nosuchtopic",))))
    assert results.total == 0
    assert ("nosuchtopic", 0, True) in [(row.value, row.count, row.selected) for row in results.facets["topic"]]
    labels = {row.value: row.label for row in service.search(Query("")).facets["municipality"]}
    assert labels[BOCHUM].startswith("Bochum")


def test_sorting_and_paging(service: SearchService) -> None:
    assert found(service.search(Query("", sort=Sort.NEWEST))) == ["zeche", "protokoll", "leitfaden", "leer"]
    assert found(service.search(Query("", sort=Sort.OLDEST))) == ["leitfaden", "protokoll", "zeche", "leer"]
    pages = [found(service.search(Query("", size=3, page=page))) for page in (1, 2, 3, 500)]
    assert [len(page) for page in pages] == [3, 1, 0, 0]
    assert len(set(pages[0] + pages[1])) == 4
    ranked = found(service.search(Query("Leerstand Zeche", mode=Mode.BEST)))
    paged = [
        one
        for page in range(1, 5)
        for one in found(service.search(Query("Leerstand Zeche", mode=Mode.BEST, size=1, page=page)))
    ]
    assert paged == ranked


def test_mode_is_said(service: SearchService) -> None:
    question = service.search(Query("Was wird aus der alten Zeche und dem Leerstand?"))
    assert set(found(question)) >= {"zeche", "leitfaden"}
    assert "besten Treffer" in question.notices[0]
    nothing = service.search(Query("Zeche Sparkasse Innenstadt"))
    assert "Kein Dokument enthält alle Wörter" in nothing.notices[0]
    assert nothing.total == 2
    some = service.search(Query("Leerstand Siegen"))
    assert "Nur ein Dokument enthält alle Wörter" in some.notices[0]
    assert found(some) == ["protokoll"]
    assert some.total == 1
    assert [row.count for row in some.facets["kind"]] == [1]
    assert "leitfaden" in [hit.document for hit in some.further]
    assert "protokoll" not in [hit.document for hit in some.further]
    assert service.ranking(Query("Leerstand Siegen"), 10) == ["protokoll", *[hit.document for hit in some.further]]
    behind = service.search(Query("Leerstand Siegen", size=1, page=2))
    assert (behind.further, behind.notices) == ((), ())
    by_the_letter = service.search(Query("Leerstand UND Siegen"))
    assert (by_the_letter.total, by_the_letter.further) == (1, ())


def test_bad_input_is_said_and_finds_what_it_can(service: SearchService) -> None:
    results = service.search(Query('jahr:neulich kommune:Nirgendwo ("Zeche'))
    assert found(results) == ["zeche"]
    text = " ".join(results.notices)
    assert "neulich" in text
    assert "Nirgendwo" in text
    assert "Anführungszeichen" in text


@pytest.mark.parametrize(
    "text",
    [
        "(" * 2000,
        "a" * 10_000,
        f"{'a' * 5000}*",
        f"{'a' * 5000}~2",
        "a*b*" * 15,
        "ab*" * 2000,
        "ab*cd*ef*gh*" + "x" * 40,
        f"{'a' * 58}~2",
        "x " * 5000,
        "\x00",
        "*",
        "~",
        '"',
        "NICHT",
        "-",
        "%_'\\",
        "🙂",
    ],
)
def test_no_query_fails(service: SearchService, text: str) -> None:
    service.search(Query(text))
    service.suggest(text)


def test_expansion_is_shown_and_removable(service: SearchService) -> None:
    text = "ISG"
    expanded = service.search(Query(text))
    assert "Immobilien- und Standortgemeinschaft" in [one.term for one in expanded.expansions]
    assert service.search(Query(text, expand=False)).expansions == ()


@pytest.mark.parametrize(
    "text",
    [
        "Leerstand",
        "Was wird aus der alten Zeche und dem Leerstand?",
        "Stadt Städte",
        "Wie planen wir die Planung?",
        "Wohnungsleerstand ODER Sanierung",
        "(Leerstand ODER Zeche) NICHT Siegen",
        "leer* ODER zeche~",
    ],
)
def test_the_explanation_of_a_hit_adds_up_to_what_the_engine_gave(service: SearchService, text: str) -> None:
    results = service.search(Query(text, explain=True))
    assert results.hits
    reader = service.reader()
    meaning = Understanding(Scale(analyzer(), reader.frequency, reader.size), service.names, DEFAULT)
    rank = meaning.understand(parse(text), text).rank
    given = {StoredDocument(reader.stored(one)).id: one.score for one in reader.search(rank, Scope(PUBLIC.sees), 100)}
    for hit in results.hits:
        lines = hit.explanation.splitlines()
        [whole] = [_numbers(line)[0] for line in lines if line.startswith("Wörter zusammen")]
        assert whole == pytest.approx(given[hit.document], abs=0.02)
        for points in (_numbers(line) for line in lines if line.startswith("Punkte")):
            assert points[0] == pytest.approx(hit.score, abs=0.006)
            assert sum(points[1:]) == pytest.approx(hit.score, abs=0.04)


def test_the_explanation_names_words_parts_and_places(service: SearchService) -> None:
    results = service.search(Query("Wohnungsleerstand", explain=True))
    assert "Wohnung + Leerstand" in results.explanation
    assert "Stamm oder Wortteil" in results.hits[0].explanation
    assert "nach Muster" in service.search(Query("leer*", explain=True)).hits[0].explanation
    assert "ähnlich geschrieben" in service.search(Query("Leerstnd~", explain=True)).hits[0].explanation
    assert not service.search(Query("Wohnungsleerstand")).hits[0].explanation


def _numbers(line: str) -> list[float]:
    return [float(one.replace(",", ".")) for one in re.findall(r"\d+,\d\d", line)]


def test_did_you_mean(service: SearchService) -> None:
    assert service.search(Query("Zwischenutzung")).suggestion == "Zwischennutzung"
    assert service.search(Query("Zwischennutzung")).suggestion == ""
    assert service.search(Query("Kulturzentrm Wetbewerb")).suggestion == "Kulturzentrum Wettbewerb"


def test_completion(service: SearchService) -> None:
    offers = service.suggest("zwischenn")
    assert "Zwischennutzung" in [one.text for one in offers]
    assert ("Leitfaden Leerstand", "title") in [(one.text, one.kind) for one in service.suggest("leitf")]
    assert [one.value for one in service.suggest("bochu") if one.kind == "municipality"] == [BOCHUM]
    assert "alte Kulturzentrum" in [one.text for one in service.suggest("alte kultu")]
    assert service.suggest("x") == ()


def test_similar_and_matches(service: SearchService) -> None:
    similar = [hit.document for hit in service.similar("leitfaden")]
    assert "protokoll" in similar
    assert "leitfaden" not in similar
    assert [passage.page for passage in service.matches("leitfaden", "Leerstand")] == [1, 2, 3]
    assert service.matches("leitfaden", "Zeche") == ()
    assert service.similar("unknown") == ()


@pytest.mark.parametrize("viewer", [PUBLIC, MEMBER])
def test_nothing_tells_of_an_internal_document(service: SearchService, viewer: Viewer) -> None:
    """The document "geheim" is internal; its words, year, topic and kind occur nowhere else."""
    for text in ("Xylophonfabrik", "Geheimnisvolle", "Xylophon*", "Xylophonfabrk~", '"der Leerstand der Sparkasse"'):
        assert "geheim" not in found(service.search(Query(text, viewer=viewer)))
    assert service.search(Query("Xylophonfabrik", viewer=viewer)).total == 0
    assert service.search(Query("Xylofonfabrik", viewer=viewer)).suggestion == ""
    assert service.search(Query("Geheimnisvole", viewer=viewer)).suggestion == ""
    for text in ("xylo", "geheim", "vertr", "sparka", "altla"):
        assert service.suggest(text, viewer) == ()
    everything = service.search(Query("", viewer=viewer, size=100))
    assert "geheim" not in found(everything)
    values = {row.value for rows in everything.facets.values() for row in rows}
    assert values.isdisjoint({"2021", "vortrag", "altlasten"})
    chosen = service.search(Query("", Filters(kind=("vortrag",)), viewer=viewer))
    assert chosen.total == 0
    assert all(row.count == 0 for row in chosen.facets["kind"] if row.value == "vortrag")
    assert service.similar("geheim", viewer) == ()
    assert service.matches("geheim", "Leerstand", viewer) == ()
    for document in ("leitfaden", "protokoll", "zeche"):
        assert "geheim" not in [hit.document for hit in service.similar(document, viewer, limit=100)]
    within = service.search(Query("Leerstand", Filters(document="geheim"), viewer=viewer))
    assert (within.total, within.hits) == (0, ())
    assert service.search(Query("Leerstand", viewer=viewer)).total == 2


def test_staff_see_it(service: SearchService) -> None:
    assert found(service.search(Query("Xylophonfabrik", viewer=STAFF))) == ["geheim"]
    assert service.search(Query("Xylofonfabrik", viewer=STAFF)).suggestion == "Xylophonfabrik"
    assert "Xylophonfabrik" in " ".join(one.text for one in service.suggest("xylo", STAFF))
    assert service.matches("geheim", "Leerstand", STAFF)


def test_members_see_their_own(service: SearchService) -> None:
    assert found(service.search(Query("Verfügungsfonds", viewer=MEMBER))) == ["mitglieder"]
    assert found(service.search(Query("Verfügungsfonds"))) == []


def test_recent_documents_gain_a_little(tmp_path: Path) -> None:
    old, new = record("old", "Leerstand", date="1990"), record("new", "Leerstand", date=str(date.today().year))  # noqa: DTZ011
    Indexer(tmp_path, "tantivy", analyzer()).update([old, new])
    service = SearchService(tmp_path, "tantivy", analyzer())
    assert found(service.search(Query("Leerstand"))) == ["new", "old"]
