"""Documents whose topics are known, from every source that the topic model is fitted or measured on. Printing is not here.

Two sources: JSON Lines of gold texts, and the sample corpus, whose authors named the main topics in the front matter of its
sources; what was rendered from them is read as any document is. The authors' labels are neither complete nor made by
the rules of the gold set: funding programmes and groups among them are left out, and a topic counts as found where a
narrower one was (`as_meant`). Nothing can be done about side topics that an author did not list: they count as wrong.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.ingest.annotate.manuscript import Manuscript
from kb.ingest.annotate.sentence import sentences
from kb.ingest.annotate.text import PreparedPage, PreparedText
from kb.ingest.extractor import Limits
from kb.ingest.reading import Reader
from kb.language.analyzer import Analyzer
from kb.model import Page
from kb.vocabulary import Vocabulary

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "corpus"
TAGGING = ROOT / "bench" / "data" / "tagging"
PLAIN = ROOT / "bench" / "data" / "topics_plain.jsonl"


@dataclass(frozen=True, slots=True)
class Case:
    """A document, the ids of its topics, and its kind."""

    id: str
    manuscript: Manuscript
    topics: frozenset[str]
    kind: str


def prepare(analyzer: Analyzer, manuscript: Manuscript) -> PreparedText:
    """A document as annotators get it."""
    pages = [
        PreparedPage(page.number, page.text, analyzer.tokens(page.text), sentences(page.text))
        for page in manuscript.pages
    ]
    return PreparedText(manuscript, pages, analyzer.tokens(manuscript.title))


def from_lines(file: Path) -> list[Case]:
    """The gold texts of a JSON Lines file."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        Case(row["id"], Manuscript(row["title"], (Page(1, row["text"]),)), frozenset(row["topics"]), row["kind"])
        for row in rows
    ]


def from_corpus(folder: Path, vocabulary: Vocabulary, half: str) -> list[Case]:
    """The documents of the sample corpus that belong to a half, "tune" or "report", by a hash of their path."""
    fronts = {front["output"]: front for front in _fronts(folder) if half_of(front["output"]) == half}
    cases = []
    with Reader(Limits(ocr=True), workers=1) as reader:
        for reading in reader.read([folder / name for name in fronts]):
            if reading.extraction is None:
                raise SystemExit(f"{reading.path}: {reading.detail}")
            name, extraction = str(reading.path.relative_to(folder)), reading.extraction
            metadata = {**extraction.metadata, "media_type": reading.media_type, "format": reading.format}
            title = extraction.title or reading.path.stem.replace("_", " ")
            manuscript = Manuscript(title, extraction.pages, extraction.sections, metadata, reading.path.name)
            front = fronts[name]
            cases.append(Case(name, manuscript, topics_of(front.get("topics", []), vocabulary), front["kind"]))
    return cases


def half_of(name: str) -> str:
    """Which half a document belongs to, whatever else is in the corpus."""
    return "report" if int(hashlib.sha256(name.encode()).hexdigest(), 16) % 2 else "tune"


def _fronts(folder: Path) -> Iterator[dict]:
    for file in sorted((folder / "sources").rglob("*.md")):
        yield tomllib.loads(file.read_text(encoding="utf-8").split("+++", 2)[1])


def topics_of(labels: list[str], vocabulary: Vocabulary) -> frozenset[str]:
    """The topics that an author's labels name, without groups and funding programmes."""
    found = [vocabulary.find(label) for label in labels]
    return frozenset(topic.id for topic in found if topic and not vocabulary.is_group(topic.id))


def as_meant(gold: frozenset[str], found: set[str], vocabulary: Vocabulary) -> set[str]:
    """The gold with narrower topics that were found in the place of the broader ones an author gave."""
    narrower = {topic for topic in found if not gold.isdisjoint(vocabulary.ancestors(topic))}
    stood_for = {above for topic in narrower for above in vocabulary.ancestors(topic)}
    return {topic for topic in gold if topic in found or topic not in stood_for} | narrower
