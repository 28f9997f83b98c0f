"""A PDF whose end is missing: the root that stood there is found again, or made anew from the pages that are left.

Only what lies open in the file can be found; objects inside compressed object streams cannot.
"""

from __future__ import annotations

import re

_CATALOG = re.compile(rb"(\d{1,7})\s+(\d{1,5})\s+obj\b(?:(?!endobj)[\s\S]){0,600}?/Type\s*/Catalog\b")
_PAGE = re.compile(rb"(\d{1,7})\s+(\d{1,5})\s+obj\b(?:(?!endobj)[\s\S]){0,600}?/Type\s*/Page\b")
_MOST_PAGES = 20_000


def with_root(data: bytes) -> bytes | None:
    """The file with a trailer of its own, None where neither a root nor a page is found."""
    data = data[: data.rfind(b"endobj") + len(b"endobj")] + b"\n"  # half an object would swallow what follows
    catalogs = list(_CATALOG.finditer(data))
    if catalogs:
        return data + _trailer(catalogs[-1][1], catalogs[-1][2])
    pages = dict.fromkeys((match[1], match[2]) for match in _PAGE.finditer(data))
    if not pages:
        return None
    first = max(int(number) for number, _ in pages) + 100_000
    kids = b" ".join(b"%s %s R" % page for page in list(pages)[:_MOST_PAGES])
    made = b"\n%d 0 obj\n<< /Type /Pages /Kids [%s] /Count %d >>\nendobj" % (first, kids, len(pages))
    made += b"\n%d 0 obj\n<< /Type /Catalog /Pages %d 0 R >>\nendobj" % (first + 1, first)
    return data + made + _trailer(b"%d" % (first + 1), b"0")


def _trailer(number: bytes, generation: bytes) -> bytes:
    return b"\ntrailer\n<< /Root %s %s R >>\nstartxref\n0\n%%%%EOF\n" % (number, generation)
