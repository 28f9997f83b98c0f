"""Elliptic compounds: "Haus- und Hofflächen" speaks of Hausflächen, "Stadtteilbüro und -management" of Stadtteilmanagement."""

from __future__ import annotations

from collections.abc import Mapping

from kb.language.compound import Splitter
from kb.language.folding import clean
from kb.language.lexicon import Lexicon
from kb.language.token import Form, Token

_JOINERS = frozenset(("und", "oder", "bzw", "bzw.", "sowie", "wie", "als", "auch", "noch", "beziehungsweise", "statt"))
_HYPHENS = "-‐‑"
_REACH = 8  # words between a stump and the word that completes it
_SHORTEST = 4  # letters of the part that is borrowed


# joins a stump and its partner to a key of the forms' cache; no word has it
_JOIN = "\x1e"


def resolve(text: str, tokens: list[Token], forms: Mapping[str, Form]) -> None:
    """Gives every stump in `tokens` the form of the word it stands for; a stump without partner keeps its own.

    `forms` is asked for keys that `pair` understands.
    """
    stumps = [
        index for index, (start, end, _) in enumerate(tokens) if text[end - 1] in _HYPHENS or text[start] in _HYPHENS
    ]
    for index in stumps:
        start, end, _ = tokens[index]
        partner = (_next if text[end - 1] in _HYPHENS else _previous)(text, tokens, index)
        if partner:
            tokens[index] = Token(start, end, forms[f"{clean(text[start:end])}{_JOIN}{partner}"])


def pair(key: str) -> tuple[str, str] | None:
    """The stump, hyphen included, and its partner, if the key is one of `resolve`'s."""
    stump, _, partner = key.partition(_JOIN)
    return (stump, partner) if partner else None


class Completer:
    """Finds the whole word that a stump stands for."""

    def __init__(self, lexicon: Lexicon, splitter: Splitter) -> None:
        self._lexicon, self._splitter = lexicon, splitter

    def complete(self, stump: str, partner: str) -> str:
        """ "Haus-", "Hofflächen" → "Hausflächen"; "-management", "Stadtteilbüro" → "Stadtteilmanagement".

        Where the partner has no part to lend, the stump as it is.
        """
        if stump.endswith("-"):
            return self._completed(stump[:-1], partner) or stump
        return self._begun(stump[1:], partner) or stump

    def _completed(self, stump: str, partner: str) -> str:
        if "-" in partner:
            return f"{stump}-{partner.rpartition('-')[2]}"
        lower = partner.lower()
        for at in range(2, len(lower) - _SHORTEST + 1):
            if self._lexicon.exact(stump + lower[at:]) is not None:
                return stump + lower[at:]
        parts = self._splitter.split(partner)
        return stump + lower[parts[-1].start :] if parts else ""

    def _begun(self, tail: str, partner: str) -> str:
        if "-" in partner:
            return f"{partner.rpartition('-')[0]}-{tail}"
        parts = self._splitter.split(partner)
        return partner[: parts[-1].start] + tail.lower() if parts else ""


def _next(text: str, tokens: list[Token], index: int) -> str:
    """The next word that is no stump, if only stumps and joiners (or a comma, a slash) stand between."""
    joined = False
    for start, end, _ in tokens[index + 1 : index + 1 + _REACH]:
        surface = clean(text[start:end])
        if surface.lower() in _JOINERS:
            joined = True
        elif surface[-1] != "-":
            between = text[tokens[index][1] : start]
            return surface if joined or any(mark in between for mark in "/,&+") else ""
    return ""


def _previous(text: str, tokens: list[Token], index: int) -> str:
    """The word before, if joiners (or a comma, a slash) and further stumps alone stand between."""
    for start, end, _ in reversed(tokens[max(0, index - _REACH) : index]):
        surface = clean(text[start:end])
        if surface.lower() not in _JOINERS and surface[0] != "-":
            between = text[end : tokens[index][0]]
            return surface if len(between.strip(" -")) else ""
    return ""
