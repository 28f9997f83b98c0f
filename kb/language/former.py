"""What a word means: builds the `Form` of a surface. Slow (a cache stands before it); knows nothing of neighbours."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from importlib.metadata import version as package_version
from pathlib import Path

from kb import resource
from kb.language import ellipsis
from kb.language.compound import Splitter
from kb.language.folding import clean, fold
from kb.language.lemma import Lemmatizer
from kb.language.lexicon import Lexicon
from kb.language.morpheme import MorphemeModel
from kb.language.part import Part
from kb.language.token import Form
from kb.language.wordlist import read_words

_LONGEST = 200  # letters; what is longer is no word of a language, and is kept as it is
_PACKAGES = ("HanTa", "PyStemmer", "simplemma")

_GENDER = re.compile(r"(?P<base>[^\W\d_]{3,}?)(?:(?:[:*_·]|/-?|\()in|In)(?P<plural>nen)?\)?(?P<rest>[^\W\d_]*)")
_GENDER_ENDING = re.compile(r"(?P<base>[^\W\d_]{2,})[:*_·](?:e[nrms]|[ernms])")
_DOTTED = re.compile(r"[^\W\d_]\..*")
_PARAGRAPHS = re.compile(r"(\d+)\s?([a-z])(?:\s?-\s?([a-z]))?")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.(\d{4})")
_ACRONYM = re.compile(r"([A-ZÄÖÜ][A-ZÄÖÜ0-9]{1,4})s?")
_SPACES = dict.fromkeys(map(ord, " \u00a0\u202f"))


class Former:
    """Builds forms. `protected` words are never split."""

    def __init__(self, protected: Iterable[str] = ()) -> None:
        self._names = frozenset(clean(name).lower() for name in protected)
        self._lexicon, model = Lexicon(self._names), MorphemeModel()
        self._lemmatizer = Lemmatizer(self._lexicon, model, self._names)
        self._splitter = Splitter(self._lexicon, model, self._lemmatizer, self._names)
        self._completer = ellipsis.Completer(self._lexicon, self._splitter)

    @cached_property
    def version(self) -> str:
        """A digest of everything that forms depend on: the rules in this folder, the packages, the lists, the names."""
        digest = hashlib.sha256()
        for module in sorted(Path(__file__).parent.glob("*.py")):
            digest.update(module.read_bytes())
        for package in _PACKAGES:
            digest.update(f"{package} {package_version(package)}\n".encode())
        for words in (self._names, self._stop_words, self._splitter.whole):
            digest.update("\n".join(sorted(words)).encode())
        return digest.hexdigest()[:16]

    @cached_property
    def _stop_words(self) -> frozenset[str]:
        words: frozenset[str] = frozenset()
        return words.union(*map(read_words, sorted(resource.folder("stopwords").glob("*.txt"))))

    def split(self, word: str) -> tuple[Part, ...]:
        """The parts of a plain word, with offsets; empty for a word left whole."""
        return self._splitter.split(word)

    def build(self, surface: str) -> Form:
        """The form of a word as the tokenizer found it, stumps' hyphens included, or of a stump and its partner."""
        stump = ellipsis.pair(surface)
        word = clean(self._completer.complete(*stump) if stump else surface).strip("-") or surface
        if len(word) > _LONGEST:
            return Form(word, fold(word), fold(word))
        if not word.isascii() or not word.isalpha() or "In" in word:
            special = self._special(word)
            if special is not None:
                return special
        return self._plain(word)

    def _special(self, word: str) -> Form | None:
        """The form of a word that is not letters alone; None where it is to be read as a plain one."""
        if match := _GENDER.fullmatch(word):
            return self._gendered(word, match["base"], "innen" if match["plural"] else "in", match["rest"])
        if match := _GENDER_ENDING.fullmatch(word):
            return self._plain(match["base"], text=word)
        if "-" in word.strip("-") and not word[0].isdigit():
            return self._hyphened(word)
        if _DOTTED.fullmatch(word):
            lower = word.lower().translate(_SPACES)
            return Form(word, fold(lower), lower, stop=lower in self._stop_words)
        if word[:1].isdigit():
            return self._numeric(word)
        if any(character.isdigit() for character in word):
            return Form(word, fold(word), fold(word))
        return None

    def _gendered(self, word: str, base: str, ending: str, rest: str) -> Form:
        """Bürger:innen and its like stand for women and men: one stem with Bürger, found exactly as Bürgerinnen."""
        if rest:
            return replace(self._plain(base + rest), text=word)
        form = self._plain(base + ending)
        if form.stem.endswith(ending):
            form = replace(self._plain(base), folded=form.folded)
        return replace(form, text=word)

    def _numeric(self, word: str) -> Form:
        """Numbers: "1.500" is 1500, a date is found by its year, "171a-d" has 171a, 171b, 171c and 171d."""
        if match := _DATE.fullmatch(word):
            return Form(word, word, word, spans=(match[1],))
        if _THOUSANDS.fullmatch(word):
            return Form(word, word, word.replace(".", ""))
        if match := _PARAGRAPHS.fullmatch(word):
            folded = word.translate(_SPACES)
            last = match[3] or match[2]
            letters = [chr(code) for code in range(ord(match[2]), ord(last) + 1)]
            parts = tuple(match[1] + letter for letter in letters) if len(letters) > 1 else ()
            return Form(word, folded, folded, parts, parts)
        return self._hyphened(word) if "-" in word else Form(word, fold(word), fold(word))

    def _plain(self, word: str, text: str = "") -> Form:
        if match := _ACRONYM.fullmatch(word):
            if self._lexicon.lemma(word) is None:
                return Form(text or word, fold(word), match[1].lower())
        elif word.isupper():
            word = word.capitalize()
        restored = self._restore(word)
        parts = self._splitter.split(restored)
        stem = self._stem(restored, parts)
        stop = word.lower() in self._stop_words or restored.lower() in self._stop_words
        if not parts:
            return Form(text or word, fold(restored), stem, stop=stop)
        lemmas = tuple(part.lemma for part in parts)
        stems = tuple(self._lemmatizer.stem(lemma) for lemma in lemmas)
        return Form(text or word, fold(restored), stem, lemmas, stems, self._spans(restored, parts), stop)

    def _restore(self, word: str) -> str:
        """The word as one writes it; also a compound that the lexicon does not have ("Staedtebau")."""
        restored = self._lexicon.restore(word)
        if restored == word and self._lexicon.lemma(word) is None and not self._splitter.split(word):
            return next((other for other in self._lexicon.umlauts(word) if self._splitter.split(other)), word)
        return restored

    def _stem(self, word: str, parts: tuple[Part, ...]) -> str:
        """The lexicon's lemma; of a compound for which it has none, the lemma of the last part behind the others."""
        known = self._lexicon.lemma(word)
        if parts and (known is None or (known == word and word[:1].isupper())):
            return self._lemmatizer.join(word[: parts[-1].start], parts[-1].lemma)
        return self._lemmatizer.stem(word)

    def _spans(self, word: str, parts: tuple[Part, ...]) -> tuple[str, ...]:
        """Stems of the runs of two and more parts that are shorter than the word."""
        count = len(parts)
        runs = [(first, last) for first in range(count) for last in range(first + 2, count + 1) if last - first < count]
        return tuple(dict.fromkeys(self._run(word, parts[first:last]) for first, last in runs))

    def _run(self, word: str, run: tuple[Part, ...]) -> str:
        written = word[run[0].start : run[-1].bare].capitalize()
        return self._stem(written, tuple(Part(p.start - run[0].start, 0, 0, p.lemma) for p in run))

    def _hyphened(self, word: str) -> Form:
        """A word with hyphens: each piece is a part, or what it is made of; a name with a hyphen is one word."""
        pieces = [piece for piece in word.split("-") if piece]
        forms = [self._special(piece) or self._plain(piece) for piece in pieces]
        if len(forms) == 1:
            return forms[0]
        stems = tuple(stem for form in forms for stem in (form.part_stems or (form.stem,)))
        if (name := self._lemmatizer.name(word.lower())) is not None:
            return Form(word, fold(word), name, spans=stems)
        parts = tuple(part for form in forms for part in (form.parts or (self._written(form.text),)))
        spans = [span for form in forms for span in ((form.stem, *form.spans) if form.parts else form.spans)]
        glue = "-" if any(character.isdigit() for character in word) else ""
        stem = glue.join([*(piece.lower() for piece in pieces[:-1]), forms[-1].stem])
        return Form(word, fold(word), stem, parts, stems, tuple(dict.fromkeys(spans)))

    def _written(self, word: str) -> str:
        return (self._lemmatizer.lemma(word) if word.isalpha() else None) or word
