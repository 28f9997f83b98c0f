"""What a word means: builds the `Form` of a surface. Slow (a cache stands before it); knows nothing of neighbours."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import cached_property
from importlib.metadata import version as package_version

from kb import resource
from kb.language.compound import Part, Splitter, read_words
from kb.language.ellipsis import Completer
from kb.language.folding import clean, fold
from kb.language.lemma import Lemmatizer
from kb.language.lexicon import Lexicon
from kb.language.morpheme import MorphemeModel
from kb.language.token import Form

_RULES = "1"  # raise when a rule changes that changes results
_PACKAGES = ("HanTa", "PyStemmer", "simplemma")

_GENDER = re.compile(
    r"^(?P<base>[^\W\d_]{3,})(?:(?:[:*_·]|/-?)in(?P<plural>nen)?|In(?P<camel>nen)?|\(in(?P<paren>nen)?\))$"
)
_DOTTED = re.compile(r"^[^\W\d_]\.")
_RANGE = re.compile(r"^(\d+)([a-z])\s?-\s?([a-z])$")
_SINGULAR_ENDINGS = ("", "e")


class Former:
    """Builds forms. `protected` words are never split."""

    def __init__(self, protected: Iterable[str] = ()) -> None:
        self._names = frozenset(clean(name).lower() for name in protected)
        self.lexicon, model = Lexicon(), MorphemeModel()
        self._lemmatizer = Lemmatizer(self.lexicon, model, self._names)
        self._splitter = Splitter(self.lexicon, model, self._lemmatizer, self._names)
        self.completer = Completer(self.lexicon, self._splitter)

    @cached_property
    def version(self) -> str:
        """A digest of everything that forms depend on."""
        digest = hashlib.sha256(_RULES.encode())
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
        """The form of a word as the tokenizer found it, stumps' hyphens included."""
        word = clean(surface).strip("-")
        if not word.isascii() or not word.isalpha() or "In" in word:
            special = self._special(word)
            if special is not None:
                return special
        return self._plain(word)

    def _special(self, word: str) -> Form | None:
        if match := _GENDER.match(word):
            return self._plain(self._feminine(match["base"]), text=word)
        if _DOTTED.match(word):
            lower = word.lower().replace(" ", "").replace("\u00a0", "")
            return Form(word, fold(lower), lower, stop=lower in self._stop_words)
        if match := _RANGE.match(word):
            letters = [chr(code) for code in range(ord(match[2]), ord(match[3]) + 1)]
            parts = tuple(match[1] + letter for letter in letters)
            return Form(word, fold(word), word.lower(), parts, parts)
        if "-" in word.strip("-"):
            return self._hyphened(word)
        return None

    def _feminine(self, base: str) -> str:
        return base

    def _plain(self, word: str, text: str = "") -> Form:
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
        restored = self.lexicon.restore(word)
        if restored == word and self.lexicon.lemma(word) is None and not self._splitter.split(word):
            return next((other for other in self.lexicon.umlauts(word) if self._splitter.split(other)), word)
        return restored

    def _stem(self, word: str, parts: tuple[Part, ...]) -> str:
        """The lexicon's lemma; of a compound that it does not have, the lemma of the last part behind the others."""
        if parts and self.lexicon.lemma(word) is None:
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
        pieces = [piece for piece in word.split("-") if piece]
        forms = [self._special(piece) or self._plain(piece) for piece in pieces]
        if len(forms) == 1:
            return forms[0]
        parts = tuple(part for form in forms for part in (form.parts or (_written(form),)))
        stems = tuple(stem for form in forms for stem in (form.part_stems or (form.stem,)))
        spans = [span for form in forms for span in ((form.stem, *form.spans) if form.parts else form.spans)]
        glue = "-" if any(character.isdigit() for character in word) else ""
        stem = glue.join([*(piece.lower() for piece in pieces[:-1]), forms[-1].stem])
        return Form(word, fold(word), stem, parts, stems, tuple(dict.fromkeys(spans)))


def _written(form: Form) -> str:
    return form.text
