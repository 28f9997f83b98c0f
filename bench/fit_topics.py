"""Fits the numbers of the topic and kind annotators, and prints what to write down.

Topics are fitted on the tuning halves of all sources of gold (topic_gold.py): natural, mixed and short plain texts, half of the
sample corpus, and, with a small weight, literary texts that seldom name what they speak of. The peer in the table is the
count of names alone. Figures are from cross-validation by document, so they are not those of the fit itself. The reported
halves are not read here, and must not be.

The vocabulary was widened by what these texts say, so it fits them better than it will fit the next one. Therefore every
document is looked at a second time with a thinned vocabulary, from which half of the words that no other document has are
left out. The model is fitted on both; the rows "unseen" of the tables are what to expect of new texts.

The coefficients go into kb/ingest/annotate/salience.py, the temperature into kb/ingest/annotate/kind.py.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, product
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from topic_gold import CORPUS, PLAIN, TAGGING, Case, from_corpus, from_lines, prepare

from kb.ingest.annotate import wording
from kb.ingest.annotate.kind import KindAnnotator, probabilities
from kb.ingest.annotate.manuscript import Manuscript
from kb.ingest.annotate.naming import Mention, MentionFinder
from kb.ingest.annotate.salience import FEATURES, vector
from kb.ingest.annotate.text import PreparedText
from kb.ingest.annotate.topic import TopicAnnotator
from kb.language.analyzer import Analyzer, german
from kb.language.token import Token
from kb.vocabulary import Vocabulary
from kb.vocabulary.concept import Content

WEIGHTS = {"natural": 2.0, "mixed": 3.0, "plain": 1.0, "corpus": 1.0, "literary": 0.3}
PEER = [FEATURES.index("names")]
FOLDS = 10
LEFT_OUT = 0.5  # of the words that only one document has, in the thinned vocabulary


@dataclass(slots=True)
class Rows:
    """One row a document and topic: features, whether it is right, its document and source, whether it is from the thinned
    vocabulary; and for each source how many topics are right."""

    features: np.ndarray
    right: np.ndarray
    documents: np.ndarray
    sources: np.ndarray
    thinned: np.ndarray
    wanted: dict[str, int]

    @property
    def weights(self) -> np.ndarray:
        """What each row counts in the fit."""
        return np.array([WEIGHTS[source] for source in self.sources])


@dataclass(frozen=True, slots=True)
class Read:
    """A document made ready: its source and topics."""

    source: str
    topics: frozenset[str]
    text: PreparedText


def rows_of(gold: dict[str, list[Case]], analyzer: Analyzer, vocabulary: Vocabulary) -> Rows:
    """Every topic that a document names, with whether it is one of its topics; those below a right one are left out."""
    documents = [
        Read(source, case.topics, prepare(analyzer, case.manuscript))
        for source, cases in gold.items()
        for case in cases
    ]
    annotator = TopicAnnotator(vocabulary, analyzer)
    rows = [
        (number, False, *row) for number, read in enumerate(documents) for row in _rows(read, annotator, vocabulary)
    ]
    for part, thin in enumerate(_thinned(documents, analyzer, vocabulary)):
        annotator = TopicAnnotator(thin, analyzer)
        for number in range(part, len(documents), FOLDS):
            rows += [(number, True, *row) for row in _rows(documents[number], annotator, thin)]
    numbers, thinned, features, right = zip(*rows, strict=True)
    sources = np.array([documents[number].source for number in numbers])
    wanted = {source: sum(len(case.topics) for case in cases) for source, cases in gold.items()}
    return Rows(np.array(features), np.array(right), np.array(numbers), sources, np.array(thinned), wanted)


def _rows(read: Read, annotator: TopicAnnotator, vocabulary: Vocabulary) -> Iterator[tuple[tuple[float, ...], bool]]:
    for topic, trace in annotator.traces(read.text).items():
        if topic in read.topics or read.topics.isdisjoint(vocabulary.ancestors(topic)):
            yield vector(trace), topic in read.topics


def _thinned(documents: Sequence[Read], analyzer: Analyzer, vocabulary: Vocabulary) -> Iterator[Vocabulary]:
    """For each tenth of the documents the vocabulary without half of the words that only a single one of them has."""
    finder = MentionFinder(vocabulary.topics(), analyzer)
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    indicators = [
        (topic.id, words, needed)
        for topic in vocabulary.topics()
        for words in topic.indicators
        if (needed := set(_keys(analyzer.tokens(words))))
    ]
    for number, read in enumerate(documents):
        for mention in _mentions(finder, read.text):
            found[mention.concept, mention.name].add(number)
        written = set(_keys(chain(read.text.title_tokens, *(page.tokens for page in read.text.pages))))
        for topic, words, needed in indicators:
            if needed <= written:
                found[topic, words].add(number)
    chance = random.Random(1)
    left_out: list[set[tuple[str, str]]] = [set() for _ in range(FOLDS)]
    for words, numbers in sorted(found.items()):
        if len(numbers) == 1 and chance.random() < LEFT_OUT:
            left_out[min(numbers) % FOLDS].add(words)
    for part in left_out:
        topics = tuple(
            replace(
                topic,
                alternatives=tuple(words for words in topic.alternatives if (topic.id, words) not in part),
                phrases=tuple(words for words in topic.phrases if (topic.id, words) not in part),
                indicators=tuple(words for words in topic.indicators if (topic.id, words) not in part),
            )
            for topic in vocabulary.topics()
        )
        yield Vocabulary(Content(topics, vocabulary.programmes(), vocabulary.kinds()), vocabulary.version)


def _keys(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        yield from wording.keys(token.form)


def _mentions(finder: MentionFinder, text: PreparedText) -> Iterator[Mention]:
    yield from finder.in_title(text.manuscript.title, text.title_tokens)
    for page in text.pages:
        yield from finder.in_page(page)


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


def f1(rows: Rows, likely: np.ndarray, source: str, threshold: float, *, thinned: bool) -> tuple[float, float, float]:
    """Micro precision, recall and F1 over all topics of a source, the unnamed ones among the missed."""
    inside = (rows.sources == source) & (rows.thinned == thinned)
    chosen = likely[inside] >= threshold
    hits = int((chosen & rows.right[inside]).sum())
    precision = hits / max(1, int(chosen.sum()))
    recall = hits / max(1, rows.wanted[source])
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def print_topics(rows: Rows, strength: float) -> None:
    """Cross-validated quality by source beside the peer, a reliability table, and the coefficients of the fit on everything."""
    print(
        f"{'cross-validated':<20} {'source':<9} {'words':<7} {'threshold':>9} {'precision':>9} {'recall':>7} {'F1':>6}"
    )
    for name, columns in (("names alone (peer)", PEER), ("all features", list(range(len(FEATURES))))):
        likely = cross_validated(rows, columns, strength)
        for source, thinned in product(rows.wanted, (False, True)):
            for threshold in (0.3, 0.4, 0.5):
                figures = "{:>9.3f} {:>7.3f} {:>6.3f}".format(*f1(rows, likely, source, threshold, thinned=thinned))
                print(f"{name:<20} {source:<9} {'unseen' if thinned else 'known':<7} {threshold:>9} {figures}")
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
    """Accuracy and loss for several worths of the style, each with the temperature that makes the right kinds likeliest."""
    truth = [kind for _, kind in gold]
    texts = [prepare(analyzer, manuscript) for manuscript, _ in gold]
    print("\nkinds: STYLE_POINTS  accuracy  TEMPERATURE  log loss")
    for worth in (0, 4, 6, 8, 10, 12, 15):
        points = [annotator.points(text, worth) for text in texts]
        right = [max(score, key=lambda kind: score[kind]) == kind for score, kind in zip(points, truth, strict=True)]
        losses = {
            temperature: -np.mean(
                [np.log(max(1e-9, probabilities(s, temperature)[k])) for s, k in zip(points, truth, strict=True)]
            )
            for temperature in np.arange(0.6, 4.0, 0.1)
        }
        best = min(losses, key=lambda temperature: losses[temperature])
        print(f"{worth:>19}{np.mean(right):>10.3f}{best:>13.1f}{losses[best]:>10.3f}")


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
        "mixed": from_lines(args.gold / "mixed-tune.jsonl"),
        "plain": from_lines(PLAIN),
        "corpus": from_corpus(args.corpus, vocabulary, "tune"),
        "literary": from_lines(args.gold / "tune.jsonl"),
    }
    print_topics(rows_of(gold, analyzer, vocabulary), args.strength)
    known = [(case.manuscript, case.kind) for cases in gold.values() for case in cases]
    print_kinds(known, analyzer, KindAnnotator(vocabulary, analyzer))


if __name__ == "__main__":
    main()
