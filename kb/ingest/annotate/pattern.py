"""Patterns that are counted in a text, and how they are spared where they cannot occur. What a find tells is the caller's."""

from __future__ import annotations

import re
from typing import NamedTuple


class Pattern(NamedTuple):
    """`signs`: strings of which every find holds at least one; looking for these is far quicker. None: not known."""

    expression: re.Pattern[str]
    signs: tuple[str, ...] = ()

    def count(self, text: str) -> int:
        """How often it is found."""
        if self.signs and not any(map(text.__contains__, self.signs)):
            return 0
        return len(self.expression.findall(text))
