"""The sample corpus: what is rendered is what the sources say, and every document says that it is invented."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pypdfium2
import pytest

CORPUS = Path(__file__).parents[2] / "corpus"
RENDER = CORPUS / "render" / "render.py"
NOT_DOCUMENTS = {".toml"}
MARK = "Fiktives Beispiel"
MEMBERS = {
    *("Altena", "Arnsberg", "Bielefeld", "Bochum", "Dortmund", "Gelsenkirchen", "Gladbeck", "Hamm", "Kamp-Lintfort"),
    *("Krefeld", "Kreuztal", "Leverkusen", "Remscheid", "Siegen", "Steinheim", "Wuppertal", "Werdohl"),
}


def _ignored(path: Path) -> bool:
    top = path.relative_to(CORPUS).parts[0]
    return top in {"sources", "render", "README.md"} or path.suffix in NOT_DOCUMENTS or path.name.startswith(".")


def _documents() -> list[Path]:
    return sorted(path for path in CORPUS.rglob("*") if path.is_file() and not _ignored(path))


def _front_matter(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text(encoding="utf-8").split("+++")[1])


def _text(path: Path) -> str:
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as document:
            return " ".join(page.get_textpage().get_text_bounded() for page in document)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            parts = [name for name in package.namelist() if name.endswith(".xml") and "theme" not in name]
            return re.sub(r"<[^>]+>", "", " ".join(package.read(name).decode("utf-8") for name in parts))
    content = path.read_bytes()
    return content.decode("cp1252" if b"\r\n" in content else "utf-8")


DOCUMENTS = _documents()
SOURCES = {path: _front_matter(path) for path in sorted((CORPUS / "sources").rglob("*.md"))}
SCANNED = {str(meta["output"]) for meta in SOURCES.values() if meta.get("scanned")}


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(RENDER), *arguments], capture_output=True, text=True, check=False)


def test_every_source_is_rendered_as_it_stands() -> None:
    result = _run("--check")
    assert result.returncode == 0, result.stderr


def test_rendered_files_are_those_of_the_manifest() -> None:
    manifest = json.loads((RENDER.parent / "manifest.json").read_text(encoding="utf-8"))
    assert {path.relative_to(CORPUS).as_posix() for path in DOCUMENTS} == set(manifest)
    changed = [
        output
        for output, entry in manifest.items()
        if hashlib.sha256((CORPUS / output).read_bytes()).hexdigest() != entry["sha256"]
    ]
    assert changed == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_document_says_that_it_is_fictional(path: Path) -> None:
    text = " ".join(_text(path).split())
    if path.relative_to(CORPUS).as_posix() in SCANNED:
        assert text == "", "a scanned document has pictures only"
    else:
        assert MARK in text


def test_corpus_is_large_enough_and_varied() -> None:
    assert len(DOCUMENTS) >= 60
    assert {path.suffix for path in DOCUMENTS} >= {".pdf", ".docx", ".odt", ".pptx", ".html", ".txt"}
    assert sum(any(letter in path.name for letter in "äöüßÄÖÜ") for path in DOCUMENTS) >= 10
    assert sum(path.stat().st_size for path in DOCUMENTS) < 15 * 1024 * 1024


def test_every_member_and_kind_has_documents() -> None:
    about = {name for meta in SOURCES.values() for name in meta["municipalities"]}  # type: ignore[attr-defined]
    assert about >= MEMBERS
    kinds = {str(meta["kind"]) for meta in SOURCES.values()}
    assert kinds >= {"protokoll", "reportage", "reader", "leitfaden", "praxisbeispiel", "modellprojekt", "vortrag"}
    assert kinds >= {"flyer", "newsletter", "fachbeitrag", "foerderinformation", "richtlinie", "satzung", "ratsvorlage"}


def test_readers_have_ten_pages_and_bookmarks() -> None:
    readers = [path for path in DOCUMENTS if path.parent.name == "reader"]
    assert len(readers) >= 3
    for path in readers:
        with pypdfium2.PdfDocument(path) as document:
            assert len(document) >= 10
            assert len(list(document.get_toc())) >= 8


def test_one_file_lies_in_two_folders() -> None:
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in DOCUMENTS]
    assert len(digests) - len(set(digests)) == 1


def test_rendering_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    chosen = {str(meta["format"]): path.relative_to(CORPUS).as_posix() for path, meta in SOURCES.items()}
    for folder in ("one", "two"):
        assert _run("--into", str(tmp_path / folder), "--only", *chosen.values()).returncode == 0
    one, two = (
        {path.relative_to(tmp_path / folder): path.read_bytes() for path in (tmp_path / folder).rglob("*.*")}
        for folder in ("one", "two")
    )
    assert len(one) >= len(chosen)
    assert one == two


def test_source_without_mark_is_refused(tmp_path: Path) -> None:
    source = next(iter(SOURCES))
    broken = tmp_path / "broken.md"
    broken.write_text(source.read_text(encoding="utf-8").replace(MARK, "Beispiel"), encoding="utf-8")
    code = "import sys, pathlib; sys.path.insert(0, sys.argv[1]); import source; source.read(pathlib.Path(sys.argv[2]))"
    result = subprocess.run(
        [sys.executable, "-c", code, str(RENDER.parent), str(broken)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "is missing from the text" in result.stderr


def test_topics_are_labels_of_the_vocabulary() -> None:
    files = (CORPUS.parent / "vocabulary").glob("*.ttl")
    texts = [path.read_text(encoding="utf-8") for path in files]
    labels = {label for text in texts for label in re.findall(r'skos:prefLabel\s+"([^"]+)"', text)}
    used = {topic for meta in SOURCES.values() for topic in meta.get("topics", ())}  # type: ignore[attr-defined]
    assert len(labels) > 50
    assert used - labels == set()
