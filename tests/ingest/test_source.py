"""Finding files, and the metadata beside them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kb.errors import InputError, Reason
from kb.ingest.sidecar import Names
from kb.ingest.source import Found, Problem, discover, real_path, roots_of, stored_path, within

TOWNS = {"bochum": "05911000", "krefeld": "05114000"}
NAMES = Names(
    kind=lambda name: name if name in ("protokoll", "reader") else None,
    municipality=lambda name: TOWNS.get(name.lower()),
    topic=lambda name: name if name == "leerstand" else None,
)


def found(*roots: Path) -> list[Found]:
    return [one for one in discover(roots_of(list(roots)), NAMES) if isinstance(one, Found)]


def problems(*roots: Path) -> list[Problem]:
    return [one for one in discover(roots_of(list(roots)), NAMES) if isinstance(one, Problem)]


def names(*roots: Path) -> list[str]:
    return [one.location.name for one in found(*roots)]


def write(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_every_file_is_found_once_in_order(tmp_path: Path) -> None:
    for name in ("b/2.txt", "a.txt", "b/1.txt", "ü/ß.txt"):
        write(tmp_path / name)
    assert names(tmp_path, tmp_path / "b", tmp_path / "a.txt") == ["a.txt", "1.txt", "2.txt", "ß.txt"]
    assert found(tmp_path)[0].size == 1
    assert found(tmp_path)[0].mtime == (tmp_path / "a.txt").stat().st_mtime_ns


def test_a_missing_folder_is_an_error_not_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing was changed"):
        roots_of([tmp_path, tmp_path / "nowhere"])


def test_hidden_ignored_and_lock_files_are_left_out(tmp_path: Path) -> None:
    for name in ("keep.txt", ".hidden.txt", "~$keep.docx", "README.md", "render/x.txt", "sub/README.md", "sub/y.txt"):
        write(tmp_path / name)
    write(tmp_path / ".kbignore", "# not documents\nrender/\nREADME.md\n")
    assert names(tmp_path) == ["keep.txt", "y.txt"]


def test_links_to_folders_are_not_followed_and_broken_ones_are_named(tmp_path: Path) -> None:
    write(tmp_path / "a/1.txt")
    (tmp_path / "a/circle").symlink_to(tmp_path)
    (tmp_path / "a/gone.txt").symlink_to(tmp_path / "nowhere")
    assert names(tmp_path) == ["1.txt"]
    assert [one.reason for one in problems(tmp_path)] == [Reason.UNREADABLE]


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert [(one.reason, one.detail) for one in problems(tmp_path)] == [(Reason.UNSUPPORTED, "not a regular file")]


def test_names_that_are_not_utf8_come_back(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xfcber uns.txt"))
    path.write_text("x")
    stored = found(tmp_path)[0].path
    stored.encode("utf-8")
    assert real_path(stored) == path
    assert stored_path(tmp_path / "ü.txt") == str(tmp_path / "ü.txt")


def test_within_knows_files_inside_files(tmp_path: Path) -> None:
    assert within(f"{tmp_path}/a/mail.eml//Anlage.pdf", {tmp_path / "a"})
    assert not within(f"{tmp_path}/ab/x.pdf", {tmp_path / "a"})


def test_nearer_metadata_outweighs_farther(tmp_path: Path) -> None:
    write(tmp_path / "ordner.toml", 'visibility = "members"\nmunicipalities = ["Bochum"]\nkind = "reader"')
    write(tmp_path / "sub/ordner.toml", 'kind = "protokoll"')
    write(tmp_path / "sub/a.pdf")
    write(tmp_path / "sub/a.pdf.toml", 'title = "Titel"\ndate = 2012-05-14\nvisibility = "internal"')
    write(tmp_path / "sub/b.pdf")
    a, b = found(tmp_path)
    assert a.sidecar == {
        "visibility": "internal",
        "municipalities": ["05911000"],
        "kind": "protokoll",
        "title": "Titel",
        "date": "2012-05-14",
    }
    assert b.sidecar == {"visibility": "members", "municipalities": ["05911000"], "kind": "protokoll"}
    assert found(tmp_path / "sub" / "a.pdf")[0].sidecar == a.sidecar  # the same when named alone


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("visibility = 'secret'", "visibility"),
        ("kind = 'nonsense'", "kind"),
        ("municipalities = ['Nowhere']", "Nowhere"),
        ("municipalities = 'Bochum'", "municipalities"),
        ("topics = ['unknown']", "unknown"),
        ("date = '14.05.2012'", "date"),
        ("date = '2012-13'", "date"),
        ("title = ''", "title"),
        ("colour = 'red'", "unknown key colour"),
        ("visibility = ", "a.txt.toml"),
    ],
)
def test_metadata_that_is_not_understood_keeps_the_file_out(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path / "a.txt")
    write(tmp_path / "a.txt.toml", text)
    write(tmp_path / "b.txt")
    assert names(tmp_path) == ["b.txt"]
    (problem,) = problems(tmp_path)
    assert problem.reason is Reason.SIDECAR_INVALID
    assert said in problem.detail


def test_broken_folder_defaults_keep_the_whole_folder_out(tmp_path: Path) -> None:
    write(tmp_path / "ordner.toml", "visibility = ?")
    write(tmp_path / "a.txt")
    write(tmp_path / "sub/b.txt")
    assert names(tmp_path) == []
    assert len(problems(tmp_path)) == 2


@pytest.mark.parametrize("text", ["date = '2012'", "date = '2012-05'", "date = 2012-05-14T10:00:00"])
def test_dates_are_as_precise_as_known(tmp_path: Path, text: str) -> None:
    write(tmp_path / "a.txt")
    write(tmp_path / "a.txt.toml", text)
    assert "2012-05-14".startswith(found(tmp_path)[0].sidecar["date"])
