"""The files of a tantivy index."""

from __future__ import annotations

import json
from pathlib import Path

from kb.index import schema, segment
from kb.index.engine import Scope, open_engine
from kb.index.tree import Everything
from kb.model import Visibility
from tests.index.sample import RECORDS, analyzer


def test_stored_blocks_are_packed_small_and_read_back(tmp_path: Path) -> None:
    engine = open_engine("tantivy", tmp_path)
    with engine.writer() as writer:
        for one in RECORDS:
            writer.add(schema.entry_of(one, analyzer()))
        writer.commit()
    assert json.loads((tmp_path / segment.META).read_text())["index_settings"]["docstore_blocksize"] == 4096
    reader = open_engine("tantivy", tmp_path).reader()
    found = reader.search(Everything(), Scope(frozenset(Visibility)), 100)
    blocks = {schema.entry_of(one, analyzer()).stored for one in RECORDS}
    assert {reader.stored(one) for one in found} == blocks


def test_orphans_are_the_files_that_no_commit_knows(tmp_path: Path) -> None:
    assert segment.orphans(tmp_path) == []
    engine = open_engine("tantivy", tmp_path)
    with engine.writer() as writer:
        writer.add(schema.entry_of(RECORDS[0], analyzer()))
        writer.commit()
    stray = tmp_path / f"{'0' * 32}.idx"
    stray.touch()
    assert segment.orphans(tmp_path) == [stray]
    segment.remove_orphans(tmp_path)
    assert not stray.exists()
    assert len(open_engine("tantivy", tmp_path).reader().known()) == 1
