"""Natural German in any amount: sentences of the sample corpus and the evaluation texts, recombined.

Two neighboring runs of sentences from one or two texts make a passage, so words that belong together still meet.
Facets are drawn with the skew of real ones. The same seed gives the same passages. Imported by other benchmarks; run
alone it prints a few.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from kb.gazetteer import Gazetteer
from kb.index.record import IndexRecord
from kb.model import Passage, Visibility
from kb.vocabulary import Vocabulary

ROOT = Path(__file__).resolve().parents[1]
EVALUATION = ROOT.parent / "shared" / "data" / "eval"
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-ZÄÖÜ(„\d])")
_MARKUP = re.compile(r"^[#>|\-*\s]+|[*_`|]", re.MULTILINE)
_VISIBILITY = [Visibility.PUBLIC] * 8 + [Visibility.MEMBERS, Visibility.INTERNAL]


@lru_cache(maxsize=1)
def texts() -> list[list[str]]:
    """The sources as lists of sentences of 40 to 400 characters; those with fewer than four are left out."""
    raw = [
        _MARKUP.sub("", path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "corpus" / "sources").rglob("*.md"))
    ]
    for path in sorted(EVALUATION.glob("*/corpus.jsonl")):
        raw += [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    split = [[" ".join(one.split()) for one in _SENTENCE.split(text) if 40 <= len(one) <= 400] for text in raw]
    return [sentences for sentences in split if len(sentences) >= 4]


def _passage(dice: random.Random) -> str:
    found: list[str] = []
    for sentences in dice.choices(texts(), k=2):
        start = dice.randrange(len(sentences))
        found += sentences[start : start + dice.randint(2, 4)]
    return " ".join(found)


def records(count: int, per_document: int = 1, seed: int = 1) -> Iterator[IndexRecord]:
    """Documents with `count` passages in all, `per_document` each."""
    dice = random.Random(seed)
    topics = [topic.id for topic in Vocabulary.load().topics()]
    towns = list(Gazetteer.load())
    for number in range(count // per_document):
        owners = [towns[int(dice.paretovariate(0.6)) % len(towns)] for _ in range(dice.choice((1, 1, 1, 2)))]
        texts_ = [_passage(dice) for _ in range(per_document)]
        yield IndexRecord(
            id=f"d{number}",
            key="1",
            title=texts_[0].split(".")[0][:80],
            kind=f"kind{int(dice.paretovariate(1)) % 12}",
            date=str(2000 + dice.randrange(26)),
            visibility=dice.choice(_VISIBILITY),
            passages=tuple(Passage(place, place + 1, text) for place, text in enumerate(texts_)),
            topics=tuple(
                dict.fromkeys(topics[int(dice.paretovariate(0.7)) % len(topics)] for _ in range(dice.randint(1, 5)))
            ),
            owners=tuple(dict.fromkeys(town.ags for town in owners)),
            regbez=tuple(dict.fromkeys(town.regbez for town in owners)),
        )


def main() -> None:
    """Print a few passages."""
    parser = argparse.ArgumentParser(description="print generated passages of German")
    parser.add_argument("--count", type=int, default=3)
    for record in records(parser.parse_args().count):
        print(record.title, record.topics, record.owners, record.passages[0].text, "", sep="\n")


if __name__ == "__main__":
    main()
