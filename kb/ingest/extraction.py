"""From a file to its extraction: recognise, check, read, and say what was odd. What the sandboxed child calls.

Isolation and limits of time and memory are the sandbox's (kb/ingest/sandbox.py); the order of the files and what becomes
of a failure are the pipeline's.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

from kb.errors import ExtractionError, Reason
from kb.ingest import archive
from kb.ingest.detection import Detected, detect
from kb.ingest.extractor import Limits, extractor_for
from kb.model import Extraction

# What the format libraries raise on a file that is not what it claims to be; they promise no list of their own, this one
# comes from mutated files (tests/ingest/test_fuzz.py). Anything else is a defect, and the sandbox reports it as a crash.
DAMAGE: tuple[type[Exception], ...] = (
    ArithmeticError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    SyntaxError,  # the base of lxml's and ElementTree's parse errors
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


def extract_file(path: Path, limits: Limits) -> tuple[Detected, Extraction]:
    """Recognise the format by content and read the file with its extractor.

    A wrong extension becomes a warning "extension_wrong: …". Raises ExtractionError with the reason why there is nothing.
    """
    _check_size(path, limits)
    detected = detect(path)
    if detected.zipped:
        archive.check(path)
    extractor = extractor_for(detected.format)
    try:
        extraction = extractor.extract(path, limits)
    except MemoryError as error:
        raise ExtractionError(Reason.TOO_MUCH_MEMORY, detected.format) from error
    except DAMAGE as error:
        raise ExtractionError(Reason.DAMAGED, f"{type(error).__name__}: {error}") from error
    return detected, _complete(extraction, detected, path)


def _check_size(path: Path, limits: Limits) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ExtractionError(Reason.UNREADABLE, error.strerror or str(error)) from error
    if size > limits.size:
        raise ExtractionError(Reason.TOO_LARGE, f"{size} bytes, the limit is {limits.size}")


def _complete(extraction: Extraction, detected: Detected, path: Path) -> Extraction:
    has_text = any(page.text.strip() for page in extraction.pages)
    if not has_text and not extraction.attachments and extraction.waiting is None:
        raise ExtractionError(Reason.NO_TEXT, f"{detected.format} without text")
    warnings = extraction.warnings
    if detected.extension_wrong:
        warnings = (*warnings, f"extension_wrong: named {path.suffix.lower()}, is {detected.format}")
    return replace(
        extraction,
        warnings=warnings,
        media_type=extraction.media_type or detected.media_type,
        extractor=extraction.extractor or detected.format,
    )
