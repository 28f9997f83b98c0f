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

_CACHE = "forms.txt"


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
    words = analyzer.german(cache=_cache(settings.data_folder))
    texts = _lines(args.lines) if args.lines is not None else _texts(args.text)
    show = _table if args.lines is None and not args.json else _json
    for text in texts:
        sys.stdout.write(show(text, words.tokens(text)))
    words.save()
    return 0


def _cache(data: Path) -> Path | None:
    """The forms' file beside catalog and index; a folder that is not there is not made for a look at a word."""
    return data / _CACHE if data.is_dir() else None


def _texts(texts: list[str]) -> Iterator[str]:
    yield from (sys.stdin.read() if text == "-" else text for text in texts)


def _lines(name: str) -> Iterator[str]:
    try:
        with sys.stdin if name == "-" else Path(name).open(encoding="utf-8", errors="replace") as file:
            for line in file:
                yield line.rstrip("\r\n")
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}") from error


def _json(text: str, tokens: Iterable[Token]) -> str:
    words = ",".join(
        f'{{"from":{start},"to":{end},"text":{json.dumps(text[start:end], ensure_ascii=False)},{_fragment(form)}}}'
        for start, end, form in tokens
    )
    return f'{{"words":[{words}]}}\n'


def _fragment(form: Form) -> str:
    fields = {"folded": form.folded, "stem": form.stem, "parts": form.parts}
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))[1:-1]


def _table(text: str, tokens: Iterable[Token]) -> str:
    rows = [
        f"{start:>6} {end:>6}  {text[start:end]:<32} {form.folded:<32} {form.stem:<28} {'|'.join(form.parts)}"
        f"{'  (stop word)' if form.stop else ''}".rstrip()
        for start, end, form in tokens
    ]
    head = f"{'from':>6} {'to':>6}  {'text':<32} {'folded':<32} {'stem':<28} parts"
    return "\n".join((head, *rows)) + "\n"
