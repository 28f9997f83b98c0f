"""The documentation is complete and true where a program can tell."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from kb.cli.main import COMMANDS
from kb.errors import Reason
from kb.ingest.reason import sentence
from kb.settings import SETTINGS, load
from tests.conftest import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*/README.md")])


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http", "mailto:")):
            assert (page.parent / target).exists(), target


def test_files_that_the_architecture_names_exist() -> None:
    for name in re.findall(r"`((?:kb|tests|docs|vocabulary|bench)/[\w/.]+)", text("ARCHITECTURE.md")):
        assert (ROOT / name.rstrip(".")).exists(), name


def test_every_setting_is_documented_with_its_default() -> None:
    page = text("docs/operations.md")
    for setting in SETTINGS:
        row = next(line for line in page.splitlines() if line.startswith(f"| `{setting.name}` |"))
        assert setting.meaning in row
        assert str(setting.default) in row


def test_the_example_settings_are_valid() -> None:
    assert load(environment={}, file=ROOT / "deploy" / "kb.toml").data == "/var/lib/kb"


def test_every_command_that_answers_in_json_is_documented() -> None:
    page = text("docs/interfaces.md")
    for command in set(COMMANDS) - {"serve", "contacts"}:
        assert f"kb {command}" in page, command


def test_every_reason_has_a_german_sentence() -> None:
    for reason in Reason:
        assert sentence(reason).endswith(".")


def test_the_layers_in_the_architecture_are_those_that_are_checked() -> None:
    contract = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["contracts"][0]["layers"]
    drawn = text("ARCHITECTURE.md")
    for layer in contract:
        names = [name.strip().removeprefix("kb.") for name in re.split(r"[:|]", layer)]
        assert " | ".join(names) in drawn or names[0] in drawn.splitlines(), layer


def test_what_is_pinned_names_no_host() -> None:
    pinned = text("constraints.txt")
    assert "://" not in pinned
    assert all(re.fullmatch(r"[\w.\-]+==[\w.\-+]+", line) for line in pinned.splitlines() if line and line[0] != "#")
