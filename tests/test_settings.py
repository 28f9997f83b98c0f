"""Settings: one table, three places, the later one wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.catalog.catalog import Catalog
from kb.errors import CatalogError, SettingsError
from kb.settings import SETTINGS, Settings, load


def test_the_table_and_the_values_agree() -> None:
    assert {setting.name: setting.default for setting in SETTINGS} == {
        setting.name: getattr(Settings(), setting.name) for setting in SETTINGS
    }


def test_a_later_place_wins(tmp_path: Path) -> None:
    file = tmp_path / "kb.toml"
    file.write_text('port = 1\nhost = "file"\nengine = "whoosh"')
    settings = load({"port": 3, "host": None}, {"KB_PORT": "2", "KB_HOST": "variable"}, file)
    assert (settings.port, settings.host, settings.engine) == (3, "variable", "whoosh")
    assert load(environment={"KB_CONFIG": str(file)}).port == 1
    assert load(environment={}).port == 8000


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("0", False), ("TRUE", True), ("off", False)])
def test_yes_and_no_are_understood(text: str, value: bool) -> None:
    assert load(environment={"KB_OCR": text}).ocr is value


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("port = 'many'", "port"),
        ("colour = 1", "unknown setting colour"),
        ("port = ", "settings file"),
        ("ocr = 'x'", "ocr"),
    ],
)
def test_what_is_not_understood_is_named(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "kb.toml"
    file.write_text(content)
    with pytest.raises(SettingsError, match=said):
        load(environment={}, file=file)
    with pytest.raises(SettingsError, match="settings file"):
        load(environment={}, file=tmp_path / "nowhere.toml")


def test_a_folder_may_have_signs_that_mean_something_in_addresses(tmp_path: Path) -> None:
    for name in ("a?b", "a%20b", "a#b", "ä b"):
        Catalog(load({"data": str(tmp_path / name)}, {}).database_url).close()
        assert (tmp_path / name / "catalog.sqlite").exists()


def test_no_message_tells_the_password() -> None:
    with pytest.raises(CatalogError) as caught:
        Catalog("postgresql+psycopg://kb:geheim@127.0.0.1:1/kb")
    assert "geheim" not in str(caught.value)
