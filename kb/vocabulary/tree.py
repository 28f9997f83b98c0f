"""The vocabulary in memory: what is above and below a topic, labels by id. Reading files is reader.py's.

Reading Turtle takes about a third of a second, so what was read is kept in memory by its content's hash, and in a JSON
file where a place for it is given.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from kb import resource
from kb.errors import VocabularyError
from kb.language.folding import fold
from kb.vocabulary.concept import Content, Kind, Programme, Topic, slug
from kb.vocabulary.expansion import Addition, Thesaurus
from kb.vocabulary.matcher import Words

FILES = ("topics.ttl", "programmes.ttl", "kinds.toml")
_FORMAT = 3  # of the JSON file


class Vocabulary:
    """Topics, programmes and kinds. `version` is a hash of the files they were read from.

    Looking up an id that does not exist raises KeyError.
    """

    def __init__(self, content: Content, version: str) -> None:
        self.version = version
        self._topics = {topic.id: topic for topic in content.topics}
        self._programmes = {programme.id: programme for programme in content.programmes}
        self._kinds = {kind.id: kind for kind in content.kinds}
        self._narrower: dict[str, list[str]] = {topic: [] for topic in self._topics}
        for topic in content.topics:
            for broader in topic.broader:
                self._narrower[broader].append(topic.id)
        self._thesauri: dict[str, Thesaurus] = {}

    @staticmethod
    def load(folder: Path | None = None, cache: Path | None = None) -> Vocabulary:
        """The vocabulary of a folder (None: the one that ships with kb); `cache` is a JSON file kept from run to run.

        Raises VocabularyError with the list of errors, InputError for a missing file.
        """
        folder = folder or resource.folder("vocabulary")
        return _load(folder, _hash(folder), cache)

    def topic(self, topic: str) -> Topic:
        """The topic with this id."""
        return self._topics[topic]

    def topics(self) -> tuple[Topic, ...]:
        """All topics, in the file's order."""
        return tuple(self._topics.values())

    def roots(self) -> tuple[Topic, ...]:
        """The topics with nothing above them, in the file's order."""
        return tuple(topic for topic in self._topics.values() if not topic.broader)

    def narrower(self, topic: str) -> tuple[Topic, ...]:
        """The topics directly below."""
        return tuple(self._topics[narrow] for narrow in self._narrower[topic])

    def ancestors(self, topic: str) -> tuple[str, ...]:
        """The ids of all topics above, nearest first, each once."""
        found: dict[str, None] = {}
        level = self._topics[topic].broader
        while level:
            new = [broader for broader in level if broader not in found]
            found.update(dict.fromkeys(new))
            level = tuple(above for broader in new for above in self._topics[broader].broader)
        return tuple(found)

    def descendants(self, topic: str) -> tuple[str, ...]:
        """The ids of all topics below, nearest first, each once."""
        found: dict[str, None] = {}
        level = self._narrower[topic]
        while level:
            found.update(dict.fromkeys(level))
            level = [below for narrow in level for below in self._narrower[narrow]]
        return tuple(found)

    def level(self, topic: str) -> int:
        """The depth in the tree, 0 for the roots."""
        above = self._topics[topic].broader
        return 1 + self.level(above[0]) if above else 0

    def is_group(self, topic: str) -> bool:
        """Whether it only gathers narrower topics: nothing above it, something below."""
        return not self._topics[topic].broader and bool(self._narrower[topic])

    def label(self, concept: str) -> str:
        """The German label of a topic, programme or kind; the id itself where it is (or is no longer) none of these."""
        if concept in self._kinds:
            return self._kinds[concept].singular
        known = self._topics.get(concept) or self._programmes.get(concept)
        return known.label if known else concept

    def find(self, name: str) -> Topic | None:
        """The topic that a person means by an id or any of its names, hidden ones too, however spelled: in capitals or not,
        with ä, ae or a, ß or ss. An addition in brackets is ignored. Two cannot be meant: labels alike in this are an error.
        """
        short = name.partition("(")[0]
        keys = (fold(name).strip(), fold(short).strip(), slug(short))
        return next((self._by_name[key] for key in keys if key and key in self._by_name), None)

    @cached_property
    def _by_name(self) -> Mapping[str, Topic]:
        topics = self._topics.values()
        spelled_out = {slug(name): topic for topic in topics for name in topic.names}
        return spelled_out | {fold(name): topic for topic in topics for name in topic.names} | self._topics

    def __contains__(self, topic: object) -> bool:
        return topic in self._topics

    def programme(self, programme: str) -> Programme:
        """The programme with this id."""
        return self._programmes[programme]

    def programmes(self) -> tuple[Programme, ...]:
        """All programmes, in the file's order."""
        return tuple(self._programmes.values())

    def kind(self, kind: str) -> Kind:
        """The kind with this id."""
        return self._kinds[kind]

    def kinds(self) -> tuple[Kind, ...]:
        """All kinds of document, in the file's order, which is that of lists."""
        return tuple(self._kinds.values())

    def thesaurus(self, words: Words) -> Thesaurus:
        """The labels as this analyzer sees them, worked out once for each version of it."""
        if words.version not in self._thesauri:
            self._thesauri = {words.version: Thesaurus(self._topics, self._narrower, words)}
        return self._thesauri[words.version]

    def expansions(self, text: str, words: Words) -> tuple[Addition, ...]:
        """The terms that a search for `text` may add, and the words they are added for."""
        return self.thesaurus(words).expansions(text)


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in FILES:
        if (folder / name).is_file():
            digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:12]


@lru_cache(maxsize=8)
def _load(folder: Path, version: str, cache: Path | None) -> Vocabulary:
    content = _from_cache(cache, version) if cache else None
    if content is None:
        content = _from_files(folder)
        if cache:
            _keep(cache, version, content)
    return Vocabulary(content, version)


def _from_files(folder: Path) -> Content:
    from kb.vocabulary.check import check  # here, because rdflib takes a third of a second

    content, problems = check(folder / name for name in FILES)
    errors = [problem for problem in problems if not problem.warning]
    if errors:
        raise VocabularyError("the vocabulary has errors:\n" + "\n".join(map(str, errors)))
    return content


def _from_cache(cache: Path, version: str) -> Content | None:
    """What the JSON file holds, None where it is missing, damaged or of other vocabulary files."""
    try:
        values = json.loads(cache.read_text(encoding="utf-8"))
        if values["format"] != _FORMAT or values["version"] != version:
            return None
        return Content(
            topics=tuple(Topic(**_tuples(row)) for row in values["topics"]),
            programmes=tuple(Programme(**_tuples(row)) for row in values["programmes"]),
            kinds=tuple(Kind(**_tuples(row)) for row in values["kinds"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(cache: Path, version: str, content: Content) -> None:
    """Write the JSON file; a folder that cannot be written to only costs the next run a third of a second."""
    temporary = cache.with_name(f"{cache.name}.new")
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        values = {"format": _FORMAT, "version": version, **asdict(content)}
        temporary.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
        temporary.replace(cache)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
        for name, value in row.items()
    }
