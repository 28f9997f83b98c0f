"""The pipeline: one Doc a document, sentences, versions, annotators in order, persons where a model is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kb.ingest.annotate.manuscript import Manuscript
from kb.ingest.annotate.pipeline import SpacyTagger
from kb.ingest.annotate.sentence import sentences
from kb.ingest.annotate.tagger import annotators, tagger
from kb.ingest.annotate.text import PreparedText
from kb.model import Annotation, Facet, Page
from tests.ingest.annotate.marked import gazetteer
from tests.ingest.annotate.prepared import analyzer, vocabulary


@dataclass
class FirstSentence:
    """A small real annotator: says each page's first sentence."""

    version: str = "1"
    seen: list[str] = field(default_factory=list)

    def annotate(self, text: PreparedText) -> list[Annotation]:
        self.seen.append(text.manuscript.title)
        return [
            Annotation(Facet.DATE, str(page.number), 1.0, evidence=(text.evidence(page, *page.sentences[0]),))
            for page in text.pages
            if page.sentences
        ]


def manuscript(*pages: str, title: str = "") -> Manuscript:
    return Manuscript(title, tuple(Page(number, text) for number, text in enumerate(pages, 1)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t ", []),
        ("Ein Satz. Noch einer!  Und? Ja", ["Ein Satz.", "Noch einer!", "Und?", "Ja"]),
        ("Am 3. Mai tagte z. B. der Rat gem. § 171 b BauGB. Danach war Schluss.", 2),
        ("Dr. Becker u. a. sprachen im 2. Bauabschnitt. Das war 2014. Dann kam Nr. 5.", 3),
        (
            "Ergebnisse\nDie Stadt plant.\n- eins\n- zwei\n\nSchluss",
            ["Ergebnisse", "Die Stadt plant.", "- eins", "- zwei", "Schluss"],
        ),
        ("Der umgebrochene Satz geht in der nächsten Zeile weiter, denn\ner ist lang. Ende.", 2),
        ("„Das geht nicht.“ Sagte er.", ["„Das geht nicht.“", "Sagte er."]),
        ("1. Anlass\n2. Ziel\n3. Kosten", 3),
    ],
)
def test_sentences(text: str, expected: list[str] | int) -> None:
    found = [text[start:end] for start, end in sentences(text)]
    assert (found if isinstance(expected, list) else len(found)) == expected


@pytest.mark.parametrize("text", ["a", "A. B. C.", "x\n\n\ny", "\n\n", "•", "…", ". . .", "Ä" * 500, "a.\n" * 300])
def test_sentences_lie_in_order_and_lose_nothing_but_white_space(text: str) -> None:
    found = sentences(text)
    flat = [offset for place in found for offset in place]
    assert flat == sorted(flat)
    assert "".join(text[start:end] for start, end in found).split() == text.split() or "".join(
        "".join(text[start:end].split()) for start, end in found
    ) == "".join(text.split())


def test_the_doc_is_the_text_with_its_sentences() -> None:
    pages = ("Am 3. Mai tagte der  Rat.\nDie Stadt plant.", "", "  Ende gut! 🙂 Alles\tgut. ")
    made = SpacyTagger(analyzer(), {})
    doc = made.pipeline(made.compose(manuscript(*pages)))
    assert doc.text == "\f".join(pages)
    assert [sentence.text.strip() for sentence in doc.sents] == [
        "Am 3. Mai tagte der  Rat.",
        "Die Stadt plant.",
        "Ende gut!",
        "🙂 Alles\tgut.",
    ]


def test_annotators_run_in_order_and_each_document_stands_alone() -> None:
    first, second = FirstSentence(), FirstSentence("2")
    made = SpacyTagger(analyzer(), {"a": first, "b": second})
    assert made.pipeline.pipe_names == ["kb_sentences", "kb_a", "kb_b"]
    one, other = made.tag_many([manuscript("Eins. Zwei.", "Drei.", title="A"), manuscript("Vier", title="B")])
    assert [(tag.value, tag.evidence[0].sentence) for tag in one] == [("1", "Eins."), ("2", "Drei.")] * 2
    assert [tag.evidence[0].sentence for tag in other] == ["Vier", "Vier"]
    assert first.seen == second.seen == ["A", "B"]


def test_many_are_tagged_as_they_come_a_batch_at_a_time() -> None:
    made = SpacyTagger(analyzer(), {"a": FirstSentence()})
    taken = []

    def endless() -> object:
        while True:
            taken.append(1)
            yield manuscript("Text.")

    stream = made.tag_many(endless())  # type: ignore[arg-type]
    assert len(next(stream)) == len(next(stream)) == 1
    assert len(taken) <= 50


def test_long_documents_make_a_batch_by_themselves_and_the_last_batch_may_be_short() -> None:
    made = SpacyTagger(analyzer(), {"a": FirstSentence(), "b": FirstSentence()})
    taken: list[str] = []

    def some() -> Iterator[Manuscript]:
        for number in range(30):
            taken.append(str(number))
            yield manuscript("Wort. " * (24_000 if number < 2 else 1), title=str(number))

    stream = made.tag_many(some())
    next(stream)
    assert len(taken) == 1
    assert len(list(stream)) == 29
    assert list(made.tag_many([])) == []


def test_an_empty_document_has_no_tags_of_places() -> None:
    made = tagger(analyzer(), vocabulary(), gazetteer())
    for empty in (manuscript(), manuscript(""), manuscript("", "\n")):
        assert {tag.facet for tag in made.tag(empty)} <= {Facet.KIND}


def test_the_version_changes_with_any_component() -> None:
    plain = SpacyTagger(analyzer(), {"a": FirstSentence()})
    assert plain.version == SpacyTagger(analyzer(), {"a": FirstSentence()}).version
    assert plain.version != SpacyTagger(analyzer(), {"a": FirstSentence("2")}).version
    assert plain.version != SpacyTagger(analyzer(), {"a": FirstSentence(), "b": FirstSentence()}).version


def test_all_annotators_work_together() -> None:
    made = tagger(analyzer(), vocabulary(), gazetteer())
    tags = made.tag(
        manuscript("Protokoll\nDie Stadt Werl bekämpft den Ladenleerstand in der Innenstadt.", title="Protokoll")
    )
    assert {Facet.TOPIC, Facet.MUNICIPALITY, Facet.KIND} <= {tag.facet for tag in tags}
    assert all(0 <= tag.confidence <= 1 and tag.version for tag in tags)


def test_no_model_no_persons() -> None:
    assert "person" not in annotators(analyzer(), vocabulary(), gazetteer()) or _model_is_installed()


def _model_is_installed() -> bool:
    from kb.ingest.annotate.person import installed_model

    return installed_model() is not None


_MODEL = """
import spacy
nlp = spacy.blank("de")
nlp.meta["name"], nlp.meta["version"] = "core_news_sm", "0.1"
nlp.add_pipe("entity_ruler").add_patterns([
    {"label": "PER", "pattern": [{"LOWER": "anna"}, {"LOWER": "becker"}]},
    {"label": "PER", "pattern": [{"LOWER": "jens"}, {"LOWER": "vogt"}]},
])
nlp.to_disk("de_core_news_sm/data")
"""
_PACKAGE = """
from pathlib import Path
import spacy
def load(**options):
    return spacy.load(Path(__file__).parent / "data", **options)
"""
_ASK = """
from kb.ingest.annotate.person import PersonAnnotator, installed_model
from tests.ingest.annotate.prepared import prepared
annotator = PersonAnnotator(installed_model())
text = prepared(
    "Anna Becker, Amtsleiterin in Unna, sprach. Jens Vogt hörte zu.", "Der Bürgermeister Jens Vogt dankte Anna Becker nicht."
)
print(annotator.version)
for tag in annotator.annotate(text):
    print(tag.value, [(one.page, one.start, one.end) for one in tag.evidence])
"""


def test_persons_come_from_an_installed_model(tmp_path: Path) -> None:
    """A model package as pip would install it, small enough to be made here: it knows two names."""
    package = tmp_path / "de_core_news_sm"
    package.mkdir()
    (package / "__init__.py").write_text(_PACKAGE, encoding="utf-8")
    info = tmp_path / "de_core_news_sm-0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: de_core_news_sm\nVersion: 0.1\n", encoding="utf-8")
    subprocess.run([sys.executable, "-c", _MODEL], check=True, cwd=tmp_path)
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{root}"}
    done = subprocess.run(
        [sys.executable, "-c", _ASK], check=True, capture_output=True, text=True, env=environment, cwd=root
    )
    version, *persons = done.stdout.splitlines()
    assert version.endswith("de_core_news_sm 0.1")
    assert persons[0] == "Anna Becker, Amtsleiterin [(1, 0, 11)]"
    assert persons[1].startswith("Jens Vogt, Bürgermeister [(2,")
