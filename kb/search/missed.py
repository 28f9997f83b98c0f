"""Searches that found nothing, for the staff: which words are missing from the documents or the thesaurus.

Kept is the day and the words, in alphabetical order; not who asked, not when, nothing with digits or signs in it (mail
addresses, telephone numbers), no long texts. Only what was asked for on several days is shown, so that one person's
slip or a name typed once stays unread.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_WORDS = 4
_LETTERS = re.compile(r"[^\W\d_]{3,40}")
_LARGEST = 500_000  # bytes; beyond, the older half goes


@dataclass(frozen=True, slots=True)
class Missed:
    """Words that were searched for together and not found: on how many days, last on which (ISO date)."""

    words: str
    days: int
    last: str


class MissedSearches:
    """A small file that several processes append to."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, words: Iterable[str]) -> None:
        """Remember a search; one that says too much, or cannot be written down, is forgotten."""
        kept = sorted(dict.fromkeys(words))
        if not 0 < len(kept) <= _WORDS or not all(_LETTERS.fullmatch(word) for word in kept):
            return
        with suppress(OSError):  # a full disk is no reason to refuse the search
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{datetime.now(UTC).date().isoformat()}\t{' '.join(kept)}\n")
            if self._path.stat().st_size > _LARGEST:
                self._halve()

    def _halve(self) -> None:
        lines = self._path.read_text(encoding="utf-8").splitlines(keepends=True)
        new = self._path.with_suffix(".new")
        new.write_text("".join(lines[len(lines) // 2 :]), encoding="utf-8")
        new.replace(self._path)

    def often(self, least: int = 2) -> list[Missed]:
        """What was not found on at least so many days, the most frequent first."""
        days: dict[str, set[str]] = defaultdict(set)
        with suppress(FileNotFoundError):
            for line in self._path.read_text(encoding="utf-8").splitlines():
                day, _, words = line.partition("\t")
                days[words].add(day)
        found = [Missed(words, len(when), max(when)) for words, when in days.items() if len(when) >= least]
        return sorted(found, key=lambda one: (-one.days, one.words))
