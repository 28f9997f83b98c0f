"""Learning topics from people's corrections, and switching a model on only where it beats the matcher.

For each topic that people decided about often enough: a linear support vector machine over stems and compound parts and the
matcher's own confidence, calibrated by Platt scaling on decisions made out of fold (Platt 1999). Both it and the matcher
are measured on the same corrected documents, the model by stratified cross-validation that holds out the calibration as
well, and the model is kept only where its F1 is better by MARGIN. Documents in which the matcher sees nothing of the topic
serve as weak negatives in training, never in measuring.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.catalog import annotation, content, document
from kb.catalog.annotation import Decision
from kb.catalog.catalog import Catalog
from kb.ingest.annotate.learned import LearnedTopics, TopicModel, log_odds, terms_of, weigh
from kb.ingest.annotate.manuscript import Manuscript, Tagger
from kb.language.analyzer import Analyzer
from kb.model import Facet

# Fewer decisions than these about a topic teach nothing that cross-validation could tell from chance.
LEAST_EXAMPLES, LEAST_OF_EACH = 12, 4
MARGIN = 0.02
FOLDS = 5
WEAK, WEAK_WEIGHT = 3, 0.3
# Both are judged by what they would show.
SHOWN_FROM = annotation.SHOWN_FROM[Facet.TOPIC]
# Terms in fewer documents are left out; of a model's weights, those below this share of the largest.
LEAST_DOCUMENTS = 2
SMALLEST_WEIGHT = 0.02


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a topic fared: corrected documents, F1 of matcher and model (cross-validated), and whether the model is on.

    `reason` says in English why there is no model; then `f1` is None.
    """

    topic: str
    examples: int
    positive: int
    matcher_f1: float | None = None
    f1: float | None = None
    is_on: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned: the models that are switched on, and a verdict on every topic that was corrected."""

    learned: LearnedTopics
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class _Example:
    """A document as the models see it: its terms, and the matcher's confidence in each topic it found."""

    counts: Counter[str]
    confidences: dict[str, float]


def learn(catalog: Catalog, matcher: Tagger, analyzer: Analyzer) -> Lesson:
    """Learn from all corrections of topics in the catalog. `matcher` is the tagger without models."""
    with catalog.read() as connection:
        decided = annotation.corrections(connection, Facet.TOPIC)
    labels: dict[str, dict[str, bool]] = {}
    for one in decided:
        labels.setdefault(one.value, {})[one.document_id] = one.decision is not Decision.REJECTED
    wanted = {topic: found for topic, found in labels.items() if _shortage(found) == ""}
    labelled = {one for found in wanted.values() for one in found}
    examples = _examples(catalog, matcher, analyzer, labelled) if wanted else {}
    idf = _idf(example.counts for example in examples.values())
    verdicts: list[Verdict] = []
    models: dict[str, TopicModel] = {}
    for topic in sorted(labels):
        found = {one: label for one, label in labels[topic].items() if not wanted or one in examples}
        shortage = _shortage(found)
        if shortage:
            verdicts.append(Verdict(topic, len(found), sum(found.values()), reason=shortage))
            continue
        model = _Lesson(topic, found, examples, idf).model()
        better = model.f1 > model.matcher_f1 + MARGIN
        if better:
            models[topic] = model
        reason = "" if better else "not better than the matcher"
        verdicts.append(Verdict(topic, len(found), sum(found.values()), model.matcher_f1, model.f1, better, reason))
    # All terms are needed, not only those the models weigh: they make up a document's length.
    return Lesson(LearnedTopics(models, idf if models else {}, _version(models)), tuple(verdicts))


def _shortage(found: dict[str, bool]) -> str:
    positive = sum(found.values())
    if len(found) < LEAST_EXAMPLES:
        return f"needs {LEAST_EXAMPLES} decisions"
    if min(positive, len(found) - positive) < LEAST_OF_EACH:
        return f"needs {LEAST_OF_EACH} decisions for and {LEAST_OF_EACH} against"
    return ""


def _examples(catalog: Catalog, matcher: Tagger, analyzer: Analyzer, labelled: set[str]) -> dict[str, _Example]:
    """The labelled documents, and WEAK times as many others, by id; those without text are left out."""
    with catalog.read() as connection:
        documents = document.all_of(connection)
    others = [one for one in documents if one.id not in labelled]
    random.Random(len(labelled)).shuffle(others)  # noqa: S311 - the same choice in every run, nothing secret
    documents = [one for one in documents if one.id in labelled] + others[: WEAK * len(labelled)]
    found: dict[str, _Example] = {}
    for one in documents:
        with catalog.read() as connection:
            text = content.text_of(connection, one.sha256)
        if not text.pages:
            continue
        counts = terms_of(
            token for part in (one.title, *(page.text for page in text.pages)) for token in analyzer.tokens(part)
        )
        tags = matcher.tag(Manuscript(one.title, text.pages, text.sections, text.metadata))
        confidences = {tag.value: tag.confidence for tag in tags if tag.facet is Facet.TOPIC}
        found[one.id] = _Example(counts, confidences)
    return found


def _idf(documents: Iterable[Counter[str]]) -> dict[str, float]:
    """Inverse document frequencies, ln((1 + N) / (1 + n)) + 1."""
    frequencies: Counter[str] = Counter()
    total = 0
    for counts in documents:
        frequencies.update(counts.keys())
        total += 1
    return {
        term: round(math.log((1 + total) / (1 + frequency)) + 1, 4)
        for term, frequency in frequencies.items()
        if frequency >= LEAST_DOCUMENTS
    }


class _Lesson:
    """One topic's training: its labelled documents, and weak negatives beside them."""

    def __init__(
        self, topic: str, labels: dict[str, bool], examples: dict[str, _Example], idf: dict[str, float]
    ) -> None:
        self.topic = topic
        self.ids = sorted(labels)
        self.labels = np.array([labels[one] for one in self.ids])
        silent = sorted(
            one for one, example in examples.items() if one not in labels and topic not in example.confidences
        )
        random.Random(topic).shuffle(silent)  # noqa: S311 - the same choice in every run, nothing secret
        self.weak = silent[: WEAK * len(self.ids)]
        chosen = [examples[one] for one in (*self.ids, *self.weak)]
        self.terms = sorted({term for example in chosen for term in example.counts if term in idf})
        place = {term: index for index, term in enumerate(self.terms)}
        self.features = np.zeros((len(chosen), len(self.terms) + 1))
        for row, example in enumerate(chosen):
            for term, weight in weigh(example.counts, idf).items():
                self.features[row, place[term]] = weight
            self.features[row, -1] = log_odds(example.confidences.get(topic, 0.0)) / 4
        self.matcher_says = np.array([examples[one].confidences.get(topic, 0.0) >= SHOWN_FROM for one in self.ids])

    def model(self) -> TopicModel:
        """The model trained on everything, with what it and the matcher achieved out of fold."""
        decisions, folds = self._out_of_fold()
        scale, shift = _calibrate(decisions, self.labels)
        says = np.zeros(len(self.ids), dtype=bool)
        for fold in range(int(folds.max()) + 1):  # judged by a calibration that has not seen them either
            own_scale, own_shift = _calibrate(decisions[folds != fold], self.labels[folds != fold])
            says[folds == fold] = own_scale * decisions[folds == fold] + own_shift >= log_odds(SHOWN_FROM)
        weights, bias = self._fit(np.arange(len(self.ids)))
        largest = float(np.abs(weights[:-1]).max(initial=0.0))
        terms = {
            term: round(float(weight), 5)
            for term, weight in zip(self.terms, weights[:-1], strict=True)
            if abs(weight) > SMALLEST_WEIGHT * largest
        }
        return TopicModel(
            terms=terms,
            matcher=float(weights[-1]) / 4,
            bias=bias,
            scale=scale,
            shift=shift,
            f1=_f1(says, self.labels),
            matcher_f1=_f1(self.matcher_says, self.labels),
            examples=len(self.ids),
        )

    def _out_of_fold(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """The decision about each labelled document by a machine that has not seen it, and its fold."""
        from sklearn.model_selection import StratifiedKFold

        smaller = int(min(self.labels.sum(), (~self.labels).sum()))
        folds = StratifiedKFold(min(FOLDS, smaller), shuffle=True, random_state=0)
        decisions, place = np.zeros(len(self.ids)), np.zeros(len(self.ids), dtype=np.int64)
        for fold, (train, test) in enumerate(folds.split(self.labels, self.labels)):
            weights, bias = self._fit(train)
            decisions[test] = self.features[test] @ weights + bias
            place[test] = fold
        return decisions, place

    def _fit(self, rows: NDArray[Any]) -> tuple[NDArray[np.float64], float]:
        from sklearn.svm import LinearSVC

        weak = np.arange(len(self.ids), len(self.ids) + len(self.weak))
        labels = np.concatenate([self.labels[rows], np.zeros(len(weak), dtype=bool)])
        sample_weights = np.concatenate([np.ones(len(rows)), np.full(len(weak), WEAK_WEIGHT)])
        machine = LinearSVC(C=1.0, class_weight="balanced", max_iter=20_000, random_state=0)
        machine.fit(self.features[np.concatenate([rows, weak])], labels, sample_weight=sample_weights)
        return np.asarray(machine.coef_[0], dtype=np.float64), float(machine.intercept_[0])


def _calibrate(decisions: NDArray[np.float64], labels: NDArray[np.bool_]) -> tuple[float, float]:
    """Scale and shift that make probabilities of decisions."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=10.0).fit(decisions.reshape(-1, 1), labels)
    return max(float(fitted.coef_[0][0]), 0.01), float(fitted.intercept_[0])


def _f1(says: Sequence[bool] | NDArray[np.bool_], labels: NDArray[np.bool_]) -> float:
    right = int(np.sum(np.asarray(says) & labels))
    total = int(np.sum(says)) + int(labels.sum())
    return 2 * right / total if total else 0.0


def _version(models: dict[str, TopicModel]) -> str:
    plain = json.dumps({topic: asdict(model) for topic, model in sorted(models.items())}, sort_keys=True)
    return "learned-" + hashlib.sha256(plain.encode()).hexdigest()[:8]
