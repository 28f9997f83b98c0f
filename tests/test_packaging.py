"""The wheel works away from the checkout: stop words, vocabulary, templates and static files are inside."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

from tests.cli.command import environment
from tests.conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, env=environment())
    return next(folder.glob("kb-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of a new environment with the wheel; its dependencies are those of this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", str(wheel)], check=True, env=environment())
    places = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    # a folder named in a .pth is searched, but its own .pth files (an editable install of this checkout) are not read
    (Path(places.stdout.strip()) / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "bin"


def test_the_wheel_holds_what_kb_reads(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for wanted in (
        "kb/resources/stopwords/german.txt",
        "kb/resources/vocabulary/topics.ttl",
        "kb/resources/vocabulary/municipalities.csv",
        "kb/web/templates/search.html",
        "kb/web/static/style.css",
        "kb/catalog/migrations/versions/0001_first_catalog.py",
        "kb/py.typed",
    ):
        assert wanted in names
    assert not any(name.startswith(("tests/", "corpus/", "bench/")) for name in names)


def test_it_works_away_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    def kb(*arguments: str) -> str:
        done = subprocess.run(
            [installed / "kb", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False, env=environment()
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    origin = subprocess.run(
        [installed / "python", "-c", "import kb; print(kb.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(ROOT) not in origin.stdout
    (tmp_path / "dokumente").mkdir()
    (tmp_path / "dokumente" / "a.txt").write_text("Der Leerstand in Krefeld geht zurück.", encoding="utf-8")
    kb("vocabulary", "check")
    assert json.loads(kb("ingest", "dokumente", "--json"))["outcomes"]["indexed"] == 1
    assert json.loads(kb("search", "Leerstände", "--json"))["total"] == 1
    command = [installed / "kb", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True, env=environment()) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().split()[2]
            for page in ("", "suche?q=Leerstand", "static/style.css"):
                with urllib.request.urlopen(address + page, timeout=30) as reply:
                    assert reply.status == 200
        finally:
            server.terminate()
