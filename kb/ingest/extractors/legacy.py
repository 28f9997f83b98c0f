"""The binary files of Office 97 to 2003: converted by LibreOffice and read as what they became; Word also by antiword.

The programs run in the sandboxed child, under its limits, with a profile of their own, without macros, links or network
look-ups. Where no program is installed, a file waits for one.
"""

from __future__ import annotations

import resource
import shutil
import struct
import subprocess
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

from kb.errors import ExtractionError, Reason
from kb.ingest import archive, compound
from kb.ingest.extractor import Extractor, Limits
from kb.ingest.extractors.composer import Composer
from kb.ingest.extractors.docx import DocxExtractor
from kb.ingest.extractors.pptx import PptxExtractor
from kb.ingest.extractors.title import choose_title
from kb.ingest.extractors.xlsx import XlsxExtractor
from kb.model import Extraction

_OFFICES = ("soffice", "libreoffice")
_HINT = "install LibreOffice to read it: apt-get install libreoffice-{part}-nogui"
_SIGNALS = 128
_SHARE = 0.8  # of the time limit: the rest is for reading what comes out
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution"><value>true</value>\
</prop><prop oor:name="MacroSecurityLevel"><value>3</value></prop><prop oor:name="BlockUntrustedRefererLinks"><value>true\
</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update"><prop oor:name="Link"><value>2</value></prop></item>
</oor:items>
"""


class DocExtractor:
    """Reads .doc: LibreOffice keeps headings, tables and notes; antiword the words."""

    version = "doc-1"

    def extract(self, path: Path, limits: Limits) -> Extraction:
        """Raises ExtractionError with ENCRYPTED, or WAITS_FOR_CONVERTER where neither program is installed."""
        if _is_locked_word(path):
            raise ExtractionError(Reason.ENCRYPTED, "Word document with a password")
        if _office() is None and shutil.which("antiword"):
            return _read_with_antiword(path, limits)
        try:
            return _convert(path, limits, "docx", "writer", DocxExtractor())
        except ExtractionError as error:
            if error.reason not in (Reason.DAMAGED, Reason.CRASHED) or shutil.which("antiword") is None:
                raise
            return _read_with_antiword(path, limits)


class PptExtractor:
    """Reads .ppt."""

    version = "ppt-1"

    def extract(self, path: Path, limits: Limits) -> Extraction:
        """Raises ExtractionError with ENCRYPTED, or WAITS_FOR_CONVERTER where LibreOffice is not installed."""
        if "EncryptedSummary" in compound.streams(path):
            raise ExtractionError(Reason.ENCRYPTED, "presentation with a password")
        return _convert(path, limits, "pptx", "impress", PptxExtractor())


class XlsExtractor:
    """Reads .xls."""

    version = "xls-1"

    def extract(self, path: Path, limits: Limits) -> Extraction:
        """Raises ExtractionError with ENCRYPTED, or WAITS_FOR_CONVERTER where LibreOffice is not installed."""
        if _is_locked_excel(path):
            raise ExtractionError(Reason.ENCRYPTED, "spreadsheet with a password")
        return _convert(path, limits, "xlsx", "calc", XlsxExtractor())


def available() -> bool:
    """Whether LibreOffice is installed, which reads every old format."""
    return _office() is not None


def _office() -> str | None:
    return next(filter(None, map(shutil.which, _OFFICES)), None)


def _convert(path: Path, limits: Limits, target: str, part: str, extractor: Extractor) -> Extraction:
    office = _office()
    if office is None:
        raise ExtractionError(Reason.WAITS_FOR_CONVERTER, _HINT.format(part=part))
    with tempfile.TemporaryDirectory(prefix="kb-convert-") as folder:
        # a name of our own: LibreOffice goes by extensions, and the file's may be wrong
        source = Path(folder) / f"{part}{_EXTENSIONS[target]}"
        shutil.copyfile(path, source)
        profile = Path(folder) / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        output = Path(folder) / "out"
        start = [
            office,
            f"-env:UserInstallation={profile.parent.as_uri()}",
            "--headless",
            "--norestore",
            "--nolockcheck",
        ]
        _run([*start, "--convert-to", target, "--outdir", str(output), str(source)], limits)
        converted = output / f"{part}.{target}"
        if not converted.is_file():
            raise ExtractionError(Reason.DAMAGED, "LibreOffice cannot open it")
        archive.check(converted)
        extraction = extractor.extract(converted, limits)
    title = extraction.title if extraction.title != part else choose_title([], [], path)
    return replace(extraction, title=title, extractor=f"libreoffice+{extraction.extractor}")


_EXTENSIONS = {"docx": ".doc", "pptx": ".ppt", "xlsx": ".xls"}


def _read_with_antiword(path: Path, limits: Limits) -> Extraction:
    text = _run(["antiword", "-m", "UTF-8.txt", "-w", "0", "-i", "1", str(path)], limits).decode("utf-8", "replace")
    composer = Composer()
    for paragraph in text.split("\n\n"):
        composer.block(paragraph)
    return Extraction(pages=composer.finish(), title=choose_title([], [], path), extractor="antiword")


def _run(command: list[str], limits: Limits) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - a program found on PATH, a file name of our own
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limits.seconds * _SHARE,
            check=False,
            preexec_fn=partial(_set_limits, limits.memory),
        )
    except subprocess.TimeoutExpired as error:
        raise ExtractionError(Reason.TOO_SLOW, f"{Path(command[0]).name} took too long") from error
    if done.returncode != 0:
        raise _failure(Path(command[0]).name, done)
    return done.stdout


def _failure(program: str, done: subprocess.CompletedProcess[bytes]) -> ExtractionError:
    if done.returncode < 0 or done.returncode > _SIGNALS:  # shells report the signal that ended a program this way
        return ExtractionError(Reason.CRASHED, f"{program} broke down (exit code {done.returncode})")
    complaint = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
    return ExtractionError(Reason.DAMAGED, f"{program}: {' '.join(complaint) or done.returncode}")


def _set_limits(memory: int) -> None:
    # LibreOffice reserves far more addresses than it uses, so they are left as wide as the sandbox allows; what it may
    # really write to is bounded as for any other reader
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def _is_locked_word(path: Path) -> bool:
    # [MS-DOC] 2.5.2: bit fEncrypted of the FIB's flags
    fib = compound.head(path, "WordDocument", 32)
    return len(fib) >= 12 and bool(struct.unpack_from("<H", fib, 10)[0] & 0x0100)


def _is_locked_excel(path: Path) -> bool:
    # [MS-XLS] 2.4.117: a FilePass record near the beginning of the workbook stream
    for stream in ("Workbook", "Book"):
        records, at = compound.head(path, stream, 4096), 0
        while at + 4 <= len(records):
            kind, length = struct.unpack_from("<HH", records, at)
            if kind == 0x002F:
                return True
            at += 4 + length
    return False
