"""What a forked child does with one request: read a file, recognise one page, or only say what a file is.

The limits it runs under are set by kb/ingest/forkserver.py before it comes here. It answers with one message of
kb/ingest/wire.py, whatever happens to the file.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from kb.errors import ExtractionError, MissingDependencyError, Reason
from kb.ingest import detection, extraction, wire
from kb.ingest.extractor import Limits
from kb.ingest.extractors import ocr


def answer(request: dict[str, Any]) -> tuple[bool, bytes]:
    """Carry out the request {"job", "path", "limits", …}: whether all went well, and the packed answer or refusal."""
    try:
        return True, JOBS[request["job"]](request)
    except ExtractionError as error:
        return False, _refusal(request, error.reason, error.detail)
    except MissingDependencyError as error:
        return False, _refusal(request, Reason.UNSUPPORTED, str(error))
    except MemoryError:
        return False, _refusal(request, Reason.TOO_MUCH_MEMORY, "memory limit reached")
    except Exception as error:  # noqa: BLE001 - a defect of an extractor: reported as a crash, with its place
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        return False, _refusal(request, Reason.CRASHED, f"{type(error).__name__}: {error} ({where})")


def _refusal(request: dict[str, Any], reason: Reason, detail: str) -> bytes:
    return wire.pack({"reason": reason, "detail": detail} | _kind_of(Path(request["path"])))


def _kind_of(path: Path) -> dict[str, str]:
    with suppress(ExtractionError, OSError, MemoryError):
        detected = detection.detect(path)
        return {"format": detected.format, "media_type": detected.media_type}
    return {"format": "", "media_type": ""}


def _read(request: dict[str, Any]) -> bytes:
    detected, result = extraction.extract_file(Path(request["path"]), Limits(**request["limits"]))
    plain, blobs = wire.from_extraction(result)
    return wire.pack(
        {"reason": None, "detail": "", "format": detected.format, "media_type": result.media_type, "extraction": plain},
        blobs,
    )


def _detect(request: dict[str, Any]) -> bytes:
    return wire.pack({"reason": None, "detail": ""} | _kind_of(Path(request["path"])))


def _recognize_page(request: dict[str, Any]) -> bytes:
    recognition = ocr.recognize(Path(request["path"]), request["page"])
    return wire.pack({"reason": None, "detail": "", "recognition": recognition})


JOBS: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "read": _read,
    "detect": _detect,
    "recognize": _recognize_page,
}
