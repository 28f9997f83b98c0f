"""Whether characters are text at all, or the numbers of glyphs in disguise.

Asked only about pages whose fonts do not say which characters their glyphs are: many of them read well all the same.
"""

from __future__ import annotations

import re
from math import log

# Relative frequencies of letters in German text in percent, after A. Beutelspacher, Kryptologie (umlauts as base letters).
_FREQUENCIES = {
    "e": 17.4, "n": 9.8, "i": 7.6, "s": 7.3, "r": 7.0, "a": 6.5, "t": 6.2, "d": 5.1, "h": 4.8, "u": 4.4, "l": 3.4,
    "c": 3.1, "g": 3.0, "m": 2.5, "o": 2.5, "b": 1.9, "w": 1.9, "f": 1.7, "k": 1.2, "z": 1.1, "p": 0.8, "v": 0.7,
    "ß": 0.3, "j": 0.3, "y": 0.05, "x": 0.05, "q": 0.05,
}  # fmt: skip
_FOLD = str.maketrans("äöüéèáàâô", "aoueeaaao")
_LIKELY = (
    -3.5
)  # mean log of these frequencies: German text has -2.8 to -3.1, English -3.0, shifted letters -3.8 and less
_IMPOSSIBLE = -3.8
_COMMON = "enisrat"
_LETTERS = re.compile(r"[^\W\d_]")
_BLANK = re.compile(r"\s")
_QUICK, _SAMPLE = 800, 4000  # characters
_FEW, _MANY = 20, 200  # letters


def reads_well(text: str) -> bool:
    """A quick look: whether the commonest letters are as common as they should be.

    The seven commonest make up 61 % of the letters of German and English texts; half of it is enough to go on.
    """
    sample = text[:_QUICK]
    return 3 * sum(map(sample.count, _COMMON)) > len(sample)


def is_garbled(text: str, unmapped: bool) -> bool:
    """Whether the characters are other than they should be: hardly any letters, or letters as no language uses them.

    `unmapped`: the fonts do not name the characters, so that less is needed to believe it. Texts in other scripts than
    Latin are never suspected.
    """
    if reads_well(text):
        return False
    sample = text[:_SAMPLE].lower()
    sample = _BLANK.sub("", sample)
    letters = _LETTERS.findall(sample.translate(_FOLD))
    if unmapped and len(letters) + sum(map(str.isdigit, sample)) < 0.5 * len(sample):
        return len(sample) > _FEW
    latin = [_FREQUENCIES.get(letter, 0.05) for letter in letters if letter < "\u0250"]
    if len(latin) < (_FEW if unmapped else _MANY) or len(latin) < 0.5 * len(letters):
        return False
    return sum(log(frequency / 100) for frequency in latin) / len(latin) < (_LIKELY if unmapped else _IMPOSSIBLE)
