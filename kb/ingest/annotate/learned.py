"""Topics decided by what people corrected: linear models that stand in for the matcher where they proved better.

Here: what a model looks at, how it is kept (JSON, so that a model file can be read and never runs code) and how it decides.
Not here: how it is learned and when it is switched on (kb/learning.py).
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from kb.errors import VocabularyError
from kb.ingest.annotate.text import Annotator, PreparedPage, PreparedText
from kb.language.token import Token
from kb.model import Annotation, Evidence, Facet, Origin

# Less likely topics are not worth a reviewer's time.
_LEAST = 0.05
_SENTENCES = 2
# Keeps the matcher's certainty finite as a feature.
_CLIP = 4.0


@dataclass(frozen=True, slots=True)
class TopicModel:
    """A linear model of one topic: P = 1 / (1 + exp(-(scale (w x + matcher m + bias) + shift))).

    x are the TF-IDF weights of `terms`, m the log-odds of the matcher's confidence. `f1` and `matcher_f1` were measured on
    `examples` corrected documents by cross-validation.
    """

    terms: Mapping[str, float]
    matcher: float
    bias: float
    scale: float
    shift: float
    f1: float
    matcher_f1: float
    examples: int

    def probability(self, features: Mapping[str, float], confidence: float) -> float:
        """How likely the topic is for a document with these features and the matcher's confidence."""
        decision = self.bias + self.matcher * log_odds(confidence)
        decision += sum(self.terms[term] * weight for term, weight in features.items() if term in self.terms)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self.scale * decision + self.shift))))


@dataclass(frozen=True, slots=True)
class LearnedTopics:
    """The models that are switched on, by topic id, and the inverse document frequencies of the terms they know."""

    topics: Mapping[str, TopicModel]
    idf: Mapping[str, float]
    version: str

    def save(self, path: Path) -> None:
        """Keep the models; replaces the file in one step."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".part")
        beside.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")
        beside.replace(path)


def load(path: Path) -> LearnedTopics | None:
    """The models kept at `path`, None where there are none. Raises VocabularyError for a file that is none of ours."""
    if not path.exists():
        return None
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        topics = {topic: TopicModel(**model) for topic, model in plain["topics"].items()}
        return LearnedTopics(topics, plain["idf"], str(plain["version"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise VocabularyError(f"{path} is no model file ({error}); learn anew with: kb train") from error


def log_odds(confidence: float) -> float:
    """The log-odds of a probability, kept within ±4."""
    clipped = min(max(confidence, 1e-6), 1 - 1e-6)
    return max(-_CLIP, min(_CLIP, math.log(clipped / (1 - clipped))))


def terms_of(tokens: Iterable[Token]) -> Counter[str]:
    """How often each stem and compound part stands among the words; stop words say nothing."""
    counts: Counter[str] = Counter()
    for token in tokens:
        if not token.form.stop:
            counts[token.form.stem] += 1
            counts.update(token.form.part_stems)
    return counts


def weigh(counts: Mapping[str, int], idf: Mapping[str, float]) -> dict[str, float]:
    """TF-IDF weights, (1 + ln tf) idf, of unit length; terms without an idf are left out."""
    raw = {term: (1 + math.log(count)) * idf[term] for term, count in counts.items() if term in idf}
    length = math.sqrt(sum(weight * weight for weight in raw.values()))
    return {term: weight / length for term, weight in raw.items()} if length else {}


class LearnedTopicAnnotator:
    """The matcher, with the topics that have a model decided by it."""

    def __init__(self, matcher: Annotator, learned: LearnedTopics) -> None:
        self._matcher = matcher
        self._learned = learned

    @property
    def version(self) -> str:
        """The matcher's version and the models'."""
        return f"{self._matcher.version}+{self._learned.version}"

    def annotate(self, text: PreparedText) -> list[Annotation]:
        """The topics of a document, the likeliest first; those that a model decided have origin "model"."""
        found = {one.value: one for one in self._matcher.annotate(text)}
        features = weigh(terms_of(_tokens(text)), self._learned.idf)
        for topic, model in self._learned.topics.items():
            said = found.get(topic)
            confidence = model.probability(features, said.confidence if said else 0.0)
            if confidence < _LEAST:
                found.pop(topic, None)
                continue
            evidence = said.evidence if said else _evidence(text, model)
            found[topic] = replace(
                said or Annotation(Facet.TOPIC, topic, confidence),
                confidence=round(confidence, 3),
                origin=Origin.MODEL,
                version=self._learned.version,
                evidence=evidence,
            )
        return sorted(found.values(), key=lambda one: (-one.confidence, one.value))


def _tokens(text: PreparedText) -> Iterable[Token]:
    yield from text.title_tokens
    for page in text.pages:
        yield from page.tokens


def _evidence(text: PreparedText, model: TopicModel) -> tuple[Evidence, ...]:
    """The sentences whose words speak most for the topic; the title where none does."""
    scored: list[tuple[float, PreparedPage, int, int]] = []
    for page in text.pages:
        for start, end in page.sentences:
            inside = [token for token in page.tokens if start <= token.start < end]
            scored.append((sum(_pull(token, model) for token in inside), page, start, end))
    best = sorted((one for one in scored if one[0] > 0), key=lambda one: -one[0])[:_SENTENCES]
    return tuple(text.evidence(page, start, end) for _, page, start, end in best) or (text.title_evidence(),)


def _pull(token: Token, model: TopicModel) -> float:
    terms: Sequence[str] = (token.form.stem, *token.form.part_stems)
    return sum(model.terms.get(term, 0.0) for term in terms)
