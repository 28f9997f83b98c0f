"""The ingest run on real files with the real reader: accounting, incremental stages, moves, copies, losses."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kb.catalog import content, document, run, source
from kb.catalog.catalog import Catalog
from kb.errors import InputError, Reason
from kb.ingest.attachment import AttachmentStore
from kb.ingest.extractor import Limits
from kb.ingest.pipeline import Options, Pipeline
from kb.ingest.reading import Reader
from kb.ingest.report import Report
from kb.model import Facet, Outcome, Visibility
from tests.ingest.tagger import WordTagger
from tests.ingest.test_source import NAMES, write


class House:
    """A folder of documents and the pipeline that takes them in."""

    def __init__(self, folder: Path, catalog: Catalog, reader: Reader) -> None:
        self.corpus = folder / "corpus"
        self.catalog = catalog
        self.reader = reader
        self.attachments = AttachmentStore(folder / "attachments")
        self.tagger = WordTagger("Leerstand", "Brache")
        self.programs = True

    def ingest(self, *paths: Path, retry: bool = False) -> Report:
        pipeline = Pipeline(
            self.catalog, self.reader, self.tagger, NAMES, self.attachments, lambda _reason: self.programs
        )
        return pipeline.run(paths or (self.corpus,), options=Options(retry=retry))

    def titles(self) -> dict[str, str]:
        with self.catalog.read() as connection:
            return {one.id: one.title for one in document.all_of(connection)}

    def by_name(self, name: str) -> document.DocumentView:
        with self.catalog.read() as connection:
            known = next(one for one in source.all_of(connection).values() if Path(one.path).name == name)
            view = document.view(connection, known.document_id)
        assert view is not None
        return view


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(Limits(seconds=20), workers=1) as opened:
        yield opened


@pytest.fixture
def house(tmp_path: Path, catalog: Catalog, reader: Reader) -> House:
    made = House(tmp_path, catalog, reader)
    write(made.corpus / "a.txt", "Leerstand in der Altstadt von Altena.\n\nZweiter Absatz.")
    write(made.corpus / "b.txt", "Eine Brache am Bahnhof.")
    write(
        made.corpus / "Ü/größe.html",
        "<html><title>Größe</title><body><h1>Größe</h1><p>Viel Text über Höfe.</body></html>",
    )
    return made


def outcomes(report: Report) -> dict[str, int]:
    return {one.value: count for one, count in report.outcomes.items() if count}


def test_every_file_has_one_outcome_and_a_second_run_does_nothing(house: House) -> None:
    first = house.ingest()
    assert outcomes(first) == {"indexed": 3}
    assert first.pages == 3
    second = house.ingest()
    assert outcomes(second) == {"unchanged": 3}
    assert second.idle
    assert second.pages == 0
    assert house.tagger.seen == 3
    with house.catalog.read() as connection:
        assert run.counts(connection, second.run_id)[Outcome.UNCHANGED] == 3
        assert [one.finished_at is not None for one in run.latest(connection, 5)] == [True, True]
        assert len(run.outcomes_of(connection, first.run_id)) == 3


def test_a_touched_file_is_not_read_again(house: House) -> None:
    house.ingest()
    os.utime(house.corpus / "a.txt", ns=(1, 1))
    report = house.ingest()
    assert report.pages == 0
    assert house.tagger.seen == 3
    assert house.ingest().idle


def test_a_changed_tagger_tags_without_reading(house: House) -> None:
    house.ingest()
    house.tagger = WordTagger("Absatz")
    report = house.ingest()
    assert report.pages == 0
    assert outcomes(report) == {"indexed": 3}
    assert house.by_name("a.txt").values(Facet.TOPIC) == ("absatz",)
    assert house.ingest().idle


def test_a_moved_file_keeps_its_document(house: House) -> None:
    house.ingest()
    before = house.titles()
    (house.corpus / "sub").mkdir()
    (house.corpus / "a.txt").rename(house.corpus / "sub" / "anders.txt")
    report = house.ingest()
    assert report.pages == 0
    assert report.withdrawn == []
    assert set(house.titles()) == set(before)
    assert [Path(one.path).name for one in house.by_name("anders.txt").sources] == ["anders.txt"]
    assert house.ingest().idle


def test_identical_files_are_one_document_with_two_sources(house: House) -> None:
    write(house.corpus / "z/copy.txt", (house.corpus / "a.txt").read_text(encoding="utf-8"))
    report = house.ingest()
    assert outcomes(report) == {"indexed": 3, "duplicate": 1}
    assert len(house.by_name("a.txt").sources) == 2
    assert outcomes(house.ingest()) == {"unchanged": 4}
    (house.corpus / "a.txt").unlink()
    assert house.ingest().withdrawn == []
    assert house.by_name("copy.txt").document.withdrawn is False
    assert house.ingest().idle


def test_a_changed_file_changes_its_document(house: House) -> None:
    house.ingest()
    before = house.by_name("a.txt").document.id
    write(house.corpus / "a.txt", "Nun geht es um eine Brache.")
    assert outcomes(house.ingest()) == {"indexed": 1, "unchanged": 2}
    view = house.by_name("a.txt")
    assert view.document.id == before
    assert view.values(Facet.TOPIC) == ("brache",)


def test_a_vanished_file_withdraws_its_document_until_it_returns(house: House) -> None:
    house.ingest()
    kept = (house.corpus / "a.txt").read_text(encoding="utf-8")
    (house.corpus / "a.txt").unlink()
    report = house.ingest()
    assert len(report.withdrawn) == 1
    assert len(house.titles()) == 2
    assert house.ingest().withdrawn == []
    write(house.corpus / "a.txt", kept)
    assert outcomes(house.ingest()) == {"indexed": 1, "unchanged": 2}
    assert len(house.titles()) == 3


def test_a_file_outside_the_paths_is_not_missing(house: House) -> None:
    house.ingest()
    (house.corpus / "b.txt").unlink()
    assert house.ingest(house.corpus / "a.txt").withdrawn == []
    with pytest.raises(InputError, match="nothing was changed"):
        house.ingest(house.corpus / "b.txt")


def test_metadata_beside_the_file_is_taken_in_without_reading(house: House) -> None:
    house.ingest()
    write(house.corpus / "a.txt.toml", 'visibility = "internal"\nkind = "protokoll"')
    assert house.ingest().pages == 0
    assert house.by_name("a.txt").document.visibility is Visibility.INTERNAL
    assert house.by_name("a.txt").document.kind == "protokoll"
    assert house.ingest().idle
    (house.corpus / "a.txt.toml").unlink()
    house.ingest()
    assert house.by_name("a.txt").document.visibility is Visibility.PUBLIC


def test_broken_metadata_leaves_what_was_there_and_is_named_every_time(house: House) -> None:
    house.ingest()
    write(house.corpus / "a.txt.toml", "visibility = internal")
    for _ in range(2):
        report = house.ingest()
        assert [(Path(one.path).name, one.reason) for one in report.named] == [("a.txt", Reason.SIDECAR_INVALID)]
        assert report.withdrawn == []
    assert len(house.titles()) == 3
    assert house.by_name("a.txt").document.visibility is Visibility.INTERNAL  # the broken line may have said so
    write(house.corpus / "a.txt.toml", 'visibility = "public"')
    house.ingest()
    assert house.by_name("a.txt").document.visibility is Visibility.PUBLIC


def test_stricter_metadata_holds_before_anything_is_read(house: House) -> None:
    house.ingest()
    write(house.corpus / "a.txt", "Geändert.")
    write(house.corpus / "ordner.toml", 'visibility = "internal"')
    seen: list[Visibility] = []
    options = Options(restricted=lambda: seen.append(house.by_name("a.txt").document.visibility))
    pipeline = Pipeline(house.catalog, house.reader, house.tagger, NAMES, house.attachments, lambda _reason: True)
    pipeline.run([house.corpus], options=options)
    assert seen == [Visibility.INTERNAL]
    assert house.ingest().idle


def test_metadata_that_reaches_no_file_is_named_and_never_a_document(house: House) -> None:
    write(house.corpus / "Ü" / "gro\u0308ße.html.TOML", 'visibility = "members"')  # parted umlaut, capitals
    write(house.corpus / "verschrieben.txt.toml", 'visibility = "internal"')
    report = house.ingest()
    assert house.by_name("größe.html").document.visibility is Visibility.MEMBERS
    assert [Path(one.path).name for one in report.named] == ["verschrieben.txt.toml"]
    write(house.corpus / "b.txt.toml", 'title = "Daneben"')
    again = house.ingest(*(house.corpus / name for name in ("a.txt", "b.txt", "b.txt.toml")))
    assert again.files == 2
    assert house.by_name("b.txt").document.title == "Daneben"


def test_an_empty_mount_point_withdraws_nothing(house: House) -> None:
    for number in range(12):
        write(house.corpus / f"{number}.txt", f"Nummer {number}.")
    house.ingest()
    away = house.corpus.rename(house.corpus.with_name("away"))
    house.corpus.mkdir()
    with pytest.raises(InputError, match="mounted"):
        house.ingest()
    assert len(house.titles()) == 15
    house.corpus.rmdir()
    away.rename(house.corpus)
    assert house.ingest().idle


def test_an_edited_copy_leaves_its_twin_settled(house: House) -> None:
    write(house.corpus / "z.txt", (house.corpus / "a.txt").read_text(encoding="utf-8"))
    house.ingest()
    write(house.corpus / "a.txt", "Nun etwas anderes.")
    house.ingest()
    assert house.ingest().idle


def test_lost_copies_of_attachments_are_made_again_and_unwanted_ones_removed(house: House) -> None:
    with zipfile.ZipFile(house.corpus / "a.zip", "w") as archive:
        archive.writestr("innen.txt", "Im Archiv.")
    house.ingest()
    shutil.rmtree(house.attachments.folder)
    house.ingest()
    assert len(list(house.attachments.folder.glob("*/*/innen.txt"))) == 1
    (house.corpus / "a.zip").unlink()
    house.ingest()
    assert list(house.attachments.folder.glob("*/*")) == []


def test_a_folder_named_like_the_inside_of_an_archive_is_a_folder(house: House) -> None:
    with zipfile.ZipFile(house.corpus / "a.zip", "w") as archive:
        archive.writestr("innen.txt", "Im Archiv.")
    write(house.corpus / "a.zip!" / "innen.txt", "Im Ordner.")
    assert house.ingest().outcomes[Outcome.INDEXED] == 6
    (house.corpus / "a.zip!" / "innen.txt").unlink()
    assert len(house.ingest().withdrawn) == 1


def test_bad_files_are_named_and_the_good_ones_taken(house: House) -> None:
    (house.corpus / "empty.pdf").write_bytes(b"")
    (house.corpus / "broken.pdf").write_bytes(b"%PDF-1.7\nnot much of a PDF")
    (house.corpus / "noise.bin").write_bytes(bytes(range(256)) * 40)
    for _ in range(2):
        report = house.ingest()
        assert report.files == 6
        assert report.outcomes[Outcome.FAILED] == 3
        assert {Path(one.path).name for one in report.named} == {"empty.pdf", "broken.pdf", "noise.bin"}
        assert all(one["message"] and one["reason"] for one in report.plain()["failures"])
    assert house.by_name("broken.pdf").document.title == "broken"  # to be found by its name
    assert house.by_name("broken.pdf").document.reason is not None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_named_and_not_withdrawn(house: House) -> None:
    house.ingest()
    (house.corpus / "a.txt").chmod(0)
    os.utime(house.corpus / "a.txt", ns=(5, 5))
    report = house.ingest()
    assert [one.reason for one in report.named] == [Reason.UNREADABLE]
    assert report.withdrawn == []


def test_files_inside_an_archive_are_documents_of_their_own(house: House) -> None:
    inner = house.corpus.parent / "inner.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("tief.txt", "Leerstand ganz unten.")
    with zipfile.ZipFile(house.corpus / "sammlung.zip", "w") as archive:
        archive.writestr("ordner/eins.txt", "Eine Brache im Archiv.")
        archive.write(inner, "inner.zip")
    write(house.corpus / "sammlung.zip.toml", 'visibility = "members"')
    report = house.ingest()
    assert report.outcomes[Outcome.INDEXED] == report.files == 6
    assert house.by_name("tief.txt").document.visibility is Visibility.MEMBERS
    with house.catalog.read() as connection:
        parts = document.parts_of(connection, house.by_name("sammlung.zip").document.id)
    assert {one.title for one in parts} == {"Eine Brache im Archiv.", "Leerstand ganz unten."}
    assert outcomes(house.ingest()) == {"unchanged": 6}
    with zipfile.ZipFile(house.corpus / "sammlung.zip", "w") as archive:
        archive.writestr("ordner/eins.txt", "Eine Brache im Archiv.")
    assert len(house.ingest().withdrawn) == 1
    assert house.by_name("tief.txt").document.withdrawn
    (house.corpus / "sammlung.zip").unlink()
    assert len(house.ingest().withdrawn) == 2


def test_a_file_that_waits_is_picked_up_when_the_program_is_there(house: House) -> None:
    write(house.corpus / "c.txt", "Wartet.")
    house.ingest()
    sha256 = house.by_name("c.txt").document.sha256
    with house.catalog.write() as connection:
        state = content.find(connection, sha256)
        assert state is not None
        waiting = content.Content(sha256, state.version, state.format, state.media_type, Reason.WAITS_FOR_OCR)
        content.store(connection, waiting, None, (), 0.0, run_time())
    house.programs = False
    report = house.ingest()
    assert report.outcomes[Outcome.WAITING] == 1
    assert report.pages == 0
    assert report.plain()["waiting"][0]["reason"] == "waits_for_ocr"
    house.programs = True
    assert house.ingest().pages == 1
    assert house.ingest().idle


def test_what_may_pass_is_tried_again_later_and_not_for_ever(house: House) -> None:
    house.ingest()
    sha256 = house.by_name("b.txt").document.sha256

    def fail(attempts: int, hours: int) -> None:
        with house.catalog.write() as connection:
            state = content.find(connection, sha256)
            assert state is not None
            retry = run_time(hours)
            slow = content.Content(sha256, state.version, "text", "", Reason.TOO_SLOW, "", attempts, retry)
            content.store(connection, slow, None, (), 0.0, run_time())

    fail(1, hours=+2)
    assert house.ingest().pages == 0  # not yet
    fail(1, hours=-2)
    assert house.ingest().pages == 1  # now
    fail(9, hours=+2)
    assert house.ingest(retry=True).pages == 1  # whenever somebody asks for it
    assert house.ingest(retry=True).pages == 0


def run_time(hours: int = 0) -> datetime:
    return datetime.now(UTC) + timedelta(hours=hours)
