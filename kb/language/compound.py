"""Compounds: where a German word falls into parts, and what the parts are called.

Two ways, both of which must rebuild the whole word: the cut into morphemes (morpheme.py), and where that knows none,
dynamic programming over the lexicon's nouns. Proper names and the words of whole.txt are never split; the caller sees
to hyphens. How parts are used in a search is the index's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from kb.language.lemma import Lemmatizer
from kb.language.lexicon import Lexicon
from kb.language.morpheme import Morpheme, MorphemeModel
from kb.language.part import ADJECTIVE, Namer, Part, Span
from kb.language.spelling import modernize
from kb.language.wordlist import read_words, words

_SHORTEST = 6
_LINKS = ("", "s", "n", "es", "en", "er", "e")
_SUFFIXES = ("SUF", "FUGE", "PRESPART", "ADJ_COMP", "ADJ_SUP")
_PREFIXES = ("PTK", "PREF", "APPR", "PROAV")
_SPLITTABLE = ("NN", "ADJ", "NE")
_BOUND_STEM = 4  # a part that the lexicon alone vouches for has at least this many letters
_RARE_STEM = 6  # and this many where the morpheme model does not know it
# Prefixes, whatever the model takes them for: they belong to the stem that follows.
_PARTICLES = words(
    "ab an auf aus bei da dar durch ein empor ent entgegen er fort gegen gegenüber ge her heran herab heraus hervor hin"
    " hinter miss mit nach neben nieder rück über um un unter ur ver vor voraus vorbei weiter wider wieder zer zu zurück"
    " zusammen zwischen außen innen binnen"
)
# Endings that the model takes for stems of their own.
_BOUND_HEADS = ("schaft", "mäßig", "würdig", "losigkeit", "ismus", "haftigkeit", "samkeit", "barkeit")
# Stems that the model takes for nouns, though in a compound they are none, or are a piece of another word.
_NO_NOUNS = words(
    "ober selbst nicht hoch links verb ration nation haben habe sein chen besch kation reibung taler berger burger legung"
    " sprechung teure tändler gemein"
    " gleich fest sicher bereit fertig still höchst schwer rein ungleich zustande"
)
# Adjectives that make compounds in the way of nouns ("Privatschule" is a Schule), and foreign modifiers.
_MODIFIERS = words(
    "aktiv digital direkt elektro energie final ganztags gesamt human immun kommunal kriminal lokal multi national normal"
    " passiv photovoltaik privat regional solar sozial super textil total zentral"
    " einfamilien zweifamilien mehrfamilien mehrgenerationen"
)
# Nouns that lose their e, and verbs that get one, before the noun that follows ("Brach|fläche", "Werbe|agentur").
_CLIPPED = words(
    "adress brach farb filial grenz hüft kirch kontroll kron miet pfarr quell sach schul seel sprach stimm straf"
    " wett woll zell"
)
_VERBAL = words(
    "abschiebe bade halte hänge hebe lade lese liege löse melde schiebe sende sterbe umkleide warte werbe zeige"
)
_FIRST = _MODIFIERS | _CLIPPED | _VERBAL
# Verbs that make compounds with the noun that follows ("Kühl|schrank").
_VERBS = words(
    "back bind brenn heiz koch kühl lehr lern les meld mess misch park prüf rast reit schlaf schreib schwimm spar spül tanz"
    " trenn trink wach wasch wohn"
)
# Ends of places' and people's names that are known to no gazetteer.
_NAME_ENDS = ("hausen", "hausens", "hofen", "hofer", "hauser", "bacher", "scheer", "kirchner")
# Adverbs that look like compounds: "erforderlichenfalls", "normalerweise".
_ADVERBS = ("falls", "weise", "halber", "maßen", "seits")
# Stems of three letters that are words; others are scraps.
_THREE_LETTERS = words(
    "akt alt amt arm art ast aue bad bar bau bio bus cup eck ehe eid eis end erb erd erz fan fön fuß gas gen gut hof hub hut"
    " kfz kur lkw lok los mai maß mut nah neu not ohr ort ost öko rad rat rot see ski spa süd tag tal tat tau tee tod ton tor"
    " tür typ uhr uni weg weh wut zeh zoo zug"
)


def _is_bound(text: str) -> bool:
    return text.startswith(_BOUND_HEADS)


def _as_morphemes(start: int, end: int, bare: int) -> list[Morpheme]:
    stem = [Morpheme(start, bare, "NN")]
    return stem if bare == end else [*stem, Morpheme(bare, end, "FUGE")]


class Splitter:
    """Splits words. `names` (any case) are never split, nor is a part that is one of them."""

    def __init__(
        self, lexicon: Lexicon, model: MorphemeModel, lemmatizer: Lemmatizer, names: Iterable[str] = ()
    ) -> None:
        self._lexicon, self._model = lexicon, model
        self._namer = Namer(lexicon, model, lemmatizer)
        self._names = frozenset(name.lower() for name in names)

    @cached_property
    def whole(self) -> frozenset[str]:
        """The words that are never split, lower case."""
        return read_words(Path(__file__).with_name("whole.txt"))

    def split(self, word: str) -> tuple[Part, ...]:
        """The parts in order, covering the word without gap; empty where it stays whole."""
        lower = word.lower()
        if len(lower) < _SHORTEST or not lower.isalpha() or len(lower) != len(word) or self._stays_whole(lower):
            return ()
        spans = self._spans(word, lower)
        if len(spans) < 2 or (word[:1].islower() and lower.endswith(_ADVERBS)):
            return ()
        return tuple(self._namer.part(word, span) for span in spans)

    def _spans(self, word: str, lower: str) -> list[Span]:
        spans = self._morphological(word, lower)
        if len(spans) < 2 and word[:1].islower() and (match := ADJECTIVE.fullmatch(lower)):
            return self._adjective(lower, match)
        return spans

    def _adjective(self, lower: str, match: re.Match[str]) -> list[Span]:
        """ "barriere|frei", "denkmal|geschützte": a noun, or a compound of nouns, before a well-known adjective."""
        start = match.start("head")
        for link in _LINKS[:3]:
            end = start - len(link)
            if not lower.endswith(link, 0, start):
                continue
            noun = lower[:end].capitalize()
            if self._is_noun(lower[:end], inflected=True) or len(self._morphological(noun, lower[:end])) > 1:
                inner = [] if self._stays_whole(lower[:end]) else self._morphological(noun, lower[:end])
                spans = inner if len(inner) > 1 else [(0, end, end)]
                spans[-1] = (spans[-1][0], start, spans[-1][2])
                return [*spans, (start, len(lower), match.end("head"))]
        return []

    def _morphological(self, word: str, lower: str) -> list[Span]:
        cut = self._model.cut(word)
        if cut is None:
            return self._tidy(lower, self._expand(lower, self._program(lower))) if word[:1].isupper() else []
        if not cut[1].startswith(_SPLITTABLE):
            return []
        return self._tidy(lower, self._group(lower, self._refine(lower, cut[0])))

    def _stays_whole(self, lower: str) -> bool:
        return any(form in self.whole or form in self._names for form in (lower, lower.removesuffix("s"))) or (
            (self._lexicon.lemma(lower.capitalize()) or "").lower() in self.whole
        )

    def _refine(self, lower: str, morphemes: list[Morpheme]) -> list[Morpheme]:
        """Cuts nouns that the model has as one stem, though they are compounds themselves (Stadt|park), once more."""
        refined: list[Morpheme] = []
        for morpheme in morphemes:
            text = lower[morpheme.start : morpheme.end]
            pieces = self._pieces(text) if morpheme.tag.startswith("NN") else []
            if pieces:
                shifted = [Morpheme(morpheme.start + p.start, morpheme.start + p.end, p.tag) for p in pieces]
                refined += self._refine(lower, shifted)
            else:
                refined.append(morpheme)
        return refined

    def _pieces(self, text: str) -> list[Morpheme]:
        if len(text) < 2 * _BOUND_STEM or text in self.whole or text in self._names:
            return []
        pieces = self._model.recut(text)
        stems = [text[p.start : p.end] for p in pieces if not p.tag.startswith("FUGE")]
        if len(stems) > 1 and all(self._is_stem(stem) for stem in stems) and self._may_begin(pieces[0].tag, stems[0]):
            return pieces
        return [m for start, end, bare in self._program(text, strict=True) for m in _as_morphemes(start, end, bare)]

    @staticmethod
    def _may_begin(tag: str, stem: str) -> bool:
        return tag.startswith("NN") or stem in _VERBS

    @staticmethod
    def _is_stem(stem: str) -> bool:
        return len(stem) >= _BOUND_STEM and stem not in _NO_NOUNS and stem not in _PARTICLES and not _is_bound(stem)

    def _is_vouched(self, bare: str, strict: bool) -> bool:
        """Whether a part that the lexicon has may stand: known to the morpheme model as well, or long enough."""
        if not self._is_stem(bare):
            return False
        if bare in _FIRST or self._model.is_noun(bare):
            return True
        lemma = (self._lexicon.exact(bare.capitalize()) or "").lower()
        if len(bare) > _BOUND_STEM and lemma != bare and self._model.is_noun(lemma):
            return True
        return len(bare) >= _RARE_STEM and not self._model.is_stem(bare) if strict else len(bare) > _BOUND_STEM

    @staticmethod
    def _group(lower: str, morphemes: list[Morpheme]) -> list[Span]:
        """Prefixes go with the stem that follows, endings with the one before."""
        spans: list[Span] = []
        start, has_stem = 0, False
        for morpheme in morphemes:
            text = lower[morpheme.start : morpheme.end]
            if has_stem and (morpheme.tag.startswith(_SUFFIXES) or _is_bound(text)):
                spans[-1] = (spans[-1][0], morpheme.end, spans[-1][2])
            elif morpheme.end < len(lower) and (morpheme.tag.startswith(_PREFIXES) or text in _PARTICLES):
                if has_stem:
                    start, has_stem = morpheme.start, False
            else:
                spans.append((morpheme.start if has_stem else start, morpheme.end, morpheme.end))
                has_stem = True
        return spans

    def _tidy(self, lower: str, spans: list[Span]) -> list[Span]:
        """Joins neighbours that whole.txt or the names know as one word ("denk|mal"), and moves the s of "Antrag|steller"."""
        merged: list[Span] = []
        for span in spans:
            if merged and self._is_unit(lower, merged[-1], span):
                merged[-1] = (merged[-1][0], span[1], span[2])
            else:
                merged.append(span)
        for at in range(1, len(merged)):
            start, end, bare = merged[at]
            if lower.startswith("steller", start - 1):
                merged[at - 1] = (merged[at - 1][0], start - 1, min(merged[at - 1][2], start - 1))
                merged[at] = (start - 1, end, bare)
        return self._without_scraps(lower, merged)

    def _without_scraps(self, lower: str, spans: list[Span]) -> list[Span]:
        """Joins what is too short to be a word with its neighbour, if that makes a word: "buß|geld|bescheid" has Bußgeld."""
        joined: list[Span] = []
        waiting: int | None = None
        for start, end, bare in spans:
            scrap = self._is_scrap(lower[start:bare], lower[start:end])
            begin = start if waiting is None else waiting
            if scrap and end < len(lower):
                waiting = begin
            elif scrap and joined:
                joined[-1] = (joined[-1][0], end, bare)
            else:
                joined.append((begin, end, bare))
                waiting = None
        changed = len(joined) < len(spans)
        if changed and not all(self._is_noun(lower[a:c], inflected=True) for a, _, c in joined):
            return self._program(lower)
        return joined

    def _is_scrap(self, bare: str, text: str) -> bool:
        if len(bare) > 3 or bare in _THREE_LETTERS:
            return False
        return len(text) < _BOUND_STEM or not self._is_noun(text, inflected=True)

    def _is_unit(self, lower: str, left: Span, right: Span) -> bool:
        full = lower[left[0] : right[1]]
        forms = (full, lower[left[0] : right[2]], (self._lexicon.exact(full.capitalize()) or "").lower())
        return any(form in self.whole or form in self._names for form in forms)

    def _expand(self, lower: str, spans: list[Span]) -> list[Span]:
        """Splits the parts that the lexicon found once more where the model can."""
        expanded: list[Span] = []
        for start, end, bare in spans:
            text = lower[start:bare]
            inner = [] if self._stays_whole(text) else self._spans(text.capitalize(), text)
            if len(inner) > 1:
                expanded += [(start + a, start + b, start + c) for a, b, c in inner]
                expanded[-1] = (expanded[-1][0], end, bare)
            else:
                expanded.append((start, end, bare))
        return expanded

    def _program(self, lower: str, *, strict: bool = False) -> list[Span]:
        """The cheapest cover of the word by nouns of the lexicon with linking elements; empty where there is none.

        `strict` for a word that the morpheme model knows as a simple one.
        """
        best: list[tuple[float, list[Span]] | None] = [(0.0, []), *[None] * len(lower)]
        for start in range(len(lower) - 2):
            before = best[start]
            if before is None:
                continue
            for end in range(start + 3, len(lower) + 1):
                found = self._price(lower, start, end)
                if found is None:
                    continue
                total, current = before[0] + found[0], best[end]
                if current is None or total < current[0]:
                    best[end] = (total, [*before[1], (start, end, found[1])])
        spans = best[-1][1] if best[-1] is not None else []
        if len(spans) < 2 or lower[spans[-1][0] :] in _NAME_ENDS:
            return []
        if lower[spans[-1][0] :] in _CLIPPED:
            return []
        return spans if all(self._is_vouched(lower[start:bare], strict) for start, _, bare in spans) else []

    def _price(self, lower: str, start: int, end: int) -> tuple[float, int] | None:
        """What a part costs, and where its bare stem ends; None where it is no part."""
        text = lower[start:end]
        if (start == 0 and end == len(lower)) or len(text) < _BOUND_STEM:
            return None
        if end == len(lower):
            return (10.0, end) if self._is_noun(text, inflected=True) else None
        if text in _FIRST:
            return 10.0, end
        for link in _LINKS:
            bare = text.removesuffix(link)
            if (link and bare == text) or len(bare) < _BOUND_STEM:
                continue
            if self._is_noun(bare, inflected=False):
                return (10.0 + (0.5 if link else 0.0), start + len(bare))
        return None

    def _is_noun(self, lower: str, *, inflected: bool) -> bool:
        written = lower.capitalize()
        lemma = self._lexicon.exact(written)
        return lemma is not None and lemma[:1].isupper() and (inflected or modernize(lemma) == modernize(written))
