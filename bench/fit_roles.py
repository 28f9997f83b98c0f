"""Fit the weights of kb/ingest/annotate/role.py on the tuning half of bench/data/tagging, and say how well they carry over.

Prints the accuracy of a cross-validation by document, then INTERCEPTS and COEFFICIENTS as they stand in role.py: the fitted
weights plus those that were given by hand to signs that are too seldom in short texts to be learned.
"""

from __future__ import annotations

import argparse
import json
import zlib
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from kb.gazetteer import Gazetteer
from kb.ingest.annotate.context import WordLists
from kb.ingest.annotate.manuscript import Manuscript
from kb.ingest.annotate.placename import Finder
from kb.ingest.annotate.role import ROLES
from kb.ingest.annotate.standing import FEATURES, standings
from kb.ingest.annotate.text import PreparedPage, PreparedText
from kb.model import Page

_FILE = Path(__file__).parent / "data" / "tagging" / "tune.jsonl"
_FOLDS = 10
# mention, owner, subject
BY_HAND = {
    "title": (-0.6, -0.3, 0.9),
    "heading": (-0.8, -0.4, 1.2),
    "head": (-0.7, 1.4, -0.7),
    "office": (-1.0, 2.0, -1.0),
    "council": (-0.5, 1.0, -0.5),
    "imprint": (-0.4, 0.8, -0.4),
    "issues": (-0.3, 0.6, -0.3),
    "author": (-1.5, 3.0, -1.5),
}


def examples(file: Path) -> tuple[list[list[float]], list[str], list[int]]:
    """Numbers, role and fold of every municipality that the gold set and the finder agree on."""
    finder = Finder(Gazetteer.load(), WordLists.load())
    numbers, roles, folds = [], [], []
    for line in file.read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        page = PreparedPage(1, gold["text"], (), ((0, len(gold["text"])),))
        text = PreparedText(Manuscript(gold["title"], (Page(1, gold["text"]),)), (page,), ())
        texts = [gold["text"], gold["title"]]
        wanted = {town["ags"]: town["role"] for town in gold["municipalities"]}
        for ags, found in standings(text, texts, finder.find(texts), set()).items():
            if ags in wanted:
                numbers.append([found.get(name, 0.0) for name in FEATURES])
                roles.append(wanted[ags])
                folds.append(zlib.crc32(gold["id"].encode()) % _FOLDS)
    return numbers, roles, folds


def main() -> None:
    """Print accuracy and weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, default=_FILE, help="file to learn from")
    parser.add_argument("--strength", type=float, default=1.0, help="C of the logistic regression; smaller: simpler")
    options = parser.parse_args()
    numbers, roles, folds = map(np.array, examples(options.gold))
    right = 0
    for fold in range(_FOLDS):
        inside = folds != fold
        model = LogisticRegression(C=options.strength, max_iter=5000).fit(numbers[inside], roles[inside])
        right += int((model.predict(numbers[~inside]) == roles[~inside]).sum()) if (~inside).any() else 0
    print(f"{len(roles)} municipalities, accuracy in cross-validation by document {right / len(roles):.3f}\n")
    model = LogisticRegression(C=options.strength, max_iter=5000).fit(numbers, roles)
    order = [list(model.classes_).index(role.value) for role in ROLES]
    print(f"INTERCEPTS = ({', '.join(f'{model.intercept_[place]:.2f}' for place in order)})")
    print("COEFFICIENTS = {")
    for index, name in enumerate(FEATURES):
        hand = BY_HAND.get(name, (0.0, 0.0, 0.0))
        weights = (model.coef_[place][index] + more for place, more in zip(order, hand, strict=True))
        print(f'    "{name}": ({", ".join(f"{weight:.2f}" for weight in weights)}),')
    print("}")


if __name__ == "__main__":
    main()
