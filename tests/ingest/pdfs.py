"""PDFs for the tests, written byte by byte where a library would refuse to write them so."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

A4 = (595, 842)
Run = tuple[float, float, float, str]  # x, y from below, size, text


def write(path: Path, objects: Mapping[int, bytes], trailer: bytes = b"") -> Path:
    """A PDF of the objects given; number 1 is the catalog."""
    data = bytearray(b"%PDF-1.7\n%\xe4\xf6\xfc\xdf\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(data), max(objects) + 1
    data += b"xref\n0 %d\n" % size
    for number in range(size):
        data += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    data += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    path.write_bytes(data)
    return path


def stream(content: bytes, entries: bytes = b"", *, packed: bool = False) -> bytes:
    """A stream object."""
    if packed:
        content, entries = zlib.compress(content, 9), entries + b" /Filter /FlateDecode"
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def literal(text: str) -> bytes:
    """A string of page content in WinAnsi."""
    return b"(" + text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"


def show(runs: Iterable[Run], font: str = "F1", mode: int = 0) -> bytes:
    """Page content that shows text."""
    return b"\n".join(
        b"BT /%s %g Tf %d Tr 1 0 0 1 %g %g Tm %s Tj ET" % (font.encode(), size, mode, x, y, literal(text))
        for x, y, size, text in runs
    )


def document(
    path: Path,
    pages: Iterable[bytes],
    *,
    box: tuple[float, float] = A4,
    extra: bytes = b"",
    trailer: bytes = b"",
    **more: bytes,
) -> Path:
    """A PDF with a page for each content; fonts F1 (Helvetica) and F2 (its bold). `more`: objects o20=…, o21=…"""
    contents = list(pages)
    fonts = b"/Font << /F1 3 0 R /F2 4 0 R >>"
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        4: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    }
    objects |= {int(name[1:]): body for name, body in more.items()}
    first = max(objects) + 1
    kids = []
    for index, content in enumerate(contents):
        page, body = first + 2 * index, first + 2 * index + 1
        kids.append(b"%d 0 R" % page)
        objects[page] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %g %g] /Contents %d 0 R /Resources << %s %s >> >>"
            % (
                *box,
                body,
                fonts,
                extra,
            )
        )
        objects[body] = stream(content)
    objects[2] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    return write(path, objects, trailer)


def lines(texts: Iterable[str], x: float = 70, top: float = 700, size: float = 11, pitch: float = 14) -> list[Run]:
    """Lines one under the other."""
    return [(x, top - pitch * number, size, text) for number, text in enumerate(texts)]


def image(gray: bytes, width: int, height: int) -> bytes:
    """An image object in shades of gray."""
    entries = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8"
    return stream(gray, entries % (width, height), packed=True)


def scan(path: Path, picture: Path | tuple[int, int, bytes], *, layer: bytes = b"") -> Path:
    """A page that is only an image, with an invisible text layer over it if given."""
    width, height, gray = picture if isinstance(picture, tuple) else (0, 0, b"")
    content = b"q %d 0 0 %d 0 0 cm /I1 Do Q\n" % A4 + layer
    return document(path, [content], extra=b"/XObject << /I1 20 0 R >>", o20=image(gray, width, height))


def nested_forms(path: Path, depth: int = 24, width: int = 10) -> Path:
    """Forms that each draw the next one several times: nothing to see, and no end of it."""
    forms = {}
    for level in range(depth):
        number = 20 + level
        if level == depth - 1:
            forms[f"o{number}"] = stream(show([(10, 10, 8, "x")]), b"/Type /XObject /Subtype /Form /BBox [0 0 99 99]")
            continue
        resources = b"/Resources << /XObject << /N %d 0 R >> /Font << /F1 3 0 R >> >>" % (number + 1)
        forms[f"o{number}"] = stream(b"/N Do " * width, b"/Type /XObject /Subtype /Form /BBox [0 0 99 99] " + resources)
    return document(path, [b"/N Do"], extra=b"/XObject << /N 20 0 R >>", **forms)


def deflate_bomb(path: Path, megabytes: int = 600) -> Path:
    """A page whose content inflates to many megabytes."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"q Q " * (1 << 18)) for _ in range(megabytes)) + packer.flush()
    body = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
    return write(
        path,
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>",
            4: body,
        },
    )
