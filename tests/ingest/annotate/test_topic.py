"""Topics in hard German: inflection, compounds, ellipsis, homographs, negation, passing mentions."""

from __future__ import annotations

from functools import lru_cache

import pytest

from kb.catalog.annotation import is_shown
from kb.ingest.annotate.topic import TopicAnnotator
from kb.model import Annotation, Facet, Section
from kb.vocabulary import Vocabulary
from kb.vocabulary.concept import Content, Topic
from tests.ingest.annotate.prepared import analyzer, prepared, vocabulary


@lru_cache(maxsize=1)
def annotator() -> TopicAnnotator:
    return TopicAnnotator(vocabulary(), analyzer())


def topics(*pages: str, title: str = "", sections: tuple[Section, ...] = ()) -> dict[str, Annotation]:
    found = annotator().annotate(prepared(*pages, title=title, sections=sections))
    return {annotation.value: annotation for annotation in found}


def sure(*pages: str, title: str = "") -> set[str]:
    return {topic for topic, annotation in topics(*pages, title=title).items() if is_shown(annotation)}


def likelihood(*pages: str, topic: str, title: str = "", sections: tuple[Section, ...] = ()) -> float:
    """The confidence of a topic, 0 where it is too unlikely to be given at all."""
    found = topics(*pages, title=title, sections=sections).get(topic)
    return found.confidence if found else 0.0


FILLER = (
    "Die Runde tagte im Rathaus. Nach der Begrüßung stellten sich alle vor. Es gab Kaffee, danach ging es weiter. "
    "Am Nachmittag wurde über die Arbeit der Geschäftsstelle berichtet und der Jahresplan verabschiedet. "
)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("In der Fußgängerzone stehen zwölf Ladenlokale leer. Der Ladenleerstand wächst.", "ladenleerstand"),
        (
            "Die Wohnungsleerstände der Siedlung nehmen zu, jede fünfte Wohnung ist eine leere Wohnung.",
            "wohnungsleerstand",
        ),
        ("Das Leerstandskataster führt zum Wohnungsleerstandsmanagement.", "leerstandsmanagement"),
        ("Die Haus- und Hofflächenprogramme laufen aus, das Fassadenprogramm beginnt.", "hof-und-fassadenprogramm"),
        ("Der Verfügungsfond wird aufgestockt. Über den Verfügungsfonds entscheidet ein Beirat.", "verfuegungsfonds"),
        ("Das Modernisierungs- und Instandsetzungsgebot nach § 177 BauGB wurde erlassen.", "modernisierungsgebot"),
        ("Die Zwischennutzer zogen aus, neue Zwischennutzungen folgen.", "zwischennutzung"),
        ("Schülerinnen und Schüler planen mit: Die Kinder- und Jugendbeteiligung trägt.", "jugendbeteiligung"),
        ("Die Schrottimmobilien am Bahnhof sind verwahrloste Immobilien.", "problemimmobilien"),
        ("Das Parkhaus ist voll, die Stellplätze reichen nicht, über Parkgebühren wird gestritten.", "parken"),
    ],
)
def test_a_short_text_about_one_thing(text: str, topic: str) -> None:
    assert topic in sure(text)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Das Parkhaus am Gewerbepark wurde gesprengt, das Parkdeck auch.", "stadtgruen"),
        ("Der Kunstrasenplatz ist fertig, der Kunststoff wurde entsorgt.", "kunst"),
        ("Die Verkehrssicherheit und die Planungssicherheit leiden.", "sicherheit"),
        ("Das Haus Parkstraße 12 und der Marktplatz 3 wechselten den Besitzer.", "stadtgruen"),
        ("Die Stadt legte Wert auf die Wettbewerbsfähigkeit des Standorts.", "wettbewerb"),
        ("Wohnungseigentümergemeinschaften sind schwer zu erreichen.", "immobilien-und-standortgemeinschaft"),
        ("Im Sozialkaufhaus gibt es günstige Möbel.", "nachnutzung-von-warenhaeusern"),
        ("Das Müllhaldenproblem bleibt.", "konversion-von-bergbauflaechen"),
        ("Insgesamt 177 Häuser und 179 Wohnungen wurden gezählt.", "modernisierungsgebot"),
    ],
)
def test_words_that_only_look_like_it(text: str, topic: str) -> None:
    assert topic not in sure(text)


def test_an_excluded_word_gives_nothing_at_all() -> None:
    assert "stadtgruen" not in topics("Das Parkhaus und der Technologiepark.")


def test_an_address_gives_nothing() -> None:
    assert "marktplatz" not in topics("Stadtverwaltung, Marktplatz 3, Telefon nebenan.")


def test_a_passing_mention_in_a_long_text_is_unlikely() -> None:
    pages = [FILLER * 8 + "Der Verfügungsfonds kam kurz zur Sprache. " + FILLER * 8, *[FILLER * 16] * 4]
    assert likelihood(*pages, topic="verfuegungsfonds") < 0.4


def test_more_mentions_and_a_title_make_it_likelier() -> None:
    once = likelihood(FILLER * 4 + "Der Radverkehr wurde erwähnt. " + FILLER * 4, topic="radverkehr")
    often = likelihood(
        FILLER + "Der Radverkehr wächst. " + FILLER + "Neue Radwege entstehen. " + FILLER, topic="radverkehr"
    )
    titled = likelihood(
        FILLER * 4 + "Der Radverkehr wurde erwähnt. " + FILLER * 4, topic="radverkehr", title="Radverkehr"
    )
    assert once < often
    assert once < titled


def test_a_related_topic_makes_a_topic_likelier() -> None:
    alone = topics(FILLER * 2 + "Der Gestaltungsbeirat wurde erwähnt. Der Bolzplatz auch.")
    together = topics(FILLER * 2 + "Der Gestaltungsbeirat wurde erwähnt. Die Gestaltungsfibel auch.")
    assert together["gestaltungsbeirat"].confidence > alone["gestaltungsbeirat"].confidence


def test_topics_that_are_much_spoken_of_leave_less_to_others() -> None:
    parking = "Das Parkhaus ist voll. Die Tiefgarage ist es auch. Stellplätze fehlen. Die Parkgebühren steigen. "
    alone = topics(FILLER * 2 + "Der Gestaltungsbeirat wurde erwähnt.")["gestaltungsbeirat"].confidence
    beside = topics(FILLER + parking + "Der Gestaltungsbeirat wurde erwähnt.")["gestaltungsbeirat"].confidence
    assert beside < alone


@pytest.mark.parametrize(
    ("title", "text", "topic"),
    [
        ("Wenn die Gemeinde auszieht – Umnutzung großer Räume", FILLER, "umnutzung"),
        ("", "Umgang mit leer stehenden Ladenlokalen. In der Altstadt sind Geschäfte leer.", "ladenleerstand"),
        ("", "Das Haus wurde geschossweise abgetragen, zwei Etagen wurden zurückgebaut.", "teilrueckbau"),
        ("", "Die Anwohnerversammlung war gut besucht. Beim Planungsspaziergang kamen viele.", "buergerbeteiligung"),
    ],
)
def test_topics_as_offices_name_them(title: str, text: str, topic: str) -> None:
    assert topic in sure(text, title=title)


def test_a_topic_without_examples_is_found_by_its_names() -> None:
    known = vocabulary()
    added = Topic(
        "drohnenlandeplatz", "Drohnenlandeplatz", ("Drohnenport",), definition="Ort, an dem Drohnen mit Waren landen."
    )
    wider = Vocabulary(Content((*known.topics(), added), known.programmes(), known.kinds()), "wider")
    text = "Der Rat berät über den Drohnenlandeplatz am Fluss. Der Drohnenport nützt dem Handel und kostet wenig."
    passing = FILLER * 16 + "Der Drohnenport kam kurz zur Sprache. " + FILLER * 16
    tagger = TopicAnnotator(wider, analyzer())
    shown = [{one.value for one in tagger.annotate(prepared(one)) if is_shown(one)} for one in (text, passing)]
    assert ["drohnenlandeplatz" in found for found in shown] == [True, False]


def test_a_negated_mention_counts_less() -> None:
    def likely(sentence: str) -> float:
        return likelihood(f"{sentence} Der Laden steht seit dem Sommer leer. {FILLER}", topic="zwischennutzung")

    told = likely("Es gab eine Zwischennutzung im Erdgeschoss.")
    negated = likely("Es gab keine Zwischennutzung im Erdgeschoss.")
    aside = likely("Die Zwischennutzung im Erdgeschoss wurde nicht behandelt.")
    assert told > negated > 0
    assert negated >= aside


def test_the_name_of_an_office_counts_less() -> None:
    told = likelihood(FILLER + "Der Denkmalschutz hat Vorrang.", topic="denkmalschutz")
    office = likelihood(FILLER + "Frau Roth leitet das Amt für Bauen und Denkmalschutz.", topic="denkmalschutz")
    assert told > office


def test_a_heading_counts_more() -> None:
    text = "Der Asphalt wird entfernt.\n\nEntsiegelung\n\n" + FILLER
    start = text.index("Entsiegelung")
    plain = likelihood(text, topic="entsiegelung")
    headed = likelihood(text, topic="entsiegelung", sections=(Section("Entsiegelung", 1, 1, start),))
    assert headed > plain


def test_the_longer_name_takes_the_shorter_one_in() -> None:
    found = topics("Ein Rückbaugebot wurde geprüft. Das Rückbaugebot kam nicht.")
    assert "rueckbau" not in found
    assert "rueckbaugebot" in found


def test_groups_are_never_given() -> None:
    text = "Wohnen, Umwelt, Mobilität, Baukultur: Die Verkehrsentwicklung und der Umweltschutz prägen die Quartiersentwicklung."
    groups = {root.id for root in vocabulary().roots()}
    assert not groups & set(topics(text, title="Wohnen und Mobilität"))


def test_evidence_gives_page_sentence_and_range() -> None:
    second = "Vorweg ein Satz. Die Schrottimmobilien\nwurden angekauft. Ende."
    annotation = topics(FILLER, second)["problemimmobilien"]
    evidence = annotation.evidence[0]
    assert (evidence.page, evidence.sentence) == (2, "Die Schrottimmobilien wurden angekauft.")
    assert second[evidence.start : evidence.end] == "Schrottimmobilien"
    assert annotation.facet is Facet.TOPIC
    assert annotation.version == annotator().version


def test_evidence_is_at_most_five_different_sentences_in_order() -> None:
    pages = [
        " ".join(f"Satz {number} handelt vom Radweg." for number in range(page * 4, page * 4 + 4)) for page in range(4)
    ]
    evidence = topics(*pages)["radverkehr"].evidence
    assert len(evidence) == 5
    assert len({one.sentence for one in evidence}) == 5
    assert [(one.page, one.start) for one in evidence] == sorted((one.page, one.start) for one in evidence)


def test_a_topic_of_the_title_alone_has_the_title_as_evidence() -> None:
    first = topics(FILLER, title="Gestaltungsbeirat")["gestaltungsbeirat"].evidence[0]
    assert (first.page, first.sentence, first.start, first.end) == (1, "Gestaltungsbeirat", 0, 0)


@pytest.mark.parametrize("pages", [(), ("",), ("   \n ",), ("§§ 1–3", ""), ("123 456",)])
def test_empty_documents_have_no_topics(pages: tuple[str, ...]) -> None:
    assert topics(*pages) == {}


def test_confidences_are_probabilities_the_likeliest_first() -> None:
    text = "Radwege, Gehwege, Parkhäuser, Bushaltestellen. Das Radwegenetz wächst, der Radverkehr auch."
    values = [annotation.confidence for annotation in annotator().annotate(prepared(text, title="Radverkehr"))]
    assert values == sorted(values, reverse=True)
    assert all(0 < value < 1 for value in values)
