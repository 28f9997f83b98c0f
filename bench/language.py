"""How well the analyzer conflates word forms and splits compounds, and how fast it is, beside Snowball and simplemma.

The lists in bench/data/language: pairs.tsv, compounds.txt, topicterms.txt (the first ones), and two halves of further ones
written before any rule was tried on them: *_tune.txt, which rules were adjusted to, and *_report.txt, which they were not;
compounds_fresh.txt was written when the rules stood and mended one of them; compounds_last.txt was tried once, at the end.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

import simplemma
import Stemmer

from kb.language.analyzer import Analyzer, german
from kb.language.token import Form

DATA = Path(__file__).parent / "data" / "language"
WORD = re.compile(r"[^\W\d_]+")


def rows(name: str) -> list[str]:
    """The lines of a list without its comments."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def keys(form: Form) -> set[str]:
    """What a search for a part of the word can meet."""
    return {form.stem, *form.part_stems, *form.spans}


Conflate = Callable[[str, str], bool]


def peers(analyzer: Analyzer) -> dict[str, Conflate]:
    """The ways of conflating that are compared."""
    snowball = Stemmer.Stemmer("german")
    stem = snowball.stemWord
    lemma = simplemma.lemmatize
    return {
        "kb, stem": lambda a, b: analyzer.form(a).stem == analyzer.form(b).stem,
        "kb, stem or part": lambda a, b: bool(keys(analyzer.form(a)) & keys(analyzer.form(b))),
        "Snowball": lambda a, b: stem(a.lower()) == stem(b.lower()),
        "simplemma": lambda a, b: lemma(a, lang="de").lower() == lemma(b, lang="de").lower(),
    }


def conflation(name: str, analyzer: Analyzer, verbose: bool) -> None:
    """Prints right and wrong pairs of one list."""
    pairs = [line.split("\t") for line in rows(name)]
    positive, negative = (sum(pair[0] == sign for pair in pairs) for sign in "+-")
    print(f"\nconflation, {name}: {positive} pairs that must meet, {negative} that must not")
    for peer, meet in peers(analyzer).items():
        wrong = [pair for pair in pairs if meet(pair[1], pair[2]) != (pair[0] == "+")]
        missed = sum(pair[0] == "+" for pair in wrong)
        print(f"  {peer:<18} met {positive - missed:>4}   wrongly met {len(wrong) - missed:>3}")
        if verbose and peer == "kb, stem":
            print("    " + "; ".join(" ".join(pair) for pair in wrong))


def boundaries(marked: str, marks: str) -> set[int]:
    """Offsets in the bare word at which one of the marks stands."""
    found, offset = set(), 0
    for character in marked:
        if character in "|~":
            if character in marks:
                found.add(offset)
        else:
            offset += 1
    return found


def compounds(name: str, analyzer: Analyzer, verbose: bool) -> None:
    """Prints precision, recall and F1 of boundaries, and how many simple words stay whole."""
    hits = false = missed = whole = left_whole = 0
    wrong = []
    for marked in rows(name):
        word = marked.replace("|", "").replace("~", "")
        found = {part.start for part in analyzer.split(word)} - {0}
        must, may = boundaries(marked, "|"), boundaries(marked, "~")
        hits += len(found & must)
        false += len(found - must - may)
        missed += len(must - found)
        if not must:
            whole += 1
            left_whole += not found - may
        if found - must - may or must - found:
            cut = sorted(found | {0, len(word)})
            wrong.append(f"{marked} → {'|'.join(word[a:b] for a, b in pairwise(cut))}")
    precision, recall = hits / (hits + false), hits / (hits + missed)
    f1 = 2 * precision * recall / (precision + recall)
    print(f"  {name:<24} P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}   left whole {left_whole} of {whole}")
    if verbose:
        print("    " + "; ".join(wrong))


def topic_terms(name: str, analyzer: Analyzer, verbose: bool) -> None:
    """Prints how often a term is found in the words that contain it, and in those that only seem to."""
    counts = {"+": [0, 0], "-": [0, 0]}
    wrong = []
    for line in rows(name):
        term, *words = line.split("\t")
        for sign, word in ((word[0], word[1:]) for word in words if not word.endswith("_")):
            found = analyzer.form(term).stem in keys(analyzer.form(word))
            counts[sign][0] += 1
            counts[sign][1] += found
            if found != (sign == "+"):
                wrong.append(f"{term} {sign}{word}")
    (inside, met), (_, wrongly) = counts["+"], counts["-"]
    print(f"  {name:<24} recall {met / inside:.3f}  precision {met / (met + wrongly):.3f}")
    if verbose:
        print("    " + "; ".join(wrong))


def sample(words: int) -> list[str]:
    """The lines of the sample corpus's Markdown sources, over and over until there are so many words."""
    lines = [
        line
        for path in sorted(DATA.parents[2].glob("corpus/**/*.md"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    each = sum(len(WORD.findall(line)) for line in lines)
    return lines * (words // each + 1)


def rate(words: int, work: Callable[[], object]) -> str:
    """Words a second of processor time of one run."""
    began = time.process_time()
    work()
    return f"{words / (time.process_time() - began):>12,.0f}"


def speed(texts: Iterable[str]) -> None:
    """Prints words a second: first pass, second pass in the same process, and a pass of a new analyzer over a saved cache."""
    lines = list(texts)
    words = sum(len(WORD.findall(line)) for line in lines)
    types = len({word for line in lines for word in WORD.findall(line)})
    snowball = Stemmer.Stemmer("german").stemWord

    def over(analyzer: Analyzer) -> None:
        for line in lines:
            analyzer.tokens(line)

    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "forms.txt"
        first = german(cache=cache)
        first.form("warm")
        print(f"\nwords/s of processor time, over {words:,} words, {types:,} types")
        print(f"  kb, cold            {rate(words, lambda: over(first))}")
        print(f"  kb, cached          {rate(words, lambda: over(first))}")
        first.save()
        print(f"  kb, from the file   {rate(words, lambda: over(german(cache=cache)))}")
    print(f"  Snowball            {rate(words, lambda: [snowball(w) for line in lines for w in WORD.findall(line)])}")
    simplemma.lemmatize("warm", lang="de")
    lemmas = rate(words, lambda: [simplemma.lemmatize(w, lang="de") for line in lines for w in WORD.findall(line)])
    print(f"  simplemma           {lemmas}")


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--text", metavar="FILE", type=Path, help="running text for the speed table (default: the sample corpus)"
    )
    parser.add_argument(
        "--words", type=int, default=500_000, help="how many words of the sample (default: %(default)s)"
    )
    parser.add_argument("--half", choices=("all", "tune", "report"), default="all", help="only this half of the lists")
    parser.add_argument("--verbose", action="store_true", help="list what was wrong, except in the reported half")
    parser.add_argument("--no-speed", action="store_true", help="leave the speed table out")
    args = parser.parse_args()
    analyzer = german()
    names = {"all": ("", "_tune", "_report"), "tune": ("", "_tune"), "report": ("_report",)}[args.half]
    for suffix in names:
        conflation(f"pairs{suffix}.{'txt' if suffix else 'tsv'}", analyzer, args.verbose and suffix in ("", "_tune"))
    print("\ncompounds, boundaries")
    for suffix in (*names, *(["_fresh", "_last"] if args.half != "tune" else [])):
        compounds(f"compounds{suffix}.txt", analyzer, args.verbose and suffix in ("", "_tune"))
    print("\ntopic terms inside compounds")
    for suffix in names:
        topic_terms(f"topicterms{suffix}.txt", analyzer, args.verbose and suffix in ("", "_tune"))
    if not args.no_speed:
        speed(args.text.read_text(encoding="utf-8").splitlines() if args.text else sample(args.words))


if __name__ == "__main__":
    main()
