"""How right the tags are, what their confidence is worth, and how fast tagging is beside bare spaCy tokenisation.

The gold set in bench/data/tagging: tune.jsonl, which rules and coefficients were adjusted to, and report.jsonl, which they
were not. One object a line: {"id", "title", "text", "kind", "topics": [ids], "municipalities": [{"ags", "role",
"mentions": [[from, to], …]}]}. A mention found counts when it overlaps one of the gold's of the same municipality.

Beside these literary texts, for topics and municipalities: natural-tune.jsonl and natural-report.jsonl, which are written as
offices write, and mixed-tune.jsonl and mixed-report.jsonl, a later batch of such texts in more forms. For topics also the
sample corpus in two halves, with the main topics that its authors named (see topic_gold.py for what is made of them). The sums
count each tag once: over the annotated texts, and over these and the corpus, whose labels are incomplete.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import spacy
from fit_words import EXAMPLES, WHOLE, blocks
from topic_gold import CORPUS, Case, as_meant, from_corpus, from_lines

from kb.catalog.annotation import is_shown
from kb.gazetteer import Gazetteer
from kb.ingest.annotate.manuscript import Manuscript, Tagger
from kb.ingest.annotate.tagger import tagger
from kb.language.analyzer import Analyzer, german
from kb.model import Annotation, Facet, Page, Role
from kb.vocabulary import Vocabulary

_FOLDER = Path(__file__).parent / "data" / "tagging"
_PAGE_WORDS = 400
_ROUNDS = 4
_SPEEDS = ("all components, first seen", "all components, seen before", "spaCy tokenisation")

Gold = dict[str, Any]
Tags = Sequence[Annotation]


@dataclass
class Count:
    """Right, wrong and missed; `misses` are examples for `--errors`."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, found: set[Any], gold: set[Any], name: str = "") -> None:
        """Count one document's sets."""
        self.right += len(found & gold)
        self.wrong += len(found - gold)
        self.missed += len(gold - found)
        self.misses += [f"{name}: + {one}" for one in sorted(found - gold, key=str)]
        self.misses += [f"{name}: - {one}" for one in sorted(gold - found, key=str)]

    def join(self, other: Count) -> None:
        """Add another count's figures."""
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed
        self.misses += other.misses

    def row(self) -> tuple[float, float, float]:
        """Precision, recall, F1; 1 where there is nothing to find."""
        precision = self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0
        recall = self.right / (self.right + self.missed) if self.right + self.missed else 1.0
        return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _read(file: Path) -> list[Gold]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def _manuscript(gold: Gold) -> Manuscript:
    return Manuscript(gold["title"], (Page(1, gold["text"]),))


def _of(tags: Tags, facet: Facet) -> list[Annotation]:
    return [tag for tag in tags if tag.facet is facet]


def _shown(tags: Tags, facet: Facet) -> list[Annotation]:
    return [tag for tag in _of(tags, facet) if is_shown(tag)]


def _kind(tags: Tags) -> Annotation | None:
    return max(_of(tags, Facet.KIND), key=lambda tag: tag.confidence, default=None)


def _count_mentions(count: Count, gold: Gold, tags: Tags) -> None:
    text, name = gold["text"], gold["id"]
    wanted = [(town["ags"], *place) for town in gold["municipalities"] for place in town["mentions"]]
    found = [
        (tag.value, one.start, one.end)
        for tag in _shown(tags, Facet.MUNICIPALITY)
        for one in tag.evidence
        if one.end > one.start
    ]
    for one in found:
        if any(_overlap(one, other) for other in wanted):
            count.right += 1
        else:
            count.wrong += 1
            count.misses.append(f"{name}: + …{text[max(0, one[1] - 40) : one[2] + 30]!r} at {one[1]}")
    for other in wanted:
        if not any(_overlap(one, other) for one in found):
            count.missed += 1
            count.misses.append(f"{name}: - …{text[max(0, other[1] - 40) : other[2] + 30]!r} at {other[1]}")


def _overlap(one: tuple[str, int, int], other: tuple[str, int, int]) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def measure(golds: Sequence[Gold], tagged: Sequence[Tags]) -> dict[str, Count]:
    """The counts by what is counted."""
    names = ("topics", "municipalities, by mention", "municipalities, by document", *Role, "kind")
    counts = {str(name): Count() for name in names}
    for gold, tags in zip(golds, tagged, strict=True):
        name, towns = gold["id"], _shown(tags, Facet.MUNICIPALITY)
        counts["topics"].add({tag.value for tag in _shown(tags, Facet.TOPIC)}, set(gold["topics"]), name)
        _count_mentions(counts["municipalities, by mention"], gold, tags)
        wanted = {town["ags"] for town in gold["municipalities"]}
        counts["municipalities, by document"].add({tag.value for tag in towns}, wanted, name)
        for role in Role:
            with_role = {town["ags"] for town in gold["municipalities"] if town["role"] == role}
            counts[role].add({tag.value for tag in towns if tag.role is role}, with_role, name)
        kind = _kind(tags)
        counts["kind"].add({kind.value} if kind else set(), {gold["kind"]}, name)
    return counts


def _print_counts(counts: dict[str, Count]) -> None:
    print(f"{'':<32}{'P':>7}{'R':>7}{'F1':>7}{'right':>8}{'wrong':>7}{'missed':>8}")
    for name, count in counts.items():
        label = f"  as {name}" if name in list(Role) else name
        precision, recall, f1 = count.row()
        print(
            f"{label:<32}{precision:>7.3f}{recall:>7.3f}{f1:>7.3f}{count.right:>8}{count.wrong:>7}{count.missed:>8}"
            + (f"   accuracy {recall:.3f}" if name == "kind" else "")
        )


def print_municipalities(tags: Tagger, half: str, folder: Path) -> None:
    """How well municipalities are found, by mention, and the F1 of each role, on each source of gold and on all."""
    print(f"\n{'municipalities, ' + half:<32}{'P':>7}{'R':>7}" + "".join(f"{f'{role} F1':>12}" for role in Role))
    total: dict[str, Count] = {}
    for source, prefix in (("natural", "natural-"), ("mixed", "mixed-"), ("literary", "")):
        golds = _read(folder / f"{prefix}{half}.jsonl")
        counts = measure(golds, list(tags.tag_many(map(_manuscript, golds))))
        _print_municipality_row(source, counts)
        for name, count in counts.items():
            total.setdefault(name, Count()).join(count)
    _print_municipality_row("all together", total)


def _print_municipality_row(label: str, counts: dict[str, Count]) -> None:
    precision, recall, _ = counts["municipalities, by mention"].row()
    roles = "".join(f"{counts[str(role)].row()[2]:>12.3f}" for role in Role)
    print(f"{label:<32}{precision:>7.3f}{recall:>7.3f}{roles}")


def outcomes(golds: Sequence[Gold], tagged: Sequence[Tags], facet: Facet) -> list[tuple[float, bool]]:
    """(confidence, is it right) of every tag of a facet, the uncertain ones included."""
    wanted: Callable[[Gold], set[str]] = {
        Facet.TOPIC: lambda gold: set(gold["topics"]),
        Facet.MUNICIPALITY: lambda gold: {town["ags"] for town in gold["municipalities"]},
        Facet.KIND: lambda gold: {gold["kind"]},
    }[facet]
    return [
        (tag.confidence, tag.value in wanted(gold))
        for gold, tags in zip(golds, tagged, strict=True)
        for tag in _of(tags, facet)
    ]


def _print_reliability(facet: Facet, pairs: Sequence[tuple[float, bool]], bins: int = 10) -> None:
    by_bin: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in pairs:
        by_bin.setdefault(min(bins - 1, int(confidence * bins)), []).append((confidence, right))
    error = 0.0
    print(f"\nreliability of {facet}: confidence | mean | right | tags")
    for place in sorted(by_bin):
        inside = by_bin[place]
        mean = sum(confidence for confidence, _ in inside) / len(inside)
        share = sum(right for _, right in inside) / len(inside)
        error += abs(mean - share) * len(inside) / len(pairs)
        print(f"  {place / bins:.1f}–{(place + 1) / bins:.1f}   {mean:.3f}   {share:.3f}   {len(inside):>5}")
    print(f"  expected calibration error {error:.3f}")


def _pages() -> list[Manuscript]:
    """Documents of one page of 400 words each, no two alike: the example texts one after the other."""
    texts = [one.text.pages[0].text for folder in (WHOLE, EXAMPLES) for one in blocks(folder)]
    words = [word for text in texts for word in text.split(" ")]
    starts = range(0, len(words) - _PAGE_WORDS, _PAGE_WORDS)
    return [Manuscript("", (Page(1, " ".join(words[start : start + _PAGE_WORDS])),)) for start in starts]


def _print_speed(tags: Tagger, analyzer: Analyzer, number: int) -> None:
    """Both in turn, round after round, so that other work on the machine meets both; what is told is the median round.

    The analyzer's forms are known, as those of its cache are in any but the very first run. "First seen" are pages whose
    like was never tagged by this process, "seen before" the same pages once more.
    """
    pages = _pages()
    for page in pages:
        for word in page.pages[0].text.split():
            analyzer.form(word.strip(",.:;!?()„“"))
    warming, measured = pages[:-number], pages[-number:]
    for _ in tags.tag_many(warming):
        pass
    blank = spacy.blank("de")
    rounds = [measured[first::_ROUNDS] for first in range(_ROUNDS)]
    speeds: dict[str, list[float]] = {}
    for part in rounds:
        first = _seconds(lambda part=part: sum(map(len, tags.tag_many(part))))
        bare = _seconds(lambda part=part: [blank.make_doc(page.pages[0].text) for page in part])
        again = _seconds(lambda part=part: sum(map(len, tags.tag_many(part))))
        for label, seconds in zip(_SPEEDS, (first, again, bare), strict=True):
            speeds.setdefault(label, []).append(len(part) / seconds)
    print(
        f"\nspeed, rounds of {len(rounds[0])} pages of {_PAGE_WORDS} words after {len(warming)} others, CPU time of one core:"
    )
    print(f"{'':<30}{'median':>6}           {'range':>5}")
    for label, found in speeds.items():
        print(f"  {label:<28}{statistics.median(found):>6.0f} pages/s   ({min(found):.0f} to {max(found):.0f})")


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def print_topics(tags: Tagger, half: str, options: argparse.Namespace) -> None:
    """Figures of topics on each source of gold and on all, how far confidences are off, and the share of right kinds."""
    vocabulary = Vocabulary.load()
    sources = {
        "natural": from_lines(options.gold / f"natural-{half}.jsonl"),
        "mixed": from_lines(options.gold / f"mixed-{half}.jsonl"),
        "literary": from_lines(options.gold / f"{half}.jsonl"),
        "corpus": from_corpus(options.corpus, vocabulary, half),
    }
    print(
        f"\n{'topics, ' + half:<32}{'P':>7}{'R':>7}{'F1':>7}{'right':>8}{'wrong':>7}{'missed':>8}"
        f"{'calibration error':>20}{'kinds right':>13}"
    )
    total = Count()
    pairs: list[tuple[float, bool]] = []
    kinds: list[bool] = []
    for source, cases in sources.items():
        if source == "corpus":
            _print_topic_row("natural, mixed and literary", total, pairs, kinds)
        count, said, right = _count_topics(tags, cases, vocabulary)
        _print_topic_row(source, count, said, right)
        total.join(count)
        pairs += said
        kinds += right
        if options.errors and half == "tune" and source != "literary":
            print("\n".join(f"  {line}" for line in count.misses))
    _print_topic_row("all together", total, pairs, kinds)


def _count_topics(
    tags: Tagger, cases: Sequence[Case], vocabulary: Vocabulary
) -> tuple[Count, list[tuple[float, bool]], list[bool]]:
    """The counts of the shown topics, (confidence, is it right) of all topics, and whether each kind is right."""
    count, pairs, kinds = Count(), [], []
    for case, tagged in zip(cases, tags.tag_many(case.manuscript for case in cases), strict=True):
        found = {tag.value for tag in _shown(tagged, Facet.TOPIC)}
        count.add(found, as_meant(case.topics, found, vocabulary), case.id)
        said = {tag.value: tag.confidence for tag in _of(tagged, Facet.TOPIC)}
        meant = as_meant(case.topics, set(said), vocabulary)
        pairs += [(confidence, topic in meant) for topic, confidence in said.items()]
        kind = _kind(tagged)
        kinds.append(kind is not None and kind.value == case.kind)
    return count, pairs, kinds


def _print_topic_row(label: str, count: Count, pairs: Sequence[tuple[float, bool]], kinds: Sequence[bool]) -> None:
    figures = "".join(f"{figure:>7.3f}" for figure in count.row())
    error = _calibration_error(pairs)
    print(
        f"{label:<32}{figures}{count.right:>8}{count.wrong:>7}{count.missed:>8}{error:>20.3f}{sum(kinds) / len(kinds):>13.3f}"
    )


def _calibration_error(pairs: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """The mean difference between confidence and share of right ones, over tenths of confidence weighted by size."""
    by_bin: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in pairs:
        by_bin.setdefault(min(bins - 1, int(confidence * bins)), []).append((confidence, right))
    return sum(abs(sum(said - right for said, right in inside)) for inside in by_bin.values()) / max(1, len(pairs))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=["tune", "report", "both"], default="both")
    parser.add_argument("--gold", type=Path, default=_FOLDER, help="folder of tune.jsonl and report.jsonl")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="the sample corpus (default: corpus/)")
    parser.add_argument("--errors", action="store_true", help="list what was wrong or missed in the tuning half")
    parser.add_argument("--pages", type=int, default=200, help="pages for measuring speed; 0: do not")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        words = german(cache=Path(cache) / "forms")
        tags = tagger(words, Vocabulary.load(), Gazetteer.load())
        golds: list[Gold] = []
        halves = ("tune", "report") if options.half == "both" else (options.half,)
        for half in halves:
            golds = _read(options.gold / f"{half}.jsonl")
            tagged = list(tags.tag_many(map(_manuscript, golds)))
            print(f"\n{half}: {len(golds)} texts")
            counts = measure(golds, tagged)
            _print_counts(counts)
            if options.errors and half == "tune":
                print("\n".join(f"  {name}: {line}" for name, count in counts.items() for line in count.misses))
            for facet in (Facet.TOPIC, Facet.MUNICIPALITY, Facet.KIND):
                _print_reliability(facet, outcomes(golds, tagged, facet))
        for half in halves:
            print_municipalities(tags, half, options.gold)
        for half in halves:
            print_topics(tags, half, options)
        if options.pages and golds:
            _print_speed(tags, words, options.pages)


if __name__ == "__main__":
    main()
