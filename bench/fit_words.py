"""Fits the tables of words that speak for topics and kinds (vocabulary/*_words.tsv), and prints how well they do alone.

    .venv/bin/python bench/fit_words.py [--write]

A linear support vector machine for each topic and each kind (scikit-learn's LinearSVC) over TF-IDF weights: of stems and
compound parts for topics (kb/ingest/annotate/wording.py), of words as written and the shapes of lines for kinds (style.py).
Learned from: the passages in bench/data/tagging/examples, the excerpts in examples/kinds, the whole documents in
examples/documents, and every topic's label with its definition. Measured: on the files left out one after the other (each
has its own manner), and on the tuning halves of the gold texts, of which nothing is learned.
The reported halves are not read here, and must not be. After it, run bench/fit_topics.py: what a margin is worth may change.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.model_selection import LeaveOneGroupOut
from sklearn.svm import LinearSVC
from topic_gold import ROOT, TAGGING, from_lines, prepare

from kb.ingest.annotate import style, wording
from kb.ingest.annotate.manuscript import Manuscript
from kb.ingest.annotate.text import PreparedText
from kb.language.analyzer import german
from kb.model import Page
from kb.vocabulary import Vocabulary

EXAMPLES = TAGGING / "examples"
WHOLE = EXAMPLES / "documents"
SETS = ("natural-tune", "mixed-tune", "tune")
Marks = Callable[[PreparedText], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Passage:
    """A text, what it is right to say of it, and the file that it stands in."""

    right: frozenset[str]
    text: Manuscript
    file: str = ""


def blocks(folder: Path, field: int = 0) -> list[Passage]:
    """Examples: a line "=== id, id" ("-" for none), a line "# title" or none, and the text.

    Whole documents have two fields, "=== kind | id, id": `field` says which of them is to be learned.
    """
    found = []
    for file in sorted(folder.glob("*.txt")):
        for block in ("\n" + file.read_text(encoding="utf-8")).split("\n===")[1:]:
            head, _, text = block.partition("\n")
            title, _, rest = text.lstrip().partition("\n") if text.lstrip().startswith("# ") else ("", "", text)
            ids = {one.strip() for one in head.split("|")[field].split(",")} - {"-", ""}
            manuscript = Manuscript(title.removeprefix("# "), (Page(1, rest.strip()),))
            found.append(Passage(frozenset(ids), manuscript, f"{folder.name}/{file.name}"))
    return found


def topic_passages(vocabulary: Vocabulary) -> tuple[list[Passage], list[Passage]]:
    """The examples, without topics that stand above another one of the same passage; labels with definitions."""
    found = []
    for one in (*blocks(EXAMPLES), *blocks(WHOLE, field=1)):
        unknown = [topic for topic in one.right if topic not in vocabulary]
        if unknown:
            raise SystemExit(f"{EXAMPLES}: unknown topics {', '.join(unknown)}")
        above = {broader for topic in one.right for broader in vocabulary.ancestors(topic)}
        found.append(Passage(one.right - above, one.text, one.file))
    defined = [
        Passage(frozenset({one.id}), Manuscript(one.label, (Page(1, one.definition),)))
        for one in vocabulary.topics()
        if not vocabulary.is_group(one.id)
    ]
    return found, defined


def topic_marks(text: PreparedText) -> Iterable[str]:
    """What is counted for topics."""
    for token in (*text.title_tokens, *(token for page in text.pages for token in page.tokens)):
        yield from wording.keys(token.form)


class Space:
    """What is counted, with inverse document frequencies ln((1 + N) / (1 + n)) + 1, learned from passages."""

    def __init__(self, counted: Sequence[Counter[str]], rarest: int) -> None:
        frequency = Counter(mark for counts in counted for mark in counts)
        kept = sorted(mark for mark, number in frequency.items() if number >= rarest and not mark.startswith("#"))
        self.words = {mark: row for row, mark in enumerate(kept)}
        self.idf = np.array([math.log((1 + len(counted)) / (1 + frequency[mark])) + 1 for mark in self.words])

    def matrix(self, counted: Sequence[Counter[str]]) -> csr_matrix:
        """TF-IDF weights (1 + ln n) idf of unit length, a row for each text."""
        rows, columns, values = [], [], []
        for number, counts in enumerate(counted):
            weights = {
                self.words[mark]: (1 + math.log(count)) * self.idf[self.words[mark]]
                for mark, count in counts.items()
                if mark in self.words
            }
            length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
            for place, weight in weights.items():
                rows.append(number)
                columns.append(place)
                values.append(weight / length)
        return csr_matrix((values, (rows, columns)), shape=(len(counted), len(self.words)))


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights by word and value, and the bias of each value."""

    weights: np.ndarray
    bias: np.ndarray

    def margins(self, matrix: csr_matrix) -> np.ndarray:
        """A row for each text, a column for each value."""
        return np.asarray(matrix @ self.weights + self.bias)

    def pruned(self, most: int) -> Fit:
        """With the strongest words of each value alone, in two decimals."""
        kept = np.zeros_like(self.weights)
        for column in range(self.weights.shape[1]):
            best = np.argsort(-np.abs(self.weights[:, column]))[:most]
            kept[best, column] = np.round(self.weights[best, column], 2)
        return Fit(kept, np.round(self.bias, 3))


def fit(matrix: csr_matrix, right: np.ndarray, strength: float) -> Fit:
    """One machine for each value."""
    models = [LinearSVC(C=strength, random_state=0).fit(matrix, column) for column in right.T]
    return Fit(np.array([model.coef_[0] for model in models]).T, np.array([model.intercept_[0] for model in models]))


@dataclass(frozen=True, slots=True)
class Task:
    """One table: its name, the values it tells apart, what is counted, the passages and what is always learned too."""

    table: str
    values: tuple[str, ...]
    counted: Callable[[Passage], Counter[str]]
    learned: list[Passage]
    always: list[Passage]
    sets: dict[str, list[Passage]]
    single: bool
    strength: float
    most: int
    rarest: int

    def right(self, passages: Sequence[Passage]) -> np.ndarray:
        """Which values each passage has."""
        return np.array([[value in one.right for value in self.values] for one in passages])

    def figures(self, margins: np.ndarray, right: np.ndarray) -> str:
        """How many are right where one is to be chosen; else micro figures at the best single threshold."""
        places = (-margins).argsort(axis=1).argsort(axis=1)[right]
        high = " ".join(f"{(places < top).mean():>6.3f}" for top in (1, 3, 5, 10))
        best = (0.0, 0.0, 0.0, 0.0)
        for threshold in () if self.single else np.arange(-1.2, 0.4, 0.02):
            chosen = margins >= threshold
            hits = int((chosen & right).sum())
            precision, recall = hits / max(1, int(chosen.sum())), hits / max(1, int(right.sum()))
            best = max(best, (2 * precision * recall / max(1e-9, precision + recall), precision, recall, threshold))
        alone = f"{'':>33}" if self.single else f"{best[1]:>9.3f} {best[2]:>7.3f} {best[0]:>6.3f} {best[3]:>9.2f}"
        return f"{alone}    {high}"

    def left_out(self) -> np.ndarray:
        """Margins of every passage from a fit that has not seen it."""
        margins = np.zeros((len(self.learned), len(self.values)))
        counted, always = [self.counted(one) for one in self.learned], [self.counted(one) for one in self.always]
        for seen, unseen in LeaveOneGroupOut().split(margins, groups=[one.file for one in self.learned]):
            chosen = [*(counted[number] for number in seen), *always]
            right = self.right([*(self.learned[number] for number in seen), *self.always])
            space = Space(chosen, self.rarest)
            margins[unseen] = fit(space.matrix(chosen), right, self.strength).margins(
                space.matrix([counted[number] for number in unseen])
            )
        return margins

    def run(self, *, write: bool) -> None:
        """Fit and print; write the table where asked to."""
        passages = [*self.learned, *self.always]
        space, model = self._fitted(passages)
        print(
            f"{self.table}: {len(passages)} passages, {len(space.words)} words, {np.count_nonzero(model.weights)} weights"
        )
        print(f"{'':<15}{'precision':>9} {'recall':>7} {'F1':>6} {'threshold':>9}    right one among first 1, 3, 5, 10")
        print(f"{'left out':<15}{self.figures(self.left_out(), self.right(self.learned))}")
        for name, texts in self.sets.items():
            margins = model.margins(space.matrix([self.counted(one) for one in texts]))
            print(f"{name:<15}{self.figures(margins, self.right(texts))}")
        if write:
            _write(ROOT / "vocabulary" / self.table, self.values, space, model, len(passages))

    def _fitted(self, passages: Sequence[Passage]) -> tuple[Space, Fit]:
        counted = [self.counted(one) for one in passages]
        space = Space(counted, self.rarest)
        return space, fit(space.matrix(counted), self.right(passages), self.strength).pruned(self.most)


def _write(path: Path, values: Sequence[str], space: Space, model: Fit, count: int) -> None:
    lines = [
        f"# What speaks for (+) or against (-) each value, learned from {count} texts by bench/fit_words.py. Do not edit:",
        "# change the texts and fit anew. Word, inverse document frequency, column:weight ...",
        "\t".join(("values", *values)),
        "\t".join(("bias", *(f"{one:.3f}" for one in model.bias))),
    ]
    for word, row in space.words.items():
        cells = " ".join(f"{column}:{model.weights[row, column]:.2f}" for column in np.flatnonzero(model.weights[row]))
        if cells:
            lines.append(f"{word}\t{space.idf[row]:.2f}\t{cells}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"written: {path.relative_to(ROOT)}")


def tasks(vocabulary: Vocabulary) -> list[Task]:
    """The two tables."""
    analyzer = german()

    def counter(marks: Marks) -> Callable[[Passage], Counter[str]]:
        return lambda one: Counter(marks(prepare(analyzer, one.text)))

    cases = {name: from_lines(TAGGING / f"{name}.jsonl") for name in SETS}
    topics = {name: [Passage(one.topics, one.manuscript) for one in found] for name, found in cases.items()}
    kinds = {name: [Passage(frozenset({one.kind}), one.manuscript) for one in found] for name, found in cases.items()}
    learned, always = topic_passages(vocabulary)
    given = tuple(one.id for one in vocabulary.topics() if not vocabulary.is_group(one.id))
    forms = tuple(one.id for one in vocabulary.kinds())
    excerpts = [*blocks(EXAMPLES / "kinds"), *blocks(WHOLE)]
    return [
        Task(wording.TABLE, given, counter(topic_marks), learned, always, topics, False, 1.0, 1000, 1),
        Task(style.TABLE, forms, counter(style.marks), excerpts, [], kinds, True, 1.0, 6000, 2),
    ]


def main() -> None:
    """Fit, print, and write where asked to."""
    parser = argparse.ArgumentParser(description="fit the tables of words that speak for topics and kinds")
    parser.add_argument("--write", action="store_true", help="write the tables to vocabulary/")
    args = parser.parse_args()
    for task in tasks(Vocabulary.load()):
        if not task.learned:
            continue
        task.run(write=args.write)


if __name__ == "__main__":
    main()
