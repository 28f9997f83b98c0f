"""Fits the numbers of the topic and kind annotators, and prints what to write down.

Fitted on three sorts of text: the tuning half of the tagging gold set, whose texts are short and seldom name what they speak
of; short plain texts that do (data/topics_plain.jsonl); and the sample corpus, whose texts are long and whose front matter
has only the main topics.

The coefficients go into kb/ingest/annotate/salience.py, the temperature into kb/ingest/annotate/kind.py. The peer in the
table is the count of mentions alone. Figures are from cross-validation by document, so they are not those of the fit itself.
The reported half (report.jsonl) is not read here, and must not be.
"""

from __future__ import annotations

import argparse
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from kb.ingest.annotate.kind import KindAnnotator, probabilities
from kb.ingest.annotate.manuscript import Manuscript
from kb.ingest.annotate.salience import FEATURES, vector
from kb.ingest.annotate.sentence import sentences
from kb.ingest.annotate.text import PreparedPage, PreparedText
from kb.ingest.annotate.topic import TopicAnnotator
from kb.language.analyzer import Analyzer, german
from kb.model import Page, Section
from kb.vocabulary import Vocabulary

TUNE = Path(__file__).parent / "data" / "tagging" / "tune.jsonl"
PLAIN = Path(__file__).parent / "data" / "topics_plain.jsonl"
CORPUS = Path(__file__).parents[1] / "corpus" / "sources"


@dataclass(slots=True)
class Rows:
    """One row a document and topic: features, whether it is right, which document; and right topics that were never named."""

    features: np.ndarray
    right: np.ndarray
    documents: np.ndarray
    unnamed: int


def documents(path: Path) -> Iterator[dict]:
    """The gold documents of a JSON Lines file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def sources(folder: Path, vocabulary: Vocabulary) -> Iterator[dict]:
    """The sample documents whose front matter names topics, as gold documents."""
    for file in sorted(folder.rglob("*.md")):
        _, front, body = file.read_text(encoding="utf-8").split("+++", 2)
        values = tomllib.loads(front)
        if "topics" in values:
            found = [vocabulary.find(name) for name in values["topics"]]
            text, sections = without_markup(body)
            ids = [topic.id for topic in found if topic]
            yield {"title": values["title"], "text": text, "topics": ids, "kind": values["kind"], "sections": sections}


def without_markup(body: str) -> tuple[str, tuple[Section, ...]]:
    """Markdown as plain text, and where its headings begin."""
    lines: list[str] = []
    sections: list[Section] = []
    at = 0
    for line in re.sub(r"(?m)[*_|]|^:::.*$", "", body).strip().split("\n"):
        marks, _, heading = line.partition(" ")
        plain = heading if marks and not marks.strip("#") else line
        if plain is not line:
            sections.append(Section(plain, len(marks), 1, at))
        lines.append(plain)
        at += len(plain) + 1
    return "\n".join(lines), tuple(sections)


def prepare(analyzer: Analyzer, row: dict) -> PreparedText:
    """A gold document as annotators get it."""
    text = row["text"]
    page = PreparedPage(1, text, analyzer.tokens(text), sentences(text))
    title = row.get("title", "")
    return PreparedText(Manuscript(title, (Page(1, text),), row.get("sections", ())), [page], analyzer.tokens(title))


def rows_of(gold: list[dict], texts: list[PreparedText], annotator: TopicAnnotator) -> Rows:
    """Every topic that a document names, with whether it is one of its topics."""
    features, right, numbers, unnamed = [], [], [], 0
    for number, (row, text) in enumerate(zip(gold, texts, strict=True)):
        traces = annotator.traces(text)
        unnamed += len(set(row["topics"]) - set(traces))
        for topic, trace in traces.items():
            features.append(vector(trace))
            right.append(topic in row["topics"])
            numbers.append(number)
    return Rows(np.array(features), np.array(right), np.array(numbers), unnamed)


def cross_validated(rows: Rows, columns: list[int], strength: float) -> np.ndarray:
    """The probability of every row from a model that has not seen its document."""
    likely = np.zeros(len(rows.right))
    for train, test in GroupKFold(10).split(rows.features, rows.right, rows.documents):
        model = LogisticRegression(C=strength, max_iter=5000)
        model.fit(rows.features[train][:, columns], rows.right[train])
        likely[test] = model.predict_proba(rows.features[test][:, columns])[:, 1]
    return likely


def both(first: Rows, second: Rows) -> Rows:
    """The rows of two sets of documents."""
    return Rows(
        np.concatenate([first.features, second.features]),
        np.concatenate([first.right, second.right]),
        np.concatenate([first.documents, second.documents + 1 + max(first.documents)]),
        first.unnamed + second.unnamed,
    )


def f1(rows: Rows, likely: np.ndarray, threshold: float) -> tuple[float, float, float]:
    """Micro precision, recall and F1 over all topics, the unnamed ones among the missed."""
    chosen = likely >= threshold
    hits = int((chosen & rows.right).sum())
    precision = hits / max(1, int(chosen.sum()))
    recall = hits / max(1, int(rows.right.sum()) + rows.unnamed)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def print_topics(gold: Rows, corpus: Rows | None, strength: float) -> None:
    """Cross-validated quality beside the peer, a reliability table, and the coefficients of the fit on everything."""
    rows = both(gold, corpus) if corpus else gold
    size = len(gold.right)
    everything = list(range(rows.features.shape[1]))
    print(f"{'on the gold documents':24} {'threshold':>9} {'precision':>9} {'recall':>7} {'F1':>6}")
    for name, columns in (("names alone (peer)", [0, 1]), ("all features", everything)):
        likely = cross_validated(rows, columns, strength)[:size]
        for threshold in (0.3, 0.4, 0.5):
            print(f"{name:24} {threshold:>9} " + "{:>9.3f} {:>7.3f} {:>6.3f}".format(*f1(gold, likely, threshold)))
    print("\nconfidence   rows  said  right")
    for low in np.arange(0, 1, 0.1):
        inside = (likely >= low) & (likely < low + 0.1)
        if inside.any():
            right = gold.right[inside].mean()
            print(f"{low:.1f}–{low + 0.1:.1f}  {inside.sum():>7}  {likely[inside].mean():.2f}   {right:.2f}")
    model = LogisticRegression(C=strength, max_iter=5000).fit(rows.features, rows.right)
    print(f"\nINTERCEPT = {model.intercept_[0]:.3f}")
    print(f"COEFFICIENTS = ({', '.join(f'{value:.3f}' for value in model.coef_[0])})")
    print("  " + ", ".join(FEATURES))


def print_kinds(gold: list[dict], samples: list[dict], analyzer: Analyzer, annotator: KindAnnotator) -> None:
    """Accuracy on the gold documents, and the temperature that makes the right kinds likeliest there and in the corpus.

    Talks of the corpus are left out: as Markdown they have lost what makes them slides.
    """
    everything = gold + [row for row in samples if "sections" in row and row["kind"] != "vortrag"]
    points = [annotator.points(prepare(analyzer, row)) for row in everything]
    truth = [row["kind"] for row in everything]
    right = [max(score, key=lambda kind: score[kind]) == kind for score, kind in zip(points, truth, strict=True)]
    losses = {
        temperature: -np.mean(
            [np.log(max(1e-9, probabilities(s, temperature)[k])) for s, k in zip(points, truth, strict=True)]
        )
        for temperature in np.arange(0.6, 4.0, 0.1)
    }
    best = min(losses, key=lambda temperature: losses[temperature])
    print(f"\nkinds: accuracy {np.mean(right[: len(gold)]):.3f} on the gold documents", end="")
    print(f", {np.mean(right[len(gold) :]):.3f} on the corpus" if len(right) > len(gold) else "")
    print(f"TEMPERATURE = {best:.1f} (log loss {losses[best]:.3f})")


def main() -> None:
    """Read, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, default=TUNE, help="JSON Lines of the tuning half (default: %(default)s)")
    parser.add_argument(
        "--corpus", type=Path, default=CORPUS, help="sources of the sample corpus (default: %(default)s)"
    )
    parser.add_argument("--plain", type=Path, default=PLAIN, help="JSON Lines of plain texts (default: %(default)s)")
    parser.add_argument("--alone", action="store_true", help="fit on the gold documents alone")
    parser.add_argument(
        "--strength", type=float, default=1.0, help="inverse of the regularization (default: %(default)s)"
    )
    args = parser.parse_args()
    gold = list(documents(args.gold))
    analyzer, vocabulary = german(), Vocabulary.load()
    texts = [prepare(analyzer, row) for row in gold]
    annotator = TopicAnnotator(vocabulary, analyzer)
    rows = rows_of(gold, texts, annotator)
    print(f"{len(gold)} documents, {int(rows.right.sum())} topics found, {rows.unnamed} without any word of theirs\n")
    samples = [] if args.alone else [*documents(args.plain), *sources(args.corpus, vocabulary)]
    long_rows = rows_of(samples, [prepare(analyzer, row) for row in samples], annotator) if samples else None
    print_topics(rows, long_rows, args.strength)
    print_kinds(gold, samples, analyzer, KindAnnotator(vocabulary, analyzer))


if __name__ == "__main__":
    main()
