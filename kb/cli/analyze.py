"""`kb analyze`: shows what the German analyzer makes of a text: offsets, folded form, stem and compound parts of each word."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from kb import settings
from kb.errors import InputError
from kb.language import analyzer
from kb.language.token import Form, Token

_CACHE = Path("cache") / "forms"  # in the data folder, where kb/services.py has it too
_MOST_KNOWN = 100_000


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("text", nargs="*", metavar="TEXT", help="text to analyze; - reads it from standard input")
    parser.add_argument("--json", action="store_true", help="print one JSON object for each text")
    parser.add_argument(
        "--lines", metavar="FILE", help="analyze each line of FILE (- for standard input), one JSON object a line"
    )


def run(args: argparse.Namespace, settings: settings.Settings) -> int:
    """Print the analysis; returns 0."""
    if bool(args.text) == (args.lines is not None):
        raise InputError("nothing to analyze: give a TEXT, or --lines FILE")
    words = analyzer.german(cache=_cache(settings.data_folder, args))
    texts = _lines(args.lines) if args.lines is not None else _texts(args.text)
    show = _table if args.lines is None and not args.json else _Printer().json
    for text in texts:
        sys.stdout.write(show(text, words.tokens(text)))
    words.save()
    return 0


def _cache(data: Path, args: argparse.Namespace) -> Path | None:
    """The forms' file beside catalog and index; a data folder that is not there is not made for a look at a word."""
    return data / _CACHE if args.lines is not None or args.data or data.is_dir() else None


def _texts(texts: list[str]) -> Iterator[str]:
    yield from (sys.stdin.read() if text == "-" else text for text in texts)


def _lines(name: str) -> Iterator[str]:
    """The file's lines, one at a time; only a line feed ends a line, so that objects and lines can be counted alike."""
    source: int | Path = sys.stdin.fileno() if name == "-" else Path(name)
    try:
        with open(source, encoding="utf-8", errors="replace", newline="\n", closefd=name != "-") as file:
            for line in file:
                yield line.rstrip("\r\n")
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}") from error


class _Printer:
    """Words as JSON. What does not depend on the place is printed once a word form."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Form, str]] = {}

    def json(self, text: str, tokens: Iterable[Token]) -> str:
        """One line: {"words": [{"from", "to", "text", "folded", "stem", "parts"}]}."""
        known, words = self._known, []
        for start, end, form in tokens:
            surface = text[start:end]
            entry = known.get(surface)
            if entry is None or entry[0] is not form:  # a stump has another form beside another partner
                entry = self._remember(surface, form)
            words.append(f'{{"from":{start},"to":{end},{entry[1]}')
        return f'{{"words":[{",".join(words)}]}}\n'

    def _remember(self, surface: str, form: Form) -> tuple[Form, str]:
        fields = {"text": surface, "folded": form.folded, "stem": form.stem, "parts": form.parts}
        entry = (form, json.dumps(fields, ensure_ascii=False, separators=(",", ":"))[1:])
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[surface] = entry
        return entry


def _table(text: str, tokens: Iterable[Token]) -> str:
    rows = [
        f"{start:>6} {end:>6}  {text[start:end]:<32} {form.folded:<32} {form.stem:<28} {'|'.join(form.parts)}"
        f"{'  (stop word)' if form.stop else ''}".rstrip()
        for start, end, form in tokens
    ]
    head = f"{'from':>6} {'to':>6}  {'text':<32} {'folded':<32} {'stem':<28} parts"
    return "\n".join((head, *rows)) + "\n"
