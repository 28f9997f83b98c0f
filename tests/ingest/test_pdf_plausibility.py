"""Telling text from the numbers of glyphs."""

from __future__ import annotations

import pytest

from kb.ingest.extractors.pdf_plausibility import is_garbled

GERMAN = (
    "Die Stadt hat den Plan im Entwurf beschlossen. Für das Quartier am Bahnhof empfiehlt er ein Netz für Wärme aus Abwasser, "
    "das in zwei Jahren gebaut werden soll und von den Stadtwerken betrieben wird; die Häuser ringsum sollen folgen."
)
ENGLISH = (
    "The quick success of the scheme has encouraged other towns to follow, and the council will report again next year."
)
POLISH = (
    "Miasto przyjęło plan rewitalizacji śródmieścia, który przewiduje przebudowę opuszczonych kamienic na mieszkania."
)
RUSSIAN = "Город принял план обновления центра, который предусматривает переустройство заброшенных домов под жильё."
NUMBERS = "2012 14 17,5 % 2013 15 18,1 % 2014 12 16,9 % 2015 11 15,2 % 2016 10 14,8 %"


@pytest.mark.parametrize("text", [GERMAN, GERMAN.upper(), ENGLISH, POLISH, RUSSIAN, NUMBERS, "PLZ Ort Nr.", ""])
@pytest.mark.parametrize("unmapped", [False, True])
def test_text_is_text(text: str, unmapped: bool) -> None:
    assert not is_garbled(text, unmapped)


@pytest.mark.parametrize("shift", [-29, -3, 5])
def test_shifted_letters_are_not(shift: int) -> None:
    shifted = "".join(chr(max(33, ord(letter) + shift)) for letter in GERMAN)
    assert is_garbled(shifted, unmapped=True)


def test_symbols_are_not() -> None:
    assert is_garbled("!\"#$ %&'( )*+, -./ :;<= >?@[ ]^_` {|}~ !\"# $%& '()", unmapped=True)
