"""Writes text and Markdown files: the body as it stands."""

from __future__ import annotations

from pathlib import Path

from source import Source


def write(source: Source, target: Path) -> None:
    """Write the body in the encoding that the source asks for; text in a Windows encoding gets Windows line ends."""
    ends = "\r\n" if source.encoding == "cp1252" else "\n"
    target.write_bytes(source.body.replace("\n", ends).encode(source.encoding))
