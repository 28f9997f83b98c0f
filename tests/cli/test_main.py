"""The command's frame: help, wrong calls, exit codes, and the smaller commands."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from kb import __version__
from kb.cli.main import COMMANDS
from tests.cli.command import KB, answer, environment, kb


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    done = kb(command, "--help")
    assert done.returncode == 0
    assert "usage: kb " + command in done.stdout
    assert "--data" in done.stdout


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from kb.cli.main import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\nprint(sorted(sys.modules))"
    )
    done = subprocess.run([KB[0], "-c", program], capture_output=True, text=True, check=True, env=environment())
    for module in ("spacy", "sqlalchemy", "tantivy", "starlette", "lxml", "rdflib", "numpy"):
        assert f"'{module}'" not in done.stdout


def test_version_and_wrong_calls() -> None:
    assert kb("--version").stdout.strip() == f"kb {__version__}"
    assert kb("search").returncode == 2
    for arguments in ([], ["nonsense"], ["ingest"], ["ingest", "--nonsense"]):
        done = kb(*arguments)
        assert done.returncode == 2
        assert "usage" in done.stderr
        assert "Traceback" not in done.stderr


def test_settings_are_listed_and_bad_ones_named(tmp_path: Path) -> None:
    assert "port = 8000" in kb("status", "--settings").stdout
    assert kb("status", "--settings", KB_PORT="many").returncode == 2
    done = kb("status", "--config", tmp_path / "nowhere.toml")
    assert (done.returncode, "settings file" in done.stderr) == (2, True)


def test_status_tells_what_is_there(installation: Path) -> None:
    status = answer("status", "--data", installation)
    assert status["documents"] == status["indexed"] >= 60
    assert status["pages"] > 150
    assert "documents" in kb("status", "--data", installation).stdout


def test_an_empty_installation_says_so(tmp_path: Path) -> None:
    assert answer("status", "--data", tmp_path)["documents"] == 0
    done = kb("search", "Leerstand", "--data", tmp_path / "new", "--json")
    assert done.returncode == 0
    assert '"total": 0' in done.stdout


def test_reindex_builds_anew(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("Leerstand in Hamm.")
    answer("ingest", tmp_path / "corpus", "--data", tmp_path / "data")
    assert answer("reindex", "--data", tmp_path / "data")["documents"] == 1
    assert answer("reindex", "--engine", "whoosh", "--data", tmp_path / "data")["documents"] == 1
    for engine in ("tantivy", "whoosh"):
        assert answer("search", "Leerstände", "--engine", engine, "--data", tmp_path / "data")["total"] == 1
    assert kb("reindex", "--engine", "nonsense", "--data", tmp_path / "data").returncode in (2, 4)


def serve(*arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*KB, "serve", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )


def test_serve_says_where_and_stops_when_asked(installation: Path) -> None:
    with serve("--data", installation, "--port", "0") as server:
        assert server.stdout is not None
        address = server.stdout.readline().split()[2]
        with urllib.request.urlopen(address + "healthz", timeout=20) as reply:
            assert reply.status == 200
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(address + "nirgends", timeout=20)
        os.kill(server.pid, signal.SIGINT)
        assert server.wait(20) in (0, 130)


def test_a_port_in_use_is_named(installation: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = kb("serve", "--data", installation, "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "choose another one with --port" in done.stderr
    assert kb("serve", "--port", "99999999", "--data", installation).returncode == 2


def test_a_closed_pipe_is_no_error(installation: Path) -> None:
    command = f"{' '.join(KB)} status --settings | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, env=environment())
    assert "Traceback" not in done.stderr
    del installation
