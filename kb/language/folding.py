"""Folding: the spelling that an exact search compares. Spelling reforms live in spelling.py, lemmas in lemma.py."""

from __future__ import annotations

import re
import unicodedata

# Invisible inside a word: soft hyphen, zero-width space and joiners, word joiner, byte order mark.
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
MARKS = "\u0300-\u036f"

_INVISIBLE = dict.fromkeys(map(ord, INVISIBLE))
_GERMAN = str.maketrans({"ß": "ss", "ẞ": "ss", "ä": "a", "ö": "o", "ü": "u", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l"})
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–−", "-") | dict.fromkeys("’‘ʼ`´", "'"))
_MARK = re.compile(f"[{MARKS}]")


def clean(word: str) -> str:
    """The word composed (NFC), without invisible characters, with plain hyphens and apostrophes."""
    if word.isascii():
        return word
    return unicodedata.normalize("NFC", word.translate(_INVISIBLE)).translate(_HYPHENS)


def fold(text: str) -> str:
    """Lower case, ü = u, ß = ss, no accents, no invisible characters; folding twice changes nothing.

    The digraphs ae, oe, ue are not touched here: whether "ue" is "ü" depends on the word (Duell, Israel), which
    `kb.language.lexicon.Lexicon.restore` knows.
    """
    if text.isascii():
        return text.lower()
    lowered = clean(text).lower().translate(_GERMAN)
    if lowered.isascii():
        return lowered
    decomposed = _MARK.sub("", unicodedata.normalize("NFKD", lowered))
    return unicodedata.normalize("NFC", decomposed).lower().translate(_GERMAN)
