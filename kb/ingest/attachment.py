"""Copies of the files that came inside mails and archives, in the data folder by their SHA-256."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from kb.catalog.content import Member, clean
from kb.errors import CatalogError
from kb.model import Attachment


class AttachmentStore:
    """A folder with one file an attachment: <first two digits>/<SHA-256>/<name>. The name keeps its extension."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, attachments: Sequence[Attachment]) -> tuple[Member, ...]:
        """Store the attachments; the same bytes are stored once. Raises CatalogError when the disk does not take them."""
        members: list[Member] = []
        names: set[str] = set()
        for one in attachments:
            member = Member(_free(one.name, names), hashlib.sha256(one.data).hexdigest(), len(one.data))
            names.add(member.name)
            self._write(self.locate(member), one.data)
            members.append(member)
        return tuple(members)

    def locate(self, member: Member) -> Path:
        """Where an attachment's bytes are."""
        return self.folder / member.sha256[:2] / member.sha256 / _file_name(member.name)

    def sweep(self, wanted: set[str]) -> None:
        """Remove the attachments whose SHA-256 is not among those wanted: what was withdrawn must not lie about."""
        for folder in self.folder.glob("*/*"):
            if folder.name not in wanted:
                shutil.rmtree(folder, ignore_errors=True)

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        if path.exists():
            return
        beside = path.with_name(f".{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(data)
            beside.replace(path)
        except OSError as error:
            raise CatalogError(
                f"{path} cannot be written: {error.strerror}; free some space and start again"
            ) from error


def _free(name: str, taken: set[str]) -> str:
    """The name, numbered when another file inside the same one has it already."""
    wanted = re.sub(r"/{2,}", "/", clean(name).strip()).strip("/") or "attachment"
    candidate, number = wanted, 1
    while candidate in taken:
        number += 1
        stem, dot, suffix = wanted.rpartition(".")
        candidate = f"{stem} ({number}).{suffix}" if dot else f"{wanted} ({number})"
    return candidate


def _file_name(name: str) -> str:
    # A member's name may hold folders, "..", or be longer than a file system takes; only its end matters here.
    last = re.sub(r"[\x00-\x1f/\\]", "_", re.split(r"[/\\]", name)[-1]).lstrip(".") or "attachment"
    return last if len(last.encode()) <= 200 else last[-60:]
