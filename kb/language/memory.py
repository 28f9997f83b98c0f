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

    def of_all(self, tokens: Sequence[Token]) -> list[T]:
        """What is made of each word, in order."""
        known = self._known
        try:  # nearly every form is known, so the loop has nothing in it but the look-up
            return [known[form.text] for _, _, form in tokens]
        except KeyError:
            return [self.of(token.form) for token in tokens]
