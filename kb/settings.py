"""All settings in one table: name, default, meaning. Read from kb.toml, then KB_* variables, then options.

Only kb/services.py, kb/cli/ and kb/web/app.py read settings; everybody else is handed values.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from kb.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table; `default` also gives the type (str, int, float, bool).

    A number must be at least `least`, a text one of `choices` where there are any.
    """

    name: str
    default: str | int | float | bool
    meaning: str
    least: float = 0
    choices: tuple[str, ...] = ()


SETTINGS: tuple[Setting, ...] = (
    Setting("data", "data", "folder of catalog, index and caches"),
    Setting("corpus", "corpus", "folder (or several, separated by ':') that the nightly run ingests"),
    Setting("database", "", "SQLAlchemy URL of the catalog; empty: SQLite in the data folder"),
    Setting("engine", "tantivy", "search engine: tantivy or whoosh", choices=("tantivy", "whoosh")),
    Setting("host", "127.0.0.1", "address that `kb serve` listens on"),
    Setting("port", 8000, "port that `kb serve` listens on"),
    Setting("workers", 0, "processes that read files; 0: one a core"),
    Setting("max_file_mb", 200, "files larger than this many MB are not read", least=1),
    Setting("file_seconds", 60.0, "wall-clock limit for one file, in seconds; OCR gets this much for each page", 0.1),
    Setting("file_memory_mb", 1100, "memory limit for reading one file, in MB", least=100),
    Setting(
        "viewer",
        "public",
        "what visitors of the site and the command line may see: public, members or internal",
        choices=("public", "members", "internal"),
    ),
    Setting("ocr", True, "recognise scanned pages where tesseract is installed"),
    Setting("network_name", "Wissensdatenbank Stadtumbau", "name of the site, in the head of every page"),
    Setting("members", "members.csv", "CSV in the vocabulary folder (or a path) with the AGS of the network's members"),
    Setting("train_nightly", False, "learn topics from corrections during the nightly run"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings as values; the table above says what each one means."""

    data: str = "data"
    corpus: str = "corpus"
    database: str = ""
    engine: str = "tantivy"
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 0
    max_file_mb: int = 200
    file_seconds: float = 60.0
    file_memory_mb: int = 1100
    viewer: str = "public"
    ocr: bool = True
    network_name: str = "Wissensdatenbank Stadtumbau"
    members: str = "members.csv"
    train_nightly: bool = False

    @property
    def data_folder(self) -> Path:
        """The data folder as an absolute path."""
        return Path(self.data).expanduser().resolve()

    @property
    def database_url(self) -> str:
        """The catalog's SQLAlchemy URL."""
        return self.database or f"sqlite:///{quote(str(self.data_folder / 'catalog.sqlite'))}"


_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def _convert(setting: Setting, value: object, where: str) -> str | int | float | bool:
    kind = type(setting.default)
    try:
        if kind is bool:
            text = str(value).strip().lower()
            if text not in _TRUE | _FALSE:
                raise ValueError("not yes or no")
            return text in _TRUE
        converted = kind(cast(Any, value))
        if setting.choices and converted not in setting.choices:
            raise ValueError(f"none of {', '.join(setting.choices)}")
        if not isinstance(converted, str) and not converted >= setting.least:
            raise ValueError(f"less than {setting.least}")
        return converted
    except (TypeError, ValueError) as error:
        raise SettingsError(
            f"{where}: {setting.name} = {value!r} is not valid ({error}); it means: {setting.meaning}"
        ) from error


def _from_file(path: Path) -> dict[str, object]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read as a settings file: {error}") from error
    unknown = sorted(set(values) - {setting.name for setting in SETTINGS})
    if unknown:
        raise SettingsError(
            f"{path}: unknown setting {', '.join(unknown)}; `kb status --settings` lists those there are"
        )
    return values


def path_of(name: str | None) -> Path | None:
    """The settings file that was named, or None where none was."""
    return Path(name) if name else None


def load(
    options: Mapping[str, object] | None = None,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Settings:
    """The settings in force. A later place wins: default, kb.toml, KB_* variable, option (None: not given).

    Raises SettingsError for an unreadable file, an unknown name or a value of the wrong type.
    """
    environment = os.environ if environment is None else environment
    path = file or Path(environment.get("KB_CONFIG", "kb.toml"))
    from_file = _from_file(path) if file or "KB_CONFIG" in environment or path.is_file() else {}
    options = {name: value for name, value in (options or {}).items() if value is not None}
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        for where, places in ((str(path), from_file), ("environment", environment), ("option", options)):
            key = f"KB_{setting.name.upper()}" if places is environment else setting.name
            if key in places:
                values[setting.name] = _convert(setting, places[key], where if where != "environment" else key)
    return replace(Settings(), **values)


assert [field.name for field in fields(Settings)] == [setting.name for setting in SETTINGS]  # noqa: S101 - one table
