"""The contract of every format, and the registry that finds the extractor for a file.

An extractor is a module in kb/ingest/extractors/ with a class that fulfils `Extractor`. It runs inside a sandboxed child
process (kb/ingest/sandbox.py), so it may crash, but must never write, follow a link, or open the network.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from kb.errors import ExtractionError, Reason
from kb.model import Extraction


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: bytes on disk, wall-clock seconds, bytes of memory; and whether OCR is wanted."""

    size: int = 200 * 1024 * 1024
    seconds: float = 60.0
    memory: int = 1100 * 1024 * 1024
    ocr: bool = True


class Extractor(Protocol):
    """Reads one format. `version` changes whenever the result for the same file may change."""

    version: str

    def extract(self, path: Path, limits: Limits) -> Extraction:
        """Read the file. Raises ExtractionError with the reason why it cannot be read."""
        ...


# format name -> "module:Class"; imported only when a file of that format comes along
REGISTRY: dict[str, str] = {
    "pdf": "kb.ingest.extractors.pdf:PdfExtractor",
    "docx": "kb.ingest.extractors.docx:DocxExtractor",
    "odt": "kb.ingest.extractors.odt:OdtExtractor",
    "pptx": "kb.ingest.extractors.pptx:PptxExtractor",
    "html": "kb.ingest.extractors.html:HtmlExtractor",
    "text": "kb.ingest.extractors.text:TextExtractor",
    "xlsx": "kb.ingest.extractors.xlsx:XlsxExtractor",
    "ods": "kb.ingest.extractors.ods:OdsExtractor",
    "odp": "kb.ingest.extractors.odp:OdpExtractor",
    "eml": "kb.ingest.extractors.eml:EmlExtractor",
    "zip": "kb.ingest.extractors.zip:ZipExtractor",
    "epub": "kb.ingest.extractors.epub:EpubExtractor",
    "rtf": "kb.ingest.extractors.rtf:RtfExtractor",
    "doc": "kb.ingest.extractors.legacy:DocExtractor",
    "ppt": "kb.ingest.extractors.legacy:PptExtractor",
    "xls": "kb.ingest.extractors.legacy:XlsExtractor",
    "markdown": "kb.ingest.extractors.text:MarkdownExtractor",
}


def extractor_for(format_name: str) -> Extractor:
    """The extractor of a format. Raises ExtractionError(UNSUPPORTED) for a format without one."""
    if format_name not in REGISTRY:
        raise ExtractionError(Reason.UNSUPPORTED, format_name)
    module, _, name = REGISTRY[format_name].partition(":")
    return cast(Callable[[], Extractor], getattr(import_module(module), name))()
