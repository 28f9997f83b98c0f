"""Mails (.eml, .mht): subject, sender and date, the text of the body, attachments as files of their own.

The standard library parses; what an attachment is, is found out when it is read itself.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime
from pathlib import Path

from kb.ingest.extractor import Limits
from kb.ingest.extractors.composer import Composer, clean
from kb.ingest.extractors.html import decode_page, read_page
from kb.ingest.extractors.text import decode
from kb.ingest.extractors.title import choose_title
from kb.model import Attachment, Extraction, Page, Section

# what the standard library raises on headers and bodies that keep to no rule
_MALFORMED = (MessageError, LookupError, ValueError, AttributeError, TypeError)
_HEADERS = {"author": "From", "to": "To", "cc": "Cc", "message_id": "Message-ID"}


class EmlExtractor:
    """Reads mails."""

    version = "eml-1"

    def extract(self, path: Path, limits: Limits) -> Extraction:  # noqa: ARG002 - the contract's
        """One page with the body; plain text is preferred to HTML. The subject is the title."""
        with path.open("rb") as file:
            message = email.message_from_binary_file(file, policy=email.policy.default)
        pages, sections, links = _body(message, path)
        return Extraction(
            pages=pages,
            sections=sections,
            title=choose_title([_header(message, "Subject")], [], path),
            metadata=_metadata(message),
            links=links,
            attachments=tuple(_attachments(message)),
            extractor="email",
        )


def _body(message: EmailMessage, path: Path) -> tuple[tuple[Page, ...], tuple[Section, ...], tuple[str, ...]]:
    body = _part(message, "plain")
    text = _text(body) if body is not None else ""
    if text.strip():
        composer = Composer()
        composer.block(text)
        return composer.finish(), (), ()
    body = _part(message, "html")
    if body is None:
        return (Page(1, ""),), (), ()
    page = read_page(_markup(body), path)
    return page.pages, page.sections, page.links


def _part(message: EmailMessage, kind: str) -> MIMEPart | None:
    try:
        return message.get_body((kind,))
    except _MALFORMED:
        return None


def _text(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except _MALFORMED:  # an unknown character set, say
        return decode(_payload(part))[0]


def _markup(part: MIMEPart) -> str:
    return _text(part) if part.get_content_charset() else decode_page(_payload(part))


def _payload(part: MIMEPart) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else str(part.get_payload()).encode("utf-8", "surrogateescape")


def _attachments(message: EmailMessage) -> Iterator[Attachment]:
    body = {id(_part(message, "plain")), id(_part(message, "html"))}
    for number, part in enumerate(_leaves(message), 1):
        inline_picture = part.get_content_maintype() == "image" and part.get_content_disposition() != "attachment"
        if (
            id(part) in body
            or inline_picture
            or (part.get_filename() is None and part.get_content_maintype() == "text")
        ):
            continue
        data = _content(part)
        if data.strip():
            yield Attachment(_name(part, number), data)


def _leaves(message: MIMEPart) -> Iterator[MIMEPart]:
    """The parts that hold something; a forwarded mail is one, whatever is in it."""
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for part in message.iter_parts():
            yield from _leaves(part)
    else:
        yield message


def _content(part: MIMEPart) -> bytes:
    if part.get_content_type() == "message/rfc822" and part.is_multipart():
        inner = part.get_payload(0)
        return bytes(inner) if isinstance(inner, EmailMessage) else b""
    return _payload(part)


def _name(part: MIMEPart, number: int) -> str:
    try:
        name = part.get_filename()
    except _MALFORMED:
        name = None
    if part.get_content_type() == "message/rfc822" and not name:
        inner = part.get_payload(0) if part.is_multipart() else None
        subject = _header(inner, "Subject") if isinstance(inner, EmailMessage) else ""
        return f"{subject.replace('/', '-') or f'Nachricht {number}'}.eml"
    return clean(name or "") or f"Anlage {number}"


def _metadata(message: EmailMessage) -> dict[str, str]:
    found = {key: _header(message, name) for key, name in _HEADERS.items()}
    found["created"] = _date(_header(message, "Date"))
    return {key: value for key, value in found.items() if value}


def _header(message: MIMEPart, name: str) -> str:
    try:
        return clean(str(message[name] or "")).replace("\n", " ")
    except _MALFORMED:
        return _raw_header(message, name)


def _raw_header(message: MIMEPart, name: str) -> str:
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            try:
                return clean(str(make_header(decode_header(str(value))))).replace("\n", " ")
            except _MALFORMED:
                return clean(str(value))
    return ""


def _date(text: str) -> str:
    try:
        return parsedate_to_datetime(text).isoformat(timespec="seconds")
    except (ValueError, TypeError, OverflowError):
        return ""
