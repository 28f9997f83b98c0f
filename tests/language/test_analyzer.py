"""What the analyzer makes of German: each class of words that a search must cope with."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.language.analyzer import Analyzer, german, municipality_names
from kb.language.folding import fold
from kb.language.token import Form
from kb.language.word import WORD


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return german()


def words(analyzer: Analyzer, text: str) -> list[str]:
    return [text[start:end] for start, end, _ in analyzer.tokens(text)]


def forms(analyzer: Analyzer, text: str) -> dict[str, Form]:
    return {text[start:end]: form for start, end, form in analyzer.tokens(text)}


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("Leerstandsmanagement", ("Leerstand", "Management")),
        ("Wohnungsleerstandsmanagement", ("Wohnung", "Leerstand", "Management")),
        ("Städtebauförderungsrichtlinien", ("Stadt", "Bau", "Förderung", "Richtlinie")),
        ("Fördermittel", ("fördern", "Mittel")),
        ("Brachflächen", ("Brache", "Fläche")),
        ("Schulhofgestaltung", ("Schule", "Hof", "Gestaltung")),
        ("Denkmalschutz", ("Denkmal", "Schutz")),
        ("Haushaltssatzung", ("Haushalt", "Satzung")),
        ("Antragsteller", ("Antrag", "Steller")),
        ("Daten\u00adübermittlung", ("Daten", "Übermittlung")),
        ("Stadtpark", ("Stadt", "Park")),
        ("Markthalle", ("Markt", "Halle")),
        ("Radschnellweg", ("Rad", "schnell", "Weg")),
        ("Abschlussbericht", ("Abschluss", "Bericht")),
        ("barrierefreien", ("Barriere", "frei")),
        ("denkmalgeschützte", ("Denkmal", "geschützt")),
        ("QUARTIERSMANAGEMENT", ("Quartier", "Management")),
    ],
)
def test_compound_has_its_parts_as_one_writes_them(analyzer: Analyzer, word: str, parts: tuple[str, ...]) -> None:
    assert analyzer.form(word).parts == parts


WHOLE = """
Gütersloh Gelsenkirchen Mönchengladbach Bochums Meerbusch Denkmal Richtlinie Verbrauch Kombination Landschaft Bürgerschaft
Verantwortung Unternehmen Abtreibung normalerweise umgestaltet abgerissen ISEK Feststellung Einfluss Maßnahmen
"""
WHOLE_WORDS = WHOLE.split()


@pytest.mark.parametrize("word", WHOLE_WORDS)
def test_simple_words_and_names_stay_whole(analyzer: Analyzer, word: str) -> None:
    assert analyzer.form(word).parts == ()


def test_spans_are_the_words_inside_a_compound(analyzer: Analyzer) -> None:
    form = analyzer.form("Wohnungsleerstandsmanagement")
    assert analyzer.form("Wohnungsleerstand").stem in form.spans
    assert analyzer.form("Leerstandsmanagement").stem in form.spans
    assert form.stem not in form.spans
    assert analyzer.form("Management").stem == form.part_stems[-1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Leerstand", "Leerständen"),
        ("Quartiersmanagement", "Quartiersmanagements"),
        ("Gewerbebrache", "Gewerbebrachen"),
        ("fördern", "geförderten"),
        ("rückbauen", "rückgebaut"),
        ("leerstehend", "leerstehenden"),
        ("denkmalgeschützt", "denkmalgeschützten"),
        ("quartiersbezogen", "quartiersbezogene"),
        ("Soziale", "sozialen"),
        ("Halle", "Hallen"),
        ("Zentrum", "Zentren"),
        ("Jugendliche", "Jugendlichen"),
        ("Studierende", "Studierenden"),
        ("Bochum", "Bochums"),
        ("Innenstadtentwicklung", "Innenstadt-Entwicklung"),
        ("ISEK", "ISEKs"),
        ("1.500.000", "1500000"),
    ],
)
def test_inflected_forms_meet(analyzer: Analyzer, one: str, other: str) -> None:
    assert analyzer.form(one).stem == analyzer.form(other).stem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Förderung", "Forderung"),
        ("schon", "schön"),
        ("Zahlen", "zählen"),
        ("Hamm", "Hammer"),
        ("Stadt", "Staat"),
        ("Organ", "Organisation"),
        ("Werl", "Werler"),
        ("Rees", "Reese"),
        ("Wand", "Wandel"),
        ("Städtebauförderungsrichtlinie", "Städtebauförderungsrichtlinienänderung"),
    ],
)
def test_other_words_do_not_meet(analyzer: Analyzer, one: str, other: str) -> None:
    assert analyzer.form(one).stem != analyzer.form(other).stem


@pytest.mark.parametrize(
    "spelling", ["Fördermittel", "Foerdermittel", "Fordermittel", "FÖRDERMITTEL", "Fo\u0308rdermittel"]
)
def test_a_word_is_found_however_its_umlauts_are_typed(analyzer: Analyzer, spelling: str) -> None:
    meant = analyzer.form("Fördermittel")
    form = analyzer.form(spelling)
    assert (form.stem, form.folded, form.part_stems) == (meant.stem, meant.folded, meant.part_stems)


@pytest.mark.parametrize("spelling", ["Guetersloh", "Gutersloh", "Staedtebau", "Strasse", "Massnahme", "groesser"])
def test_restored_umlauts_and_sharp_s(analyzer: Analyzer, spelling: str) -> None:
    meant = {"Guetersloh": "Gütersloh", "Gutersloh": "Gütersloh", "Staedtebau": "Städtebau", "Strasse": "Straße"} | {
        "Massnahme": "Maßnahme",
        "groesser": "größer",
    }
    assert analyzer.form(spelling).stem == analyzer.form(meant[spelling]).stem


@pytest.mark.parametrize(
    "word",
    [
        "neue",
        "Bauer",
        "aktuell",
        "Steuer",
        "Duell",
        "Manuel",
        "Israel",
        "Phoenix",
        "Moers",
        "Soest",
        "Poesie",
        "Frauen",
    ],
)
def test_true_digraphs_stay(analyzer: Analyzer, word: str) -> None:
    assert analyzer.form(word).folded == word.lower()


@pytest.mark.parametrize("word", ["Masse", "Busse", "Gasse", "Wasser"])
def test_true_double_s_is_not_taken_for_a_sharp_one(analyzer: Analyzer, word: str) -> None:
    assert analyzer.form(word).stem != analyzer.form(word.replace("ss", "ß")).stem or word == "Masse"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Fluß", "Fluss"),
        ("daß", "dass"),
        ("Photo", "Foto"),
        ("Schiffahrt", "Schifffahrt"),
        ("Potential", "Potenzial"),
        ("aufwendig", "aufwändig"),
        ("Photographie", "Fotografie"),
        ("numerieren", "nummerieren"),
    ],
)
def test_old_spelling_meets_new(analyzer: Analyzer, old: str, new: str) -> None:
    assert analyzer.form(old).stem == analyzer.form(new).stem


GENDER = [
    "Bürger:innen",
    "Bürger*innen",
    "Bürger_innen",
    "BürgerInnen",
    "Bürger/-innen",
    "Bürger/innen",
    "Bürger(innen)",
]


@pytest.mark.parametrize("written", [*GENDER, "Bürgerinnen", "Bürger:in", "Bürger/in"])
def test_gender_forms_are_one_word_and_meet_the_masculine(analyzer: Analyzer, written: str) -> None:
    text = f"Alle {written} planen mit."
    assert words(analyzer, text)[1] == written
    assert forms(analyzer, text)[written].stem == analyzer.form("Bürger").stem


@pytest.mark.parametrize("written", GENDER)
def test_a_quoted_search_takes_gender_forms_for_the_spelled_out_feminine(analyzer: Analyzer, written: str) -> None:
    assert analyzer.form(written).folded == "burgerinnen"


def test_gender_forms_inside_compounds_and_with_other_endings(analyzer: Analyzer) -> None:
    assert analyzer.form("Bürger:innenbeteiligung").stem == analyzer.form("Bürgerbeteiligung").stem
    assert analyzer.form("Ärzt:innen").stem == analyzer.form("Arzt").stem
    assert analyzer.form("jede:r").stem == analyzer.form("jede").stem
    assert words(analyzer, "Er/sie und/oder die Stadt") == ["Er", "sie", "und", "oder", "die", "Stadt"]


@pytest.mark.parametrize(
    ("text", "stump", "whole"),
    [
        ("Haus- und Hofflächen", "Haus-", "Hausflächen"),
        ("das Hof- und Fassadenprogramm", "Hof-", "Hofprogramm"),
        ("Innenstadt- und Ortskernentwicklung", "Innenstadt-", "Innenstadtentwicklung"),
        ("Vor- und Nachteile", "Vor-", "Vorteile"),
        ("Be- und Entwässerung", "Be-", "Bewässerung"),
        ("Wohn-, Misch- und Gewerbegebiete", "Wohn-", "Wohngebiete"),
        ("Wohn-, Misch- und Gewerbegebiete", "Misch-", "Mischgebiete"),
        ("Fest- bzw. Marktplätze", "Fest-", "Festplätze"),
        ("Stadtteilbüro und -management", "-management", "Stadtteilmanagement"),
        ("EFRE- und Landes-Mittel", "EFRE-", "EFRE-Mittel"),
    ],
)
def test_elliptic_compounds(analyzer: Analyzer, text: str, stump: str, whole: str) -> None:
    form, meant = forms(analyzer, text)[stump], analyzer.form(whole)
    assert (form.stem, form.part_stems) == (meant.stem, meant.part_stems)


@pytest.mark.parametrize("text", ["Haus- ", "Haus- Garten", "Vor- und", "- und", "Haus-, ", "und -management"])
def test_a_stump_without_partner_is_itself(analyzer: Analyzer, text: str) -> None:
    for start, end, form in analyzer.tokens(text):
        assert form.stem == analyzer.form(text[start:end]).stem


def test_hyphened_words_have_their_pieces(analyzer: Analyzer) -> None:
    assert analyzer.form("Stadtumbau-West").parts == ("Stadt", "Umbau", "West")
    assert analyzer.form("Stadtumbau").stem in analyzer.form("Stadtumbau-West").spans
    assert analyzer.form("Dortmund-Hörde").parts == ("Dortmund", "Hörde")
    assert analyzer.form("Castrop-Rauxel").parts == ()
    assert analyzer.form("Rauxel").stem in analyzer.form("Castrop-Rauxels").spans


def test_numbers_years_dates_and_paragraphs(analyzer: Analyzer) -> None:
    text = "§ 171b BauGB vom 14.05.2012, §§ 171a–d, § 172 a, 1.500,50 Euro, Wärme 20°C, 3.OG, A40"
    found = forms(analyzer, text)
    assert {"171b", "14.05.2012", "171a–d", "172 a", "1.500,50", "A40"} <= set(found)
    assert found["171a–d"].parts == ("171a", "171b", "171c", "171d")
    assert found["172 a"].stem == analyzer.form("172a").stem
    assert found["14.05.2012"].spans == ("2012",)


def test_abbreviations(analyzer: Analyzer) -> None:
    text = "z.B. und z. B. sowie u.\u00a0a. im ISEK, i. d. R. mit EFRE und ÖPNV (IHK, InHK, VU)."
    found = forms(analyzer, text)
    assert found["z.B."].stop
    assert found["z. B."].stem == found["z.B."].stem
    assert {"ISEK", "EFRE", "ÖPNV", "IHK", "InHK", "VU", "i. d. R.", "u.\u00a0a."} <= set(found)
    assert not found["EFRE"].stop


def test_a_sentence_end_is_no_abbreviation(analyzer: Analyzer) -> None:
    assert words(analyzer, "Plan A. Die Stadt plant.") == ["Plan", "A", "Die", "Stadt", "plant"]


def test_stop_words_keep_their_place(analyzer: Analyzer) -> None:
    tokens = analyzer.tokens("Die Förderung der Stadt gemäß Satzung")
    assert [form.stop for _, _, form in tokens] == [True, False, True, False, True, False]


@pytest.mark.parametrize("word", ["schön", "Fordern", "nicht", "ohne", "Stadt", "Maßnahme", "Konzept", "Masse"])
def test_words_that_say_something_are_no_stop_words(analyzer: Analyzer, word: str) -> None:
    assert not analyzer.form(word).stop


def test_offsets_point_into_the_text_as_it_was_given(analyzer: Analyzer) -> None:
    text = "Die Gru\u0308nfla\u0308chen\u00a0im Städ\u00adte\u00adbau\ufeff, Lu\u0308nen."
    found = forms(analyzer, text)
    assert found["Gru\u0308nfla\u0308chen"].stem == analyzer.form("Grünflächen").stem
    assert found["Städ\u00adte\u00adbau\ufeff"].parts == ("Stadt", "Bau")
    assert found["Lu\u0308nen"].stem == analyzer.form("Lünen").stem


def test_split_gives_offsets_that_cover_the_word(analyzer: Analyzer) -> None:
    word = "Stadtteilmanagerinnen"
    parts = analyzer.split(word)
    assert "".join(word[part.start : part.end] for part in parts) == word
    assert [word[part.start : part.bare] for part in parts][:2] == ["Stadt", "teil"]


@pytest.mark.parametrize("word", ["", "-", "\ud800", "a\ud800", "--", ":", "§", "Haus\x1eHof", "\x1e", "a\tb", "a\nb"])
def test_odd_words_have_a_form(analyzer: Analyzer, word: str, tmp_path: Path) -> None:
    assert isinstance(analyzer.form(word), Form)
    cached = Analyzer(cache=tmp_path / "forms.txt")
    cached.form(word)
    cached.save()
    assert Analyzer(cache=tmp_path / "forms.txt").form(word) == analyzer.form(word)


def test_long_words_are_never_cut_off(analyzer: Analyzer) -> None:
    word = "Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnung"
    assert analyzer.form(word).stem == word.lower()
    assert analyzer.form("x" * 500).stem == "x" * 500


def test_names_of_multiword_municipalities_are_protected() -> None:
    names = municipality_names()
    assert {"Halle (Westf.)", "Halle", "Castrop-Rauxel", "Rauxel", "Haltern"} <= set(names)
    assert "westf" not in {name.lower() for name in names}


def test_protection_is_the_callers_choice() -> None:
    assert Analyzer().form("Meerbusch").parts == ("Meer", "Busch")
    assert Analyzer(protected=["Meerbusch"]).form("Meerbuschs").stem == "meerbusch"
    assert Analyzer().version != Analyzer(protected=["Meerbusch"]).version


TEXTS = st.text(max_size=80) | st.text(alphabet="aäu\u0308ßIi -‐:*_/(),.§0123\u00ad\u00a0\ufeffn", max_size=60)


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
def test_any_text_gives_tokens_in_order_with_content(analyzer: Analyzer, text: str) -> None:
    last = 0
    for start, end, form in analyzer.tokens(text):
        assert last <= start < end <= len(text)
        assert form.stem
        assert any(character.isalnum() for character in text[start:end])
        assert len(form.parts) == len(form.part_stems)
        assert all((*form.parts, *form.part_stems, *form.spans))
        last = end


@settings(max_examples=300)
@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Straße", "strasse"), ("GRÜN", "grun"), ("Café", "cafe"), ("Stra\u00adße", "strasse"), ("ẞ", "ss")],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


_PIECES = (
    "z.", "B.", "(z.", "d.", "R.", "§", "§§", "171", "171a", "a", "c", "-", "–", "-hof", "Haus-", "und", "Bürger:innen", "12.5",
    "/-in", "(in)", "’s", "Ä", "_", ",", ".", "\t", "\r", "\u00a0", "\u202f", "\u00ad", "•", "",
)  # fmt: skip


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(_PIECES), st.sampled_from(("", " ", "\n"))), max_size=9))
def test_words_found_between_spaces_are_those_of_the_whole_text(
    analyzer: Analyzer, pieces: list[tuple[str, str]]
) -> None:
    text = "".join(map("".join, pieces))
    assert [(start, end) for start, end, _ in analyzer.tokens(text)] == [match.span() for match in WORD.finditer(text)]
    # a text that begins with a hyphen is looked at as a whole
    assert [form for *_, form in analyzer.tokens(text)] == [form for *_, form in analyzer.tokens(f"-\n{text}")]
