"""The error tree. Every error that kb raises on purpose is one of these; the rest are defects.

    KbError                      message: one sentence that says what is wrong and what to do
    ├── SettingsError            a setting has a value that kb cannot use
    ├── InputError               what the caller gave is not there or not usable (a path, a query, a CSV)
    ├── CatalogError             the catalog cannot be opened, is of another version, or the disk is full
    │   └── LockedError          another kb process is writing; try again when it has ended
    ├── EngineError              the index cannot be opened, is damaged, or is of another version
    ├── VocabularyError          a vocabulary file has errors
    ├── MissingDependencyError   an optional program or package is not installed; names the command that installs it
    └── ExtractionError          one file cannot be read; carries a machine-readable reason

Errors turn into HTTP only in web/errors.py and into exit codes only in cli/main.py.
"""

from __future__ import annotations

from enum import StrEnum


class KbError(Exception):
    """Base of all: `str(error)` is one English sentence for the command line and the log."""


class SettingsError(KbError):
    """A setting has a value that kb cannot use."""


class InputError(KbError):
    """What the caller gave is not there or not usable."""


class CatalogError(KbError):
    """The catalog cannot be opened, read or written."""


class LockedError(CatalogError):
    """Another kb process holds the lock for writing."""


class EngineError(KbError):
    """The index cannot be opened, read or written."""


class VocabularyError(KbError):
    """A vocabulary file has errors; the message lists them, one a line."""


class MissingDependencyError(KbError):
    """An optional program or package is not installed."""

    def __init__(self, what: str, install: str) -> None:
        super().__init__(f"{what} is not installed; install it with: {install}")
        self.what = what
        self.install = install


class Reason(StrEnum):
    """Why a file has no text, or not all of it: the machine-readable half of a failure."""

    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    EMPTY = "empty"
    NO_TEXT = "no_text"
    OUTLINED = "outlined"
    UNMAPPED = "unmapped"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"
    ARCHIVE_BOMB = "archive_bomb"
    UNSUPPORTED = "unsupported"
    UNREADABLE = "unreadable"
    CHANGED = "changed"
    SIDECAR_INVALID = "sidecar_invalid"
    CRASHED = "crashed"
    WAITS_FOR_OCR = "waits_for_ocr"
    WAITS_FOR_CONVERTER = "waits_for_converter"


class ExtractionError(KbError):
    """One file cannot be read. `detail` is English and technical; the German sentence is made from `reason`."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason.value}: {detail}" if detail else reason.value)
        self.reason = reason
        self.detail = detail
