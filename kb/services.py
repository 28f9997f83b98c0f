"""The composition root: settings in, wired objects out. Everybody else is handed what they need.

Each object is made when it is first asked for, so a command pays only for what it uses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kb.catalog.catalog import Catalog
from kb.errors import InputError, Reason, SettingsError
from kb.gazetteer import Gazetteer
from kb.index.engine import ENGINES
from kb.index.indexer import Indexer
from kb.index.query import Filters, Query
from kb.indexing import Indexing, Synchronized
from kb.ingest.annotate.manuscript import Tagger
from kb.ingest.extractor import Limits
from kb.ingest.lock import writing
from kb.ingest.report import Report
from kb.ingest.sidecar import Names
from kb.language.analyzer import Analyzer, german
from kb.model import Facet, Viewer, Visibility
from kb.referral import ReferralService
from kb.search import SearchService
from kb.settings import Settings
from kb.vocabulary import Vocabulary

if TYPE_CHECKING:  # scikit-learn takes half a second to import, and few commands learn
    from kb.learning import Lesson

_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")

Progress = Callable[[str, int, int], None]
"""Called with the stage's name and the numbers of steps done and known."""


def silent(_stage: str, _done: int, _known: int) -> None:
    """Nobody watches."""


class Services:
    """The objects of one installation, wired."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.data = settings.data_folder

    @cached_property
    def catalog(self) -> Catalog:
        """The catalog, created or brought up to date. Raises CatalogError."""
        return Catalog(self.settings.database_url)

    @cached_property
    def analyzer(self) -> Analyzer:
        """The German analyzer with the installation's cache of word forms."""
        return german(cache=self.data / "cache" / "forms")

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Topics, programmes and kinds. Raises VocabularyError."""
        return Vocabulary.load(cache=self.data / "cache" / "vocabulary.json")

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The municipalities, the network's members marked."""
        return Gazetteer.load(members=self.settings.members)

    @cached_property
    def indexing(self) -> Indexing:
        """What keeps the index in line with the catalog."""
        return Indexing(self.catalog, self.vocabulary, self.gazetteer)

    @cached_property
    def search(self) -> SearchService:
        """Search with the engine of the settings."""
        return SearchService(self.data / "index", self.settings.engine, self.analyzer, self.vocabulary, self.gazetteer)

    @cached_property
    def referral(self) -> ReferralService:
        """Whom to ask."""
        return ReferralService(self.catalog, self.search.search, self.analyzer, self.vocabulary, self.gazetteer)

    @cached_property
    def tagger(self) -> Tagger:
        """The tagging pipeline, with what was learned from corrections (spaCy is imported here)."""
        from kb.ingest.annotate import learned
        from kb.ingest.annotate.tagger import tagger

        return tagger(self.analyzer, self.vocabulary, self.gazetteer, learned.load(self.models))

    @property
    def models(self) -> Path:
        """The file that keeps what was learned."""
        return self.data / "models" / "topics.json"

    def train(self, *, keep: bool = True) -> Lesson:
        """Learn topics from corrections; with `keep` the next ingest tags with it. Raises LockedError."""
        from kb.ingest.annotate.tagger import tagger
        from kb.learning import learn

        with self.writing():
            matcher = tagger(self.analyzer, self.vocabulary, self.gazetteer)
            lesson = learn(self.catalog, matcher, self.analyzer)
            if keep:
                lesson.learned.save(self.models)
            return lesson

    def identify(self, facet: Facet, name: str) -> str:
        """The value of a tag by id or name. Raises InputError for one that is not known."""
        programmes = {
            called.casefold(): one.id for one in self.vocabulary.programmes() for called in (one.id, *one.names)
        }
        known: dict[Facet, Callable[[str], str | None]] = {
            Facet.KIND: self.names.kind,
            Facet.MUNICIPALITY: self.names.municipality,
            Facet.TOPIC: self.names.topic,
            Facet.PROGRAMME: lambda one: programmes.get(one.casefold()),
            Facet.DATE: lambda one: one if _DATE.fullmatch(one) else None,
            Facet.PERSON: lambda one: one,
        }
        found = known[facet](name)
        if found is None:
            raise InputError(f"there is no {facet.value} {name!r}")
        return found

    @property
    def viewer(self) -> Viewer:
        """What visitors may see. Raises SettingsError for an unknown level."""
        if self.settings.viewer not in list(Visibility):
            raise SettingsError(f"viewer = {self.settings.viewer!r} is none of {', '.join(Visibility)}")
        return Viewer(Visibility(self.settings.viewer))

    @property
    def limits(self) -> Limits:
        """What reading one file may cost."""
        settings = self.settings
        return Limits(
            size=settings.max_file_mb * 1024 * 1024,
            seconds=settings.file_seconds,
            memory=settings.file_memory_mb * 1024 * 1024,
            ocr=settings.ocr,
        )

    @cached_property
    def names(self) -> Names:
        """How names in sidecar files are understood."""
        kinds = {name.casefold(): kind.id for kind in self.vocabulary.kinds() for name in (kind.id, kind.singular)}

        def topic(name: str) -> str | None:
            found = self.vocabulary.find(name)
            return found.id if found else None

        def municipality(name: str) -> str | None:
            found = self.gazetteer.find(name)
            return found.ags if found else None

        return Names(
            kind=lambda name: kinds.get(name.casefold()),
            municipality=municipality,
            topic=topic,
        )

    def indexer(self, engine: str | None = None) -> Indexer:
        """What writes the index of an engine (default: that of the settings)."""
        return Indexer(self.data / "index", engine or self.settings.engine, self.analyzer)

    def ingest(
        self,
        paths: Sequence[str | Path],
        progress: Progress = silent,
        *,
        retry: bool = False,
        allow_empty: bool = False,
    ) -> Report:
        """Take files in and bring the index in line. With `retry` failed ones are read again now, with `allow_empty`
        a folder may have lost all its files.

        Raises LockedError while another process writes.
        """
        from kb.ingest.attachment import AttachmentStore
        from kb.ingest.pipeline import Options, Pipeline
        from kb.ingest.reading import Reader

        with self.writing(), Reader(self.limits, self.settings.workers) as reader:
            pipeline = Pipeline(
                self.catalog,
                reader,
                self.tagger,
                self.names,
                AttachmentStore(self.data / "attachments"),
                lambda reason: is_available(reason, ocr=self.settings.ocr),
            )
            options = Options(retry, allow_empty, restricted=self.synchronize)
            report = pipeline.run(paths, lambda done, known: progress("read", done, known), options=options)
            report.index_seconds = self.synchronize(progress).seconds
            report.total_seconds += report.index_seconds
            return report

    def synchronize(self, progress: Progress = silent) -> Synchronized:
        """Bring the index of the engine in use in line with the catalog, and any other engine's that is there."""
        for other in set(ENGINES) - {self.settings.engine}:
            if not self.indexer(other).stale:
                self.indexing.synchronize(self.indexer(other))
        return self.indexing.synchronize(self.indexer(), lambda done, known: progress("index", done, known))

    def warm_up(self) -> None:
        """Do once what the first searches would wait for: read lexicons, open the index, list its words for corrections.

        Searched is a word that stands nowhere, before all documents: narrowed like that, it is not noted as missed. The
        forms of the vocabulary's words are kept, so that the next start does not build them again.
        """
        self.vocabulary.thesaurus(self.analyzer)
        self.analyzer.split("Aufwärmwort")  # reads the dictionary, which a form that is kept does not
        self.analyzer.save()
        self.search.search(Query("Aufwärmwort", Filters(years=(1, 1)), self.viewer))

    def prepare_search(self) -> None:
        """Build the index of the engine in use where there is none yet, as for an engine that is only tried out."""
        if self.indexer().stale:
            with self.writing():
                self.indexing.synchronize(self.indexer())

    def reindex(self, engine: str | None = None, progress: Progress = silent) -> Synchronized:
        """Build an engine's index anew, beside the old one. Raises LockedError while another process writes."""
        with self.writing():
            return self.indexing.rebuild(self.indexer(engine), lambda done, known: progress("index", done, known))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the installation's lock; what the analyzer learned of words is kept at the end."""
        with writing(self.data):
            try:
                yield
            finally:
                # Every search needs the labels' forms: kept with the rest, they cost the next process nothing.
                self.vocabulary.thesaurus(self.analyzer)
                self.analyzer.save()


def is_available(reason: Reason, *, ocr: bool = True) -> bool:
    """Whether the optional program that a file waits for is installed (and wanted)."""
    from kb.ingest.extractors import legacy
    from kb.ingest.extractors import ocr as recognition

    if reason is Reason.WAITS_FOR_CONVERTER:
        return legacy.available()
    return ocr and recognition.available()
