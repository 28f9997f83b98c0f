"""Fits the numbers of the topic and kind annotators, and prints what to write down.

Topics are fitted on the tuning halves of all sources of gold (topic_gold.py): natural texts, short plain ones, half of the
sample corpus, and, with a small weight, literary texts that seldom name what they speak of. The peer in the table is the
count of names alone. Figures are from cross-validation by document, so they are not those of the fit itself. The reported
halves are not read here, and must not be.

The coefficients go into kb/ingest/annotate/salience.py, the temperature into kb/ingest/annotate/kind.py.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from topic_gold import CORPUS, PLAIN, TAGGING, Case, from_corpus, from_lines

from kb.ingest.annotate.kind import KindAnnotator, probabilities
from kb.ingest.annotate.manuscript import Manuscript
from kb.ingest.annotate.salience import FEATURES, vector
from kb.ingest.annotate.sentence import sentences
from kb.ingest.annotate.text import PreparedPage, PreparedText
from kb.ingest.annotate.topic import TopicAnnotator
from kb.language.analyzer import Analyzer, german
from kb.vocabulary import Vocabulary

WEIGHTS = {"natural": 2.0, "plain": 1.0, "corpus": 1.0, "literary": 0.3}
PEER = [FEATURES.index("names")]
RIGHT = 1.35  # what a right topic counts against a wrong one: a missed tag is the worse one, and F1 is best at .5 then
FOLDS = 10


@dataclass(slots=True)
class Rows:
    """One row a document and topic: features, whether it is right, its document and source; and right topics never named."""

    features: np.ndarray
    right: np.ndarray
    documents: np.ndarray
    sources: np.ndarray
    unnamed: dict[str, int]

    @property
    def weights(self) -> np.ndarray:
        """What each row counts in the fit."""
        return np.array([WEIGHTS[source] for source in self.sources]) * np.where(self.right, RIGHT, 1.0)


def prepare(analyzer: Analyzer, manuscript: Manuscript) -> PreparedText:
    """A document as annotators get it."""
    pages = [
        PreparedPage(page.number, page.text, analyzer.tokens(page.text), sentences(page.text))
        for page in manuscript.pages
    ]
    return PreparedText(manuscript, pages, analyzer.tokens(manuscript.title))


def rows_of(gold: dict[str, list[Case]], analyzer: Analyzer, vocabulary: Vocabulary) -> Rows:
    """Every topic that a document names, with whether it is one of its topics; those below a right one are left out."""
    annotator = TopicAnnotator(vocabulary, analyzer)
    features, right, documents, sources, unnamed = [], [], [], [], dict.fromkeys(gold, 0)
    numbered = enumerate((source, case) for source, cases in gold.items() for case in cases)
    for number, (source, case) in numbered:
        traces = annotator.traces(prepare(analyzer, case.manuscript))
        unnamed[source] += len(case.topics - set(traces))
        for topic, trace in traces.items():
            if topic in case.topics or case.topics.isdisjoint(vocabulary.ancestors(topic)):
                features.append(vector(trace))
                right.append(topic in case.topics)
                documents.append(number)
                sources.append(source)
    return Rows(np.array(features), np.array(right), np.array(documents), np.array(sources), unnamed)


def cross_validated(rows: Rows, columns: list[int], strength: float) -> np.ndarray:
    """The probability of every row from a model that has not seen its document."""
    likely = np.zeros(len(rows.right))
    features = rows.features[:, columns]
    for seen, unseen in GroupKFold(FOLDS).split(features, rows.right, rows.documents):
        model = fitted(features[seen], rows.right[seen], rows.weights[seen], strength)
        likely[unseen] = model.predict_proba(features[unseen])[:, 1]
    return likely


def fitted(features: np.ndarray, right: np.ndarray, weights: np.ndarray, strength: float) -> LogisticRegression:
    """A model of these rows."""
    return LogisticRegression(C=strength, max_iter=5000).fit(features, right, sample_weight=weights)


def f1(rows: Rows, likely: np.ndarray, source: str, threshold: float) -> tuple[float, float, float]:
    """Micro precision, recall and F1 over all topics of a source, the unnamed ones among the missed."""
    inside = rows.sources == source
    chosen, right = likely[inside] >= threshold, rows.right[inside]
    hits = int((chosen & right).sum())
    precision = hits / max(1, int(chosen.sum()))
    recall = hits / max(1, int(right.sum()) + rows.unnamed[source])
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def print_topics(rows: Rows, strength: float) -> None:
    """Cross-validated quality by source beside the peer, a reliability table, and the coefficients of the fit on everything."""
    print(f"{'cross-validated':<22} {'source':<9} {'threshold':>9} {'precision':>9} {'recall':>7} {'F1':>6}")
    for name, columns in (("names alone (peer)", PEER), ("all features", list(range(len(FEATURES))))):
        likely = cross_validated(rows, columns, strength)
        for source in rows.unnamed:
            for threshold in (0.4, 0.5, 0.6):
                figures = "{:>9.3f} {:>7.3f} {:>6.3f}".format(*f1(rows, likely, source, threshold))
                print(f"{name:<22} {source:<9} {threshold:>9} {figures}")
    print_reliability(rows, likely)
    model = fitted(rows.features, rows.right, rows.weights, strength)
    print(f"\nINTERCEPT = {model.intercept_[0]:.3f}\nCOEFFICIENTS: tuple[float, ...] = (")
    for feature, value in zip(FEATURES, model.coef_[0], strict=True):
        print(f"    {value:.3f},  # {feature}")
    print(")")


def print_reliability(rows: Rows, likely: np.ndarray) -> None:
    """Confidence beside the share that was right, without the literary texts."""
    ordinary = rows.sources != "literary"
    print("\nconfidence   rows  said  right")
    for low in np.arange(0, 1, 0.1):
        inside = ordinary & (likely >= low) & (likely < low + 0.1)
        if inside.any():
            print(
                f"{low:.1f}–{low + 0.1:.1f}  {inside.sum():>7}  {likely[inside].mean():.2f}   {rows.right[inside].mean():.2f}"
            )


def print_kinds(gold: Sequence[tuple[Manuscript, str]], analyzer: Analyzer, annotator: KindAnnotator) -> None:
    """Accuracy, and the temperature that makes the right kinds likeliest."""
    points = [annotator.points(prepare(analyzer, manuscript)) for manuscript, _ in gold]
    truth = [kind for _, kind in gold]
    right = [max(score, key=lambda kind: score[kind]) == kind for score, kind in zip(points, truth, strict=True)]
    losses = {
        temperature: -np.mean(
            [np.log(max(1e-9, probabilities(s, temperature)[k])) for s, k in zip(points, truth, strict=True)]
        )
        for temperature in np.arange(0.6, 4.0, 0.1)
    }
    best = min(losses, key=lambda temperature: losses[temperature])
    print(f"\nkinds: accuracy {np.mean(right):.3f}\nTEMPERATURE = {best:.1f} (log loss {losses[best]:.3f})")


def main() -> None:
    """Read, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, default=TAGGING, help="folder of the gold sets (default: %(default)s)")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="the sample corpus (default: %(default)s)")
    parser.add_argument(
        "--strength", type=float, default=0.3, help="inverse of the regularization (default: %(default)s)"
    )
    args = parser.parse_args()
    analyzer, vocabulary = german(), Vocabulary.load()
    gold = {
        "natural": from_lines(args.gold / "natural-tune.jsonl"),
        "plain": from_lines(PLAIN),
        "corpus": from_corpus(args.corpus, vocabulary, "tune"),
        "literary": from_lines(args.gold / "tune.jsonl"),
    }
    print_topics(rows_of(gold, analyzer, vocabulary), args.strength)
    known = [(case.manuscript, case.kind) for cases in gold.values() for case in cases]
    print_kinds(known, analyzer, KindAnnotator(vocabulary, analyzer))


if __name__ == "__main__":
    main()
