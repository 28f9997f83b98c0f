"""What a file is, by its content; its name only decides where the content leaves it open (Markdown, HTML without a head).

Nothing is extracted here. ZIP containers are told apart by their listed entries, OLE compound files by their directory
(kb/ingest/compound.py), everything else by its first 64 KB.
"""

from __future__ import annotations

import mimetypes
import re
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path

from kb.errors import ExtractionError, Reason
from kb.ingest import archive, compound

HEAD = 64 * 1024  # bytes

MEDIA_TYPES: dict[str, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "epub": "application/epub+zip",
    "zip": "application/zip",
    "doc": "application/msword",
    "ppt": "application/vnd.ms-powerpoint",
    "xls": "application/vnd.ms-excel",
    "html": "text/html",
    "eml": "message/rfc822",
    "rtf": "application/rtf",
    "markdown": "text/markdown",
    "text": "text/plain",
}
ZIPPED = frozenset({"docx", "pptx", "xlsx", "odt", "odp", "ods", "epub", "zip"})

# the extensions under which a format may go; one that is listed elsewhere, or that names another media type, is wrong
EXTENSIONS: dict[str, frozenset[str]] = {
    "pdf": frozenset({".pdf"}),
    "docx": frozenset({".docx", ".docm", ".dotx", ".dotm"}),
    "pptx": frozenset({".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"}),
    "xlsx": frozenset({".xlsx", ".xlsm", ".xltx", ".xltm"}),
    "odt": frozenset({".odt", ".ott"}),
    "odp": frozenset({".odp", ".otp"}),
    "ods": frozenset({".ods", ".ots"}),
    "epub": frozenset({".epub"}),
    "zip": frozenset({".zip"}),
    "doc": frozenset({".doc", ".dot"}),
    "ppt": frozenset({".ppt", ".pps", ".pot"}),
    "xls": frozenset({".xls", ".xlt"}),
    "html": frozenset({".html", ".htm", ".xhtml", ".xht"}),
    "eml": frozenset({".eml", ".mht", ".mhtml"}),
    "rtf": frozenset({".rtf"}),
    "markdown": frozenset({".md", ".markdown", ".mdown"}),
}
_KNOWN = frozenset().union(*EXTENSIONS.values())


@dataclass(frozen=True, slots=True)
class Detected:
    """`format` is a key of MEDIA_TYPES; `extension_wrong` when the name promises something else."""

    format: str
    media_type: str
    extension_wrong: bool = False

    @property
    def zipped(self) -> bool:
        """Whether the file is a ZIP container, to be checked before it is opened."""
        return self.format in ZIPPED


def detect(path: Path) -> Detected:
    """The format of a file.

    Raises ExtractionError with EMPTY, UNREADABLE, UNSUPPORTED, or, where the container itself says so, ENCRYPTED or
    DAMAGED.
    """
    head = _read_head(path)
    extension = path.suffix.lower()
    found = _binary(path, head) or _textual(head, extension)
    return Detected(found, MEDIA_TYPES[found], _is_wrong(found, extension))


def _read_head(path: Path) -> bytes:
    try:
        # opening a named pipe would wait for ever
        if not stat.S_ISREG(path.stat().st_mode):
            raise ExtractionError(Reason.UNREADABLE, "not a regular file")
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise ExtractionError(Reason.UNREADABLE, error.strerror or str(error)) from error
    if not head.strip(b"\0\t\n\r\f \xef\xbb\xbf"):
        raise ExtractionError(Reason.EMPTY, "no bytes" if not head else "only blanks")
    return head


def _is_wrong(found: str, extension: str) -> bool:
    if found in EXTENSIONS:
        own = EXTENSIONS[found]
        return extension not in own and (extension in _KNOWN or mimetypes.guess_type(f"x{extension}")[0] is not None)
    guessed = mimetypes.guess_type(f"x{extension}")[0] or "text/plain"
    return extension in _KNOWN or not (guessed.startswith("text/") or guessed.endswith(("json", "xml", "script")))


_PDF_HEADER = re.compile(rb"%PDF-\d")


def _binary(path: Path, head: bytes) -> str | None:
    if head.startswith(compound.MAGIC):
        return _compound_format(path)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_format(path)
    if head.lstrip()[:5] == rb"{\rtf":
        return "rtf"
    header = _PDF_HEADER.search(head, 0, 1024)
    # readers accept junk before the header, but a text may also speak of it
    if header and (header.start() == 0 or b"obj" in head or _is_binary(head)):
        return "pdf"
    return None


_OOXML_PARTS = (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx"))
_ODF_TYPES = (
    ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.oasis.opendocument.presentation", "odp"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ("application/epub+zip", "epub"),
)


def _zip_format(path: Path) -> str:
    archive.check(path)
    with zipfile.ZipFile(path) as container:
        names = container.namelist()
        if not names:
            raise ExtractionError(Reason.EMPTY, "ZIP archive without entries")
        if "mimetype" in names:
            return _declared_format(_read_mimetype(container))
        if "[Content_Types].xml" in names:
            return _ooxml_format(names)
    return _format_of_names(names)


def _read_mimetype(container: zipfile.ZipFile) -> str:
    try:
        with container.open("mimetype") as entry:
            return entry.read(200).decode("ascii", "replace").strip()
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise ExtractionError(Reason.DAMAGED, f"mimetype: {error}") from error


def _declared_format(media_type: str) -> str:
    for prefix, found in _ODF_TYPES:
        if media_type.startswith(prefix):
            return found
    raise ExtractionError(Reason.UNSUPPORTED, media_type)


def _ooxml_format(names: list[str]) -> str:
    if "xl/workbook.bin" in names:
        raise ExtractionError(Reason.UNSUPPORTED, "binary Excel workbook (.xlsb)")
    for prefix, found in _OOXML_PARTS:
        if any(name.startswith(prefix) for name in names):
            return found
    return _format_of_names(names)


def _format_of_names(names: list[str]) -> str:
    if "META-INF/container.xml" in names:
        return "epub"
    if {"content.xml", "META-INF/manifest.xml"} <= set(names):
        return "odt"
    return "zip"


_STREAMS = (
    ("WordDocument", "doc"),
    ("PowerPoint Document", "ppt"),
    ("Workbook", "xls"),
    ("Book", "xls"),
)


def _compound_format(path: Path) -> str:
    names = compound.streams(path)
    if "EncryptedPackage" in names:
        raise ExtractionError(Reason.ENCRYPTED, "Office document with a password")
    for stream, found in _STREAMS:
        if stream in names:
            return found
    if not names:
        raise ExtractionError(Reason.DAMAGED, "OLE compound file without its directory (cut off?)")
    kind = "Outlook message (.msg)" if any("__properties" in name for name in names) else "OLE compound file"
    raise ExtractionError(Reason.UNSUPPORTED, kind)


_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# control characters that no text has; tab, line breaks, form feed, escape and the DOS end-of-file mark may stand in one
_CONTROLS = re.compile(rb"[\x00-\x06\x0e-\x19\x1c-\x1f]")
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_HTML_TAGS = re.compile(rb"<(?:html|head|body|div|p|table|h[1-6]|article|main|section)\b[^>]*>", re.I)
_MAIL_HEADER = re.compile(
    rb"^(received|return-path|message-id|mime-version|from|to|cc|subject|date|content-type|delivered-to|x-[a-z-]+):",
    re.I | re.M,
)
_MAIL_SURE = re.compile(rb"^(?:received|return-path|message-id|mime-version|delivered-to):", re.I | re.M)
_MARKDOWN_HEADING = re.compile(rb"^#{1,6} \S", re.M)


def _textual(head: bytes, extension: str) -> str:
    if not head.startswith(_BOMS) and _is_binary(head):
        raise ExtractionError(Reason.UNSUPPORTED, _name_of(head))
    plain = _narrow(head)
    if _is_mail(plain, extension):
        return "eml"
    if _is_html(plain, extension):
        return "html"
    if extension in EXTENSIONS["markdown"] or (extension == "" and len(_MARKDOWN_HEADING.findall(plain)) > 1):
        return "markdown"
    return "text"


def _is_binary(head: bytes) -> bool:
    if head.startswith(_BOMS) or (b"\0" in head[:1024] and _looks_utf16(head)):
        return False
    return len(_CONTROLS.findall(head)) * 500 > len(head)


def _looks_utf16(head: bytes) -> bool:
    # every other byte of Latin text in UTF-16 is zero, and none of the others is
    even, odd = head[0:2048:2], head[1:2048:2]
    return (even.count(0) > 0.7 * len(even) and not odd.count(0)) or (
        odd.count(0) > 0.7 * len(odd) and not even.count(0)
    )


def _narrow(head: bytes) -> bytes:
    if head.startswith(_BOMS[1:]) or _looks_utf16(head):
        return head.replace(b"\0", b"").lstrip(b"\xff\xfe")
    return head.removeprefix(_BOMS[0])


def _is_mail(head: bytes, extension: str) -> bool:
    header = re.split(rb"\r?\n\r?\n", head.lstrip(), maxsplit=1)[0]
    first_line = header.split(b"\n", 1)[0]
    if not re.match(rb"[A-Za-z-]+:|From ", first_line):
        return False
    names = {name.lower() for name in _MAIL_HEADER.findall(header)}
    return len(names) >= 2 and (extension in EXTENSIONS["eml"] or _MAIL_SURE.search(header) is not None)


def _is_html(head: bytes, extension: str) -> bool:
    if _HTML_START.match(head[:8192]):
        return True
    if extension in EXTENSIONS["html"]:
        return _HTML_TAGS.search(head) is not None
    return extension not in EXTENSIONS["markdown"] and len(_HTML_TAGS.findall(head[:8192])) >= 5


def _name_of(head: bytes) -> str:
    import puremagic  # a table of thousands of signatures, only needed to name what is refused

    try:
        return str(puremagic.from_string(head, mime=True)) or "unknown binary file"
    except (puremagic.PureError, ValueError):
        return "unknown binary file"
