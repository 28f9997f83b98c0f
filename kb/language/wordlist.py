"""Lists of words: in files (stop words, words left whole) and in the code."""

from __future__ import annotations

from pathlib import Path


def words(text: str) -> frozenset[str]:
    """The words of a list that is written in the code, between spaces."""
    return frozenset(text.split())


def read_words(path: Path) -> frozenset[str]:
    """The words of a file, one a line, lower case; `#` begins a comment."""
    lines = (line.partition("#")[0].strip().lower() for line in path.read_text(encoding="utf-8").splitlines())
    return frozenset(line for line in lines if line)
