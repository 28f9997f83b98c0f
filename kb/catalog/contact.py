"""The contacts: people who may be called, with what they agreed to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from kb.catalog.tables import contact
from kb.model import Consent, Contact, Visibility


def replace_all(connection: Connection, contacts: Iterable[Contact]) -> int:
    """Put these contacts in place of all that were there; the result is their number."""
    connection.execute(delete(contact))
    rows = [_values(one) for one in contacts]
    if rows:
        connection.execute(insert(contact), rows)
    return len(rows)


def of_municipality(connection: Connection, ags: str) -> list[Contact]:
    """All contacts of a municipality, whether or not they consented: ask `Consent.holds` before showing one."""
    rows = connection.execute(select(contact).where(contact.c.ags == ags).order_by(contact.c.name))
    return [_contact(row) for row in rows]


def _values(one: Contact) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "function": one.function,
        "ags": one.ags,
        "topics": list(one.topics),
        "email": one.email,
        "phone": one.phone,
        "consent_scope": one.consent.scope.value if one.consent else None,
        "consent_given": one.consent.given if one.consent else None,
        "consent_expires": one.consent.expires if one.consent else None,
    }


def _contact(row: Any) -> Contact:
    consent = (
        Consent(Visibility(row.consent_scope), row.consent_given, row.consent_expires)
        if row.consent_scope and row.consent_given
        else None
    )
    return Contact(row.id, row.name, row.function, row.ags, tuple(row.topics), row.email, row.phone, consent)
