"""Which annotators the tagger is made of, and in what order."""

from __future__ import annotations

from kb import garbage
from kb.gazetteer import Gazetteer
from kb.ingest.annotate.date import DateAnnotator
from kb.ingest.annotate.kind import KindAnnotator
from kb.ingest.annotate.learned import LearnedTopicAnnotator, LearnedTopics
from kb.ingest.annotate.manuscript import Tagger
from kb.ingest.annotate.municipality import MunicipalityAnnotator
from kb.ingest.annotate.person import PersonAnnotator, installed_model
from kb.ingest.annotate.pipeline import SpacyTagger
from kb.ingest.annotate.programme import ProgrammeAnnotator
from kb.ingest.annotate.text import Annotator
from kb.ingest.annotate.topic import TopicAnnotator
from kb.language.analyzer import Analyzer
from kb.vocabulary import Vocabulary


def annotators(
    analyzer: Analyzer, vocabulary: Vocabulary, gazetteer: Gazetteer, learned: LearnedTopics | None = None
) -> dict[str, Annotator]:
    """The annotators by name, in order; persons only where a German spaCy model is installed.

    `learned` are topics that models decide instead of the matcher, None where nothing was learned.
    """
    matcher, kind = TopicAnnotator(vocabulary, analyzer), KindAnnotator(vocabulary, analyzer)
    found: dict[str, Annotator] = {
        "topic": LearnedTopicAnnotator(matcher, learned) if learned else matcher,
        "kind": kind,
        "municipality": MunicipalityAnnotator(gazetteer, kind.version),
        "date": DateAnnotator(),
        "programme": ProgrammeAnnotator(vocabulary, analyzer),
    }
    model = installed_model()
    if model:
        found["person"] = PersonAnnotator(model)
    return found


def tagger(
    analyzer: Analyzer, vocabulary: Vocabulary, gazetteer: Gazetteer, learned: LearnedTopics | None = None
) -> Tagger:
    """The tagger over all annotators. Imports spaCy, which takes half a second.

    What was loaded by then stays until the process ends, so the garbage collector is told to leave it alone, and to look
    more seldom at what is remembered of words: going through both again and again took a third of the time of tagging.
    """
    made = SpacyTagger(analyzer, annotators(analyzer, vocabulary, gazetteer, learned))
    garbage.spare(garbage.SELDOM)
    return made
