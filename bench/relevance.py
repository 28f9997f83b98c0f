"""Relevance by class of query: kb beside plain Snowball BM25, on collections in the common layout.

    .venv/bin/python bench/relevance.py [--forms FILE] [DIR …]

Each row is a class of queries: how many, the mean nDCG@10 of kb (as `kb eval` measures it) and of Snowball BM25, on how
many queries kb is better and worse, and how much nDCG@10 was won and lost in all. Snowball BM25: words in lower case, the
same stop words, PyStemmer's German stemmer, title and text as one field, k1 1.5, b .75, idf as in Lucene; every query
asks for any of its words. A query may be in several classes. Classes of fewer than 5 queries are not shown.
"""

from __future__ import annotations

import argparse
import math
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import Stemmer

from kb import resource
from kb.evaluation import Collection, PerQuery, evaluate, measure
from kb.gazetteer import Gazetteer
from kb.index.indexer import Indexer
from kb.language.analyzer import Analyzer, german
from kb.language.token import Form
from kb.language.wordlist import read_words
from kb.search import SearchService
from kb.vocabulary import Vocabulary

EVALUATION = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "eval"
K1, B = 1.5, 0.75
FEWEST = 5


class Snowball:
    """BM25 over Snowball stems, in memory."""

    def __init__(self, documents: Iterable[tuple[str, str]]) -> None:
        self._stem = Stemmer.Stemmer("german").stemWord
        self._stop = frozenset[str]().union(*map(read_words, resource.folder("stopwords").glob("*.txt")))
        self._ids: list[str] = []
        postings: dict[str, list[tuple[int, int]]] = {}
        lengths: list[int] = []
        for number, (identifier, text) in enumerate(documents):
            words = self._words(text)
            self._ids.append(identifier)
            lengths.append(len(words))
            for stem, count in Counter(words).items():
                postings.setdefault(stem, []).append((number, count))
        self._postings = postings
        self._norms = K1 * (1 - B + B * np.array(lengths) / (sum(lengths) / len(lengths)))

    def _words(self, text: str) -> list[str]:
        return [self._stem(word) for word in re.findall(r"\w+", text.lower()) if word not in self._stop]

    def ranking(self, query: str, depth: int = 10) -> list[str]:
        """The ids of the best documents; of equal ones the first in the collection."""
        scores = np.zeros(len(self._ids))
        for stem, times in Counter(self._words(query)).items():
            rows = np.array(self._postings.get(stem, ()), dtype=int).reshape(-1, 2)
            idf = math.log(1 + (len(self._ids) - len(rows) + 0.5) / (len(rows) + 0.5))
            places, counts = rows[:, 0], rows[:, 1]
            scores[places] += times * idf * counts * (K1 + 1) / (counts + self._norms[places])
        order = np.argsort(-scores, kind="stable")[:depth]
        return [self._ids[place] for place in order if scores[place] > 0]


def classes_of(query: str, words: list[Form]) -> list[str]:
    """The classes that a query belongs to."""
    telling = [form for form in words if not form.stop]
    count = len(telling)
    question = query.rstrip().endswith("?")
    marks: list[tuple[str, bool]] = [
        ("1 telling word", count <= 1),
        ("2 telling words", count == 2),
        ("3-4 telling words", 3 <= count <= 4),
        ("5+ telling words", count >= 5),
        ("question", question),
        ("no question", not question),
        ("with a compound", any(form.parts for form in telling)),
        ("without a compound", not any(form.parts for form in telling)),
        ("with an umlaut or ß", any(letter in query.lower() for letter in "äöüß")),
        ("with a number", any(letter.isdigit() for letter in query)),
        ("with a name or acronym", any(form.text.isupper() and len(form.text) > 1 for form in telling)),
    ]
    return ["all", *(name for name, applies in marks if applies)]


def compared(kb: PerQuery, snowball: PerQuery, classes: Callable[[str], list[str]]) -> list[str]:
    """The lines of the table."""
    members: dict[str, list[str]] = {}
    for identifier in kb:
        for name in classes(identifier):
            members.setdefault(name, []).append(identifier)
    lines = [f"  {'nDCG@10':<26}{'queries':>8}{'kb':>8}{'Snowball':>10}{'better':>8}{'worse':>7}{'won':>8}{'lost':>8}"]
    for name in sorted(members, key=lambda one: (one != "all", one)):
        if len(members[name]) < FEWEST:
            continue
        pairs = [(kb[one]["ndcg@10"], snowball[one]["ndcg@10"]) for one in members[name]]
        gains = [mine - theirs for mine, theirs in pairs]
        won, lost = sum(gain for gain in gains if gain > 0), -sum(gain for gain in gains if gain < 0)
        mine, theirs = (sum(column) / len(pairs) for column in zip(*pairs, strict=True))
        better, worse = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
        lines.append(
            f"  {name:<26}{len(pairs):>8}{mine:>8.3f}{theirs:>10.3f}{better:>8}{worse:>7}{won:>8.1f}{lost:>8.1f}"
        )
    return lines


def table(folder: Path, analyzer: Analyzer) -> list[str]:
    """One collection: its name and the rows."""
    collection, queries, qrels = Collection(folder), Collection(folder).queries(), Collection(folder).qrels()
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as place:
        indexer = Indexer(Path(place), "tantivy", analyzer)
        service = SearchService(Path(place), "tantivy", analyzer, Vocabulary.load(), Gazetteer.load())
        mine = evaluate(collection, indexer, service).per_query
    texts = (
        (record.id, " ".join((record.title, *(passage.text for passage in record.passages))))
        for record in collection.records()
    )
    snowball = Snowball(texts)
    theirs = {one: measure(snowball.ranking(queries[one]), qrels[one]) for one in mine}
    forms = {one: [token.form for token in analyzer.tokens(queries[one])] for one in mine}
    return [folder.name, *compared(mine, theirs, lambda one: classes_of(queries[one], forms[one]))]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="compare relevance with plain Snowball BM25, by class of query")
    parser.add_argument(
        "folders", metavar="DIR", type=Path, nargs="*", help="collections (default: those for evaluation)"
    )
    parser.add_argument("--forms", metavar="FILE", type=Path, help="cache of word forms, to be quicker next time")
    args = parser.parse_args()
    analyzer = german(args.forms)
    for folder in args.folders or sorted(path.parent for path in EVALUATION.glob("*/corpus.jsonl")):
        print("\n".join(table(folder, analyzer)), flush=True)
    analyzer.save()


if __name__ == "__main__":
    main()
