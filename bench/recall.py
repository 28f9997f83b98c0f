"""Word recall of what kb reads, against reference texts: FILE beside FILE's stem.txt.

    .venv/bin/python bench/recall.py                  # the sample corpus against the sources it is rendered from
    .venv/bin/python bench/recall.py FOLDER|FILE…     # your own pairs

Recall is the share of the reference's words that kb's text has as well, each as often (a multiset, so order does not
count). "strict": every run of letters and digits, case aside. "recall": words of at least three letters, umlauts and ß
folded, since references that come from recognition themselves mistake §, digits and dots rather than words; "precision"
is the same the other way round. Running heads count as read, since kb keeps them apart instead of dropping them.
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from kb.ingest.extractor import Limits
from kb.ingest.reading import Reader, Reading

STRICT, WORD = re.compile(r"\w+"), re.compile(r"[^\W\d_]{3,}")
FRONT_MATTER = re.compile(r"\A\+\+\+\n.*?\n\+\+\+\n", re.S)
MARKUP = re.compile(r"\]\([^)\n]*\)|^:::[ ]*\w*", re.M)  # addresses of links, names of boxes
CORPUS = Path(__file__).resolve().parents[1] / "corpus"
BROKEN = re.compile(r"(\w)-\n(?=[a-zäöüß])")


def strict(text: str) -> Counter[str]:
    """All words and numbers; those that a line end parts in the reference are joined."""
    return Counter(STRICT.findall(BROKEN.sub(r"\1", text).casefold()))


def words(text: str) -> Counter[str]:
    """Words of at least three letters, folded."""
    folded = unicodedata.normalize("NFD", BROKEN.sub(r"\1", text).casefold())
    return Counter(WORD.findall("".join(letter for letter in folded if not unicodedata.combining(letter))))


def samples() -> Iterator[tuple[Path, Path]]:
    """The documents of the sample corpus and their Markdown sources."""
    for name, entry in json.loads((CORPUS / "render" / "manifest.json").read_text(encoding="utf-8")).items():
        yield CORPUS / name, CORPUS / entry["source"]


def pairs(arguments: list[Path]) -> Iterator[tuple[Path, Path]]:
    """Every file that has a reference beside it."""
    for argument in arguments:
        for path in sorted(argument.rglob("*")) if argument.is_dir() else [argument]:
            reference = path.with_suffix(".txt")
            if path.suffix != ".txt" and path.is_file() and reference.is_file():
                yield path, reference


def text_of(reading: Reading) -> str:
    """All that was read."""
    pages = reading.extraction.pages if reading.extraction else ()
    return "\n".join("\n".join((*page.running, page.text)) for page in pages)


def share(part: Counter[str], whole: Counter[str]) -> float:
    """Which share of the words of `whole` is in `part`."""
    return (part & whole).total() / max(1, whole.total())


def origin_of(reading: Reading) -> str:
    """Where the text comes from."""
    pages = reading.extraction.pages if reading.extraction else ()
    origins = {page.origin.value for page in pages if page.text}
    return "mixed" if len(origins) > 1 else "".join(origins) or "-"


def reference_of(path: Path, after: str) -> str:
    """The reference text, or the part of it behind the line `after`."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return MARKUP.sub(" ", FRONT_MATTER.sub("", text))
    return text.partition(f"\n{after}\n")[2] if after and f"\n{after}\n" in text else text


def main() -> None:
    """Print a table with a line a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="a file or folder with references beside (default: the sample corpus)",
    )
    parser.add_argument(
        "--after", default="", metavar="LINE", help="the reference begins behind this line, if it is there"
    )
    parser.add_argument("--missing", type=int, default=0, metavar="N", help="show up to N words that were not found")
    arguments = parser.parse_args()
    references = dict(pairs(arguments.paths) if arguments.paths else samples())
    if not references:
        parser.error("no file has a reference text (same name, .txt) beside it")
    print(f"{'recall':>7} {'precision':>9} {'strict':>7} {'origin':>6} {'pages':>5} {'seconds':>7}  file")
    with Reader(Limits()) as reader:
        for reading in reader.read(references):
            print_row(reading, reference_of(references[reading.path], arguments.after), arguments.missing)


def print_row(reading: Reading, wanted: str, missing: int) -> None:
    """One line of the table, and the words that only one side has."""
    found = text_of(reading)
    recall, precision = share(words(found), words(wanted)), share(words(wanted), words(found))
    pages = len(reading.extraction.pages) if reading.extraction else 0
    figures = f"{recall:7.4f} {precision:9.4f} {share(strict(found), strict(wanted)):7.4f}"
    reason = f" ({reading.reason})" if reading.reason else ""
    print(
        f"{figures} {origin_of(reading):>6} {pages:5} {reading.seconds:7.2f}  {reading.path.name}{reason}", flush=True
    )
    if missing:
        for name, rest in (("missing", words(wanted) - words(found)), ("extra", words(found) - words(wanted))):
            print(f"        {name}: " + " ".join(f"{word}×{count}" for word, count in rest.most_common(missing)))


if __name__ == "__main__":
    main()
