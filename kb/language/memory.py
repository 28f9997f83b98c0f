"""What was worked out of word forms, kept from text to text, so that no type is looked at twice. Of limited size.

Not here: what is worked out (its owner's business), and the forms themselves (cache.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from kb.language.token import Form, Token

T = TypeVar("T")

_REMEMBERED = 300_000  # forms, about 40 MB


class FormMemory(Generic[T]):
    """Remembers what `work_out` makes of a form, by the form's text; beyond `limit` forms it begins anew."""

    def __init__(self, work_out: Callable[[Form], T], limit: int = _REMEMBERED) -> None:
        self._work_out, self._limit = work_out, limit
        self._known: dict[str, T] = {}

    def of(self, form: Form) -> T:
        """What is made of one form."""
        known = self._known
        if form.text not in known:
            if len(known) >= self._limit:
                known = self._known = {}  # another thread may still read the old one
            known[form.text] = self._work_out(form)
        return known[form.text]

    def of_all(self, tokens: Sequence[Token], texts: Sequence[str] | None = None) -> list[T]:
        """What is made of each word, in order. `texts`: those of the words' forms, where the caller has them at hand."""
        if texts is None:
            texts = texts_of(tokens)
        try:  # nearly every form is known, so that nothing is done but to look it up
            return list(map(self._known.__getitem__, texts))
        except KeyError:
            for text, token in zip(texts, tokens, strict=True):
                if text not in self._known:
                    self.of(token.form)
        try:
            return list(map(self._known.__getitem__, texts))
        except KeyError:  # it began anew meanwhile
            return [self.of(token.form) for token in tokens]


def texts_of(tokens: Sequence[Token]) -> list[str]:
    """The texts of the words' forms, by which memories know them."""
    return [form.text for _, _, form in tokens]
