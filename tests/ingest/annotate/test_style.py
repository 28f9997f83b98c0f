"""How a text speaks gives away what kind of document it is, also where it does not say so."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import pytest

from kb.ingest.annotate.linear import load
from kb.ingest.annotate.style import TABLE, Style, marks
from tests.ingest.annotate.prepared import prepared, vocabulary

LEAFLET = (
    "Machen Sie mit! Ihr Hof soll schöner werden? Wir beraten Sie kostenlos, auch bei Ihnen zu Hause. Kommen Sie vorbei:\n"
    "dienstags 10 bis 12 Uhr und donnerstags 16 bis 18 Uhr im Laden an der Ecke, oder rufen Sie uns an: 0234 55512.\n"
    "Bringen Sie Fotos mit. Kaffee gibt es auch. Wir freuen uns auf Sie und Ihre Nachbarn!"
)
MINUTES = (
    "Beginn 14 Uhr, anwesend waren elf Mitglieder.\n1. Herr Brandt berichtet, die Ausschreibung sei veröffentlicht. Frau Kaya "
    "fragt nach den Fristen. Herr Brandt antwortet, bis Ende Mai lägen die Angebote vor.\n2. Frau Kaya weist darauf hin, dass "
    "der Zaun noch fehle. Das Bauamt kümmert sich darum.\nDer nächste Termin ist am 4. Juni um 14 Uhr. Ende 15.30 Uhr"
)


@lru_cache(maxsize=1)
def style() -> Style:
    return Style(load(TABLE))


@pytest.mark.parametrize(("text", "kind"), [(LEAFLET, "flyer"), (MINUTES, "protokoll")])
def test_a_kind_is_known_by_its_tone(text: str, kind: str) -> None:
    margins = style().of(prepared(text))
    assert max(margins, key=lambda one: margins[one]) == kind


def test_a_few_words_show_no_style() -> None:
    assert set(style().of(prepared("")).values()) == {0.0}
    few, many = style().of(prepared("Machen Sie mit!")), style().of(prepared(LEAFLET))
    assert max(map(abs, few.values())) < 0.2 < max(map(abs, many.values()))


def test_small_words_count_as_written_and_lines_by_their_shape() -> None:
    counted = Counter(marks(prepared("- Kommen Sie!\n- Da kommen sie, 12 Uhr\n§ 3 Ort:", title="Kommen")))
    assert counted["=Sie"] == counted["=sie"] == 1
    assert counted["line bullet"] == 2
    assert counted["line paragraph"] == counted["sign paragraph"] == counted["sign time"] == 1
    assert counted["line short :"] == 1
    assert any(mark.startswith("title ") for mark in counted)


def test_what_was_counted_to_learn_is_what_is_looked_at() -> None:
    model, text = load(TABLE), prepared(LEAFLET, MINUTES, title="Sprechstunde im Laden")
    rows = [model.words[mark] for mark in marks(text) if mark in model.words]
    learned = dict(zip(model.values, model.margins(rows).tolist(), strict=True))
    assert style().of(text) == pytest.approx(learned)
    assert style().of(text) == pytest.approx(learned), "and again, from what is remembered"


def test_only_the_beginning_is_looked_at() -> None:
    start = "Ein Satz mit sechs Wörtern hier.\n" * 400
    assert Counter(marks(prepared(start, "§ 1 Ende"))) == Counter(marks(prepared(start)))


def test_the_table_that_ships_knows_the_kinds_of_the_vocabulary() -> None:
    assert set(load(TABLE).values) == {one.id for one in vocabulary().kinds()}, (
        "fit it anew: bench/fit_words.py --write"
    )
