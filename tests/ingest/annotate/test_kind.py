"""The kind of a document, from title, words and shape."""

from __future__ import annotations

from functools import lru_cache

import pytest

from kb.ingest.annotate.kind import KindAnnotator, probabilities
from kb.model import Annotation
from tests.ingest.annotate.prepared import analyzer, prepared, vocabulary


@lru_cache(maxsize=1)
def annotator() -> KindAnnotator:
    return KindAnnotator(vocabulary(), analyzer())


def kind_of(*pages: str, title: str = "", format_name: str = "", file_name: str = "") -> Annotation:
    text = prepared(*pages, title=title, metadata={"format": format_name}, file_name=file_name)
    (annotation,) = annotator().annotate(text)
    return annotation


TEXTS = {
    "protokoll": """Anwesend: Frau Lindner (Hamm), Herr Okur (Gladbeck), Frau Pohl (Geschäftsstelle)
Entschuldigt: Siegen
TOP 1 Begrüßung
Frau Pohl begrüßt die Runde und dankt der Stadt Hamm.
TOP 2 Berichte der Mitglieder
Herr Okur berichtet, die Händler hätten sich beteiligt. Frau Lindner fragt nach den Kosten.
TOP 3 Verschiedenes
Nächste Sitzung: 4. Mai in Krefeld.""",
    "satzung": """Aufgrund des § 142 Abs. 3 BauGB in Verbindung mit § 7 der Gemeindeordnung für das Land Nordrhein-Westfalen
hat der Rat der Stadt am 12.03.2015 folgende Satzung beschlossen:
§ 1 Räumlicher Geltungsbereich
Das Gebiet umfasst die im Plan umrandeten Grundstücke. Der Plan ist Bestandteil der Satzung.
§ 2 Verfahren
Die Genehmigungspflicht nach § 144 findet Anwendung.
§ 3 Inkrafttreten
Diese Satzung tritt am Tage nach ihrer Bekanntmachung in Kraft.""",
    "ratsvorlage": """Vorlage Nr. 0815/2016, öffentliche Sitzung
Beratungsfolge: Ausschuss für Stadtentwicklung, Hauptausschuss, Rat
Beschlussvorschlag:
Der Rat der Stadt beschließt die Richtlinie. Die Verwaltung wird beauftragt, die Anträge zu stellen.
Sachverhalt:
Das Verfahren läuft seit 2014.
Finanzielle Auswirkungen:
Im Haushaltsjahr 2017 stehen 40.000 Euro bereit.""",
    "richtlinie": """1. Zweck der Förderung
Die Stadt fördert die Gestaltung privater Höfe.
2. Gegenstand der Förderung
2.1 Begrünung
2.2 Anstrich
3. Art und Höhe der Förderung
Der Zuschuss beträgt höchstens 40 Prozent. Ein Rechtsanspruch auf Förderung besteht nicht.
4. Antragsverfahren
5. Inkrafttreten
Diese Richtlinie tritt am 1. Juli in Kraft.""",
    "praxisbeispiel": """Ausgangslage
Die Schule stand seit 2004 leer.
Ziele
Ein Haus für alle.
Maßnahmen
Umbau, neuer Aufzug.
Akteure
Stadt, Verein, Architekturbüro
Kosten und Finanzierung
2,1 Mio. Euro
Laufzeit: 2009 bis 2012
Kontakt: Frau Engel, Bauamt""",
    "leitfaden": """So gehen Sie vor
Schritt 1: Klären Sie, wem das Haus gehört.
Schritt 2: Legen Sie eine Akte an und prüfen Sie das Grundbuch.
Schritt 3: Sprechen Sie mit der Bauaufsicht.
Checkliste
☐ Eigentümer bekannt
☐ Zustand erfasst
Typische Fehler: zu spät beginnen.""",
    "flyer": """Wir laden Sie herzlich ein!
Samstag, 9. Mai, 14 Uhr, Treffpunkt Kirchplatz
Kommen Sie vorbei und machen Sie mit! Für Kinder gibt es eine Bastelecke.
Eintritt frei. Haben Sie Fragen? Rufen Sie an: Quartiersbüro, Öffnungszeiten Mo bis Do.""",
    "newsletter": """Ausgabe 2
Liebe Leserinnen und Leser,
in dieser Ausgabe lesen Sie Neues aus den Städten.
Kurz notiert
Hagen hat eine neue Dezernentin.
Personalien
Herr Tal geht in den Ruhestand.
Termine
3. Juni: Treffen in Unna
Abmelden: Antwort genügt.""",
    "vortrag": """Folie 1: Wer wir sind
Folie 2: Was wir vorhatten
Folie 3: Was daraus wurde
Vielen Dank für Ihre Aufmerksamkeit""",
    "foerderinformation": """Wer wird gefördert?
Gemeinden mit mehr als 5.000 Einwohnern.
Was wird gefördert?
Investitionen in den Bestand.
Wie hoch ist die Förderung?
Der Fördersatz beträgt 60 Prozent.
Antragsfrist: 30. September bei der Bezirksregierung. Antragsberechtigt sind Städte.""",
    "reportage": """Es nieselt, als der Bus hält. Die Gruppe steigt aus, Kapuzen hoch. „Hier stand der Ofen“, sagt Hanna Weck
und zeigt auf ein Beet. Erste Station: die Halle. Drinnen riecht es nach Farbe. „Wir haben alles selbst gemacht“, erzählt sie
und lacht. Zweite Station: das Ufer. Text und Fotos: Redaktion""",
    "fachbeitrag": """Dieser Beitrag geht der Frage nach, ob die Debatte den Befund trägt. In der Literatur (Häuser
2004: 12; vgl. Siebel 2010) wird argumentiert, dass es sich anders verhält.
Gleichwohl bleibt die These umstritten (Kühn/Liebmann 2009).
Fazit: Der Forschungsstand ist dünn.
Literatur
Häuser, K. (2004): Stadt und Rest.""",
    "modellprojekt": """Das Modellprojekt wurde in drei Projektphasen erprobt. Die wissenschaftliche Begleitung befragte
80 Haushalte. Nach der Pilotphase zeigte die Begleitforschung, was übertragbar ist.
Auswertung und Verstetigung folgten im Modellgebiet.""",
}  # fmt: skip


@pytest.mark.parametrize("kind", TEXTS)
def test_the_text_alone_tells_the_kind(kind: str) -> None:
    annotation = kind_of(TEXTS[kind])
    assert annotation.value == kind
    assert annotation.evidence
    assert all(evidence.page == 1 and evidence.sentence for evidence in annotation.evidence)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Niederschrift über die 3. Sitzung des Lenkungskreises", "protokoll"),
        ("Protokoll zur Vorstellung des Leitfadens", "protokoll"),
        ("Fachexkursion nach Altena", "reportage"),
        ("Arbeitshilfe Verfügungsfonds", "leitfaden"),
        ("Steckbrief: Bahnhof Kreuztal", "praxisbeispiel"),
        ("Sanierungssatzung „Altstadt“", "satzung"),
        ("Beschlussvorlage: Erlass einer Gestaltungssatzung", "ratsvorlage"),
        ("Förderrichtlinie der Stadt Werdohl", "richtlinie"),
        ("Reader Brachflächen", "reader"),
        ("Netzwerkbrief Nr. 4", "newsletter"),
        ("Merkblatt zur Antragstellung", "foerderinformation"),
    ],
)
def test_the_title_alone_tells_the_kind(title: str, kind: str) -> None:
    assert kind_of("Ein Text, der nichts verrät.", title=title).value == kind


def test_the_file_name_helps() -> None:
    assert kind_of("Nichts.", file_name="2014-05_Protokoll_AG-Wohnen.pdf").value == "protokoll"


def test_slides_are_a_talk_whatever_they_say() -> None:
    assert kind_of("Ausgangslage\nEin Haus\n", "Ziele\nKaufen\n", format_name="pptx").value == "vortrag"


def test_fields_over_and_over_are_a_reader() -> None:
    example = "Ausgangslage\nEin leeres Haus.\nMaßnahmen\nUmbau.\nErfahrungen\nGut.\nKontakt\nBauamt\n"
    assert kind_of(example).value == "praxisbeispiel"
    assert kind_of("Drei Städte\n", example, example, example).value == "reader"


@pytest.mark.parametrize("text", ["", "Guten Tag.", "Der Himmel über der Stadt war grau."])
def test_what_shows_nothing_is_something_else_and_uncertain(text: str) -> None:
    annotation = kind_of(text)
    assert annotation.value == "sonstiges"
    assert annotation.confidence < 0.7


def test_more_signs_make_it_surer() -> None:
    little = kind_of("Anwesend: alle. Der Abend verlief gut.").confidence
    assert kind_of(TEXTS["protokoll"], title="Protokoll").confidence > max(little, 0.9)


def test_probabilities_add_up() -> None:
    likely = probabilities({"a": 3.0, "b": 1.0, "c": -700.0})
    assert sum(likely.values()) == pytest.approx(1.0)
    assert likely["a"] > likely["b"] > likely["c"] >= 0.0


def test_a_kind_known_by_its_tone_alone_shows_the_sentences_that_have_it() -> None:
    leaflet = (
        "Machen Sie mit! Ihr Hof soll schöner werden? Wir beraten Sie kostenlos, auch bei Ihnen zu Hause. Kommen Sie vorbei: "
        "dienstags im Laden an der Ecke, oder rufen Sie uns an. Bringen Sie Fotos mit. Kaffee gibt es auch. Wir freuen uns "
        "auf Sie und Ihre Nachbarn! Die Hecke ist grün."
    )
    annotation = kind_of(leaflet)
    assert annotation.value == "flyer"
    assert annotation.evidence
    assert all(one.sentence in leaflet for one in annotation.evidence)
    assert any("Sie" in one.sentence for one in annotation.evidence)
