"""pdfium's small functions without ctypes' checks of every argument, which take longer than the functions themselves.

Only for calls made for each line or each object of a page; everything else calls the checked functions. No driver is
imported here: kb/ingest/extractors/pdfium.py hands its functions over.

Whoever calls such a function gives handles and buffers as `ctypes.byref(…)` (a handle by its `contents`), numbers as
integers. What `byref` points into must live as long as it is used; `byref` itself sees to that.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

_INTEGER = ctypes.CFUNCTYPE(ctypes.c_int)
_DOUBLE = ctypes.CFUNCTYPE(ctypes.c_double)
_POINTER = ctypes.CFUNCTYPE(ctypes.c_void_p)

handle: Callable[[int | None], Any] = ctypes.c_void_p.from_param


def returning_integer(function: Any) -> Callable[..., int]:
    """The function without checks; one that returns a long, a truth value or a number of bytes below 2³¹ as well."""
    return _INTEGER(_address(function))


def returning_double(function: Any) -> Callable[..., float]:
    """The function without checks."""
    return _DOUBLE(_address(function))


def returning_address(function: Any) -> Callable[..., int | None]:
    """The function without checks; what it returns becomes an argument of others by `handle`."""
    return _POINTER(_address(function))


def _address(function: Any) -> int:
    address = ctypes.cast(function, ctypes.c_void_p).value
    if address is None:
        raise ImportError(f"{function} is not loaded")
    return address
