"""Fit the weights of kb/ingest/annotate/role.py, and say how well they carry over.

Learned from the tuning halves of the gold sets in bench/data/tagging and from examples/roles beside them, which were written to
learn from. Prints the F1 of each role by source, first in a cross-validation by document, then with each source left out in
turn; then WEIGHTS as they stand in role.py: the fitted ones plus those that were given by hand to signs that are too seldom in
short texts to be learned. What is found in the texts, and their kinds, come from the tagger, right or wrong.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from data.tagging.build import parse_record, read_ids, split_records
from sklearn.linear_model import LogisticRegression
from topic_gold import prepare

from kb.gazetteer import Gazetteer
from kb.ingest.annotate.context import WordLists
from kb.ingest.annotate.kind import KindAnnotator
from kb.ingest.annotate.manuscript import Manuscript
from kb.ingest.annotate.placename import Finder
from kb.ingest.annotate.role import ROLES, Weights, roles
from kb.ingest.annotate.standing import FEATURES, standings
from kb.language.analyzer import german
from kb.model import Page
from kb.vocabulary import Vocabulary

_FOLDER = Path(__file__).parent / "data" / "tagging"
_GOLD = {"literary": "tune.jsonl", "natural": "natural-tune.jsonl", "mixed": "mixed-tune.jsonl"}
_EXAMPLES = _FOLDER / "examples" / "roles"
_FOLDS = 10
# mention, owner, subject
BY_HAND = {
    "title": (-0.6, -0.3, 0.9),
    "heading": (-0.8, -0.4, 1.2),
    "head": (-0.5, 1.0, -0.5),
    "office": (-1.0, 2.0, -1.0),
    "of": (-0.3, 0.6, -0.3),
    "publisher": (-1.4, 2.8, -1.4),
    "issues": (-0.2, 0.4, -0.2),
    "author": (-2.0, 4.0, -2.0),
}


class Text(NamedTuple):
    """A text: the source it is from, its fold, the numbers of the towns found and the roles of those annotated, by AGS."""

    source: str
    fold: int
    found: Mapping[str, Mapping[str, float]]
    roles: Mapping[str, str]


def lines(examples: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(source, line of gold) of every text to learn from."""
    for source, name in _GOLD.items():
        for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines():
            yield source, json.loads(line)
    ids = read_ids(Path(__file__).resolve().parents[1] / "vocabulary")
    for file in sorted(examples.glob("*.txt")):
        for record in split_records(file.read_text(encoding="utf-8")):
            yield "examples", json.loads(parse_record(record, ids).line())


def texts(golds: Iterable[tuple[str, dict[str, Any]]], cache: Path) -> list[Text]:
    """What the model is to learn, and what from."""
    lists, words = WordLists.load(), german(cache=cache)
    finder = Finder(Gazetteer.load(), lists)
    kinds = KindAnnotator(Vocabulary.load(), words)
    made = []
    for source, gold in golds:
        text = prepare(words, Manuscript(gold["title"], (Page(1, gold["text"]),)))
        text.found.extend(kinds.annotate(text))
        pages = [gold["text"], gold["title"]]
        wanted = {town["ags"]: town["role"] for town in gold["municipalities"]}
        fold = zlib.crc32(gold["id"].encode()) % _FOLDS
        made.append(Text(source, fold, standings(lists, text, pages, finder.find(pages), set()), wanted))
    return made


def fit(learned: Iterable[Text], strength: float) -> Weights:
    """The weights for the towns that the annotation and the finder agree on, with those given by hand."""
    pairs = [(found, text.roles[ags]) for text in learned for ags, found in text.found.items() if ags in text.roles]
    numbers = np.array([[found.get(name, 0.0) for name in FEATURES] for found, _ in pairs])
    model = LogisticRegression(C=strength, max_iter=5000).fit(numbers, [role for _, role in pairs])
    order = [list(model.classes_).index(role.value) for role in ROLES]
    hand = [BY_HAND.get(name, (0.0,) * len(ROLES)) for name in FEATURES]
    weights = model.coef_[order].T + np.array(hand)
    return Weights(
        tuple(model.intercept_[order]),
        {name: tuple(row) for name, row in zip(FEATURES, weights, strict=True)},
    )


def print_f1(label: str, judged: Sequence[tuple[Text, Weights]]) -> None:
    """Print the F1 of each role by source, of texts judged by the weights beside them."""
    print(f"{label:<32}" + "".join(f"{role:>10}" for role in ROLES))
    for source in dict.fromkeys(text.source for text, _ in judged):
        right, all_of = dict.fromkeys(ROLES, 0), dict.fromkeys(ROLES, 0)
        for text, weights in judged:
            told = roles(text.found, weights)
            if text.source == source:
                for role in ROLES:
                    wanted = {ags for ags, one in text.roles.items() if one == role}
                    found = {ags for ags, one in told.items() if one is role}
                    right[role] += 2 * len(wanted & found)
                    all_of[role] += len(wanted) + len(found)
        print(f"  {source:<30}" + "".join(f"{right[role] / max(1, all_of[role]):>10.3f}" for role in ROLES))


def main() -> None:
    """Print how well it carries over, and the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--examples", type=Path, default=_EXAMPLES, help="folder of texts to learn from besides the gold"
    )
    parser.add_argument("--strength", type=float, default=0.5, help="C of the logistic regression; smaller: simpler")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        learned = texts(lines(options.examples), Path(cache) / "forms")
    folds = [fit([text for text in learned if text.fold != fold], options.strength) for fold in range(_FOLDS)]
    print_f1("F1, cross-validation", [(text, folds[text.fold]) for text in learned])
    without = {
        source: fit([text for text in learned if text.source != source], options.strength)
        for source in dict.fromkeys(text.source for text in learned)
    }
    print_f1("F1, without the source's own", [(text, without[text.source]) for text in learned])
    weights = fit(learned, options.strength)
    print(f"\nWEIGHTS = Weights(\n    ({', '.join(f'{weight:.2f}' for weight in weights.intercepts)}),\n    {{")
    for name, row in weights.coefficients.items():
        print(f'        "{name}": ({", ".join(f"{weight:.2f}" for weight in row)}),')
    print("    },\n)")


if __name__ == "__main__":
    main()
