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
from kb.language.lemma import Stemmer
from kb.language.lexicon import Lexicon
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
        names = sorted({clean(name).lower() for name in protected})
        self.lexicon = Lexicon()
        self._splitter = Splitter(self.lexicon, names)
        self._stemmer = Stemmer(self.lexicon)
        self.completer = Completer(self.lexicon, self._splitter)
        self._names = frozenset(names)

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

    def build(self, surface: str) -> Form:
        """The form of a word as the tokenizer found it, stumps' hyphens included."""
        word = clean(surface).strip("-")
        if not word.isascii() or not word.isalpha():
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
        restored = self.lexicon.restore(word)
        parts = self._splitter.split(restored)
        stem = self._stem(restored, parts)
        stop = word.lower() in self._stop_words or restored.lower() in self._stop_words
        if not parts:
            return Form(text or word, fold(restored), stem, stop=stop)
        lemmas = tuple(part.lemma for part in parts)
        stems = tuple(self._stemmer.stem(lemma) for lemma in lemmas)
        return Form(text or word, fold(restored), stem, lemmas, stems, self._spans(restored, parts), stop)

    def _stem(self, word: str, parts: tuple[Part, ...]) -> str:
        """The lexicon's lemma; of a compound that it does not have, the lemma of the last part behind the others."""
        lower = word.lower()
        if lower in self._names:
            return fold(lower) if lower.isascii() else lower.replace("ß", "ss")
        if lower.endswith("s") and lower[:-1] in self._names:
            return lower[:-1].replace("ß", "ss")
        if parts and self.lexicon.lemma(word) is None:
            return self._stemmer.join(lower[: parts[-1].start], parts[-1].lemma)
        return self._stemmer.stem(word)

    def _spans(self, word: str, parts: tuple[Part, ...]) -> tuple[str, ...]:
        """Stems of the runs of two and more parts that are shorter than the word."""
        spans = []
        for first in range(len(parts)):
            for last in range(first + 1, len(parts)):
                if last - first + 1 < len(parts):
                    spans.append(self._run(word, parts[first : last + 1]))
        return tuple(dict.fromkeys(spans))

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
