"""What machines and people say of a document, and what holds in the end.

A correction is a person's decision about one tag of one document. It is kept apart from the annotations, which every
tagging run replaces, so no machine can undo it: not by re-tagging, not by re-reading, not when the file changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from kb.catalog.content import clean
from kb.catalog.tables import annotation, correction, document
from kb.model import Annotation, Evidence, Facet, Origin, Role

# A tag below this confidence waits for a person instead of being shown. Topics are shown from a lower one: where
# confidences are true, F1 is best at half of the F1 that is reached (Lipton, Elkan & Naryanaswamy 2014), which is about .8.
SHOWN_FROM = {**dict.fromkeys(Facet, 0.5), Facet.TOPIC: 0.4}
# Below this, a guess is not worth a person's time either.
REVIEWED_FROM = 0.15


# A document has one of each of these.
SINGLE = (Facet.KIND, Facet.DATE)


class Decision(StrEnum):
    """What a person decided about a tag."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's decision about one tag of one document; `by` names the person or the office."""

    document_id: str
    facet: Facet
    value: str
    decision: Decision
    by: str = ""
    at: datetime | None = None
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """An uncertain tag for the review queue; `gain` orders it: how much a decision teaches."""

    document_id: str
    title: str
    tag: Annotation
    gain: float


def replace_annotations(connection: Connection, document_id: str, made: Iterable[Annotation]) -> None:
    """Put these annotations in place of all that machines said of the document before."""
    connection.execute(delete(annotation).where(annotation.c.document_id == document_id))
    best: dict[tuple[Facet, str], Annotation] = {}
    for one in made:
        key = (one.facet, one.value)
        if key not in best or best[key].confidence < one.confidence:
            best[key] = one
    rows = [{"document_id": document_id, **_values(one)} for _, one in sorted(best.items())]
    if rows:
        connection.execute(insert(annotation), rows)


def _values(one: Annotation) -> dict[str, Any]:
    return {
        "facet": one.facet.value,
        "value": clean(one.value)[:80],
        "role": one.role.value if one.role else "",
        "confidence": one.confidence,
        "origin": one.origin.value,
        "version": one.version,
        "evidence": [
            {"page": each.page, "sentence": clean(each.sentence), "start": each.start, "end": each.end}
            for each in one.evidence
        ],
    }


def annotations_of(connection: Connection, document_id: str) -> list[Annotation]:
    """What machines say of a document."""
    rows = connection.execute(
        select(annotation)
        .where(annotation.c.document_id == document_id)
        .order_by(annotation.c.facet, annotation.c.confidence.desc(), annotation.c.value)
    )
    return [_annotation(row) for row in rows]


def _annotation(row: Any) -> Annotation:
    return Annotation(
        facet=Facet(row.facet),
        value=row.value,
        confidence=row.confidence,
        origin=Origin(row.origin),
        version=row.version,
        role=Role(row.role) if row.role else None,
        evidence=tuple(Evidence(**each) for each in row.evidence),
    )


def corrections_of(connection: Connection, document_id: str) -> list[Correction]:
    """What people decided about a document's tags."""
    rows = connection.execute(
        select(correction)
        .where(correction.c.document_id == document_id)
        .order_by(correction.c.facet, correction.c.value)
    )
    return [_correction(row) for row in rows]


def corrections(connection: Connection, facet: Facet) -> list[Correction]:
    """All decisions about one facet: what is learned from."""
    rows = connection.execute(
        select(correction)
        .where(correction.c.facet == facet.value)
        .order_by(correction.c.document_id, correction.c.value)
    )
    return [_correction(row) for row in rows]


def _correction(row: Any) -> Correction:
    return Correction(
        document_id=row.document_id,
        facet=Facet(row.facet),
        value=row.value,
        decision=Decision(row.decision),
        by=row.decided_by,
        at=row.decided_at,
        role=Role(row.role) if row.role else None,
    )


def correct(connection: Connection, decided: Correction, now: datetime) -> None:
    """Put down a decision; a later one about the same tag takes the place of an earlier one."""
    key = (
        (correction.c.document_id == decided.document_id)
        & (correction.c.facet == decided.facet.value)
        & (correction.c.value == decided.value)
    )
    values = {
        "decision": decided.decision.value,
        "role": decided.role.value if decided.role else "",
        "decided_by": clean(decided.by)[:120],
        "decided_at": decided.at or now,
    }
    if connection.execute(update(correction).where(key).values(**values)).rowcount == 0:
        key_values = {"document_id": decided.document_id, "facet": decided.facet.value, "value": decided.value}
        connection.execute(insert(correction).values(**key_values, **values))


def latest(decided: Sequence[Correction]) -> list[Correction]:
    """The decisions less those that a later one supersedes: of several kinds or dates given by people, the last counts."""
    last: dict[Facet, Correction] = {}
    for one in decided:
        if one.facet in SINGLE and one.decision is not Decision.REJECTED:
            known = last.get(one.facet)
            last[one.facet] = one if known is None or _moment(one) >= _moment(known) else known
    return [one for one in decided if last.get(one.facet, one) is one or one.decision is Decision.REJECTED]


def _moment(one: Correction) -> float:
    return one.at.timestamp() if one.at else 0.0


def is_shown(tag: Annotation) -> bool:
    """Whether a tag that nobody has judged is sure enough to be shown."""
    return tag.confidence >= SHOWN_FROM[tag.facet]


def effective(made: Sequence[Annotation], decided: Sequence[Correction]) -> list[Annotation]:
    """The tags that hold: annotations that are sure enough, less those rejected, plus those accepted or added."""
    decisions = {(one.facet, one.value): one for one in decided}
    tags: dict[tuple[Facet, str], Annotation] = {}
    for one in made:
        decision = decisions.get((one.facet, one.value))
        if decision is None and is_shown(one):
            tags[one.facet, one.value] = one
        elif decision is not None and decision.decision is not Decision.REJECTED:
            role = decision.role or one.role
            tags[one.facet, one.value] = replace(one, confidence=1.0, origin=Origin.PERSON, role=role)
    for key, decision in decisions.items():
        if decision.decision is not Decision.REJECTED and key not in tags:
            role = decision.role or (Role.SUBJECT if decision.facet is Facet.MUNICIPALITY else None)
            tags[key] = Annotation(decision.facet, decision.value, 1.0, Origin.PERSON, role=role)
    return sorted(tags.values(), key=_by_weight)


def _by_weight(tag: Annotation) -> tuple[Facet, int, int, float, str]:
    roles = (Role.OWNER, Role.SUBJECT, Role.MENTION)
    role = roles.index(tag.role) if tag.role else 0
    return (tag.facet, role, 0 if tag.origin is Origin.PERSON else 1, -tag.confidence, tag.value)


def doubts(connection: Connection, limit: int = 50) -> list[Doubt]:
    """The review queue: undecided tags, first those a decision about which teaches most.

    What a decision teaches is taken as uncertainty, 1 - |2p - 1|, divided by the number of decisions already made about
    the same value plus one: a topic that nobody has judged yet comes before one that is well known (uncertainty
    sampling, Lewis & Gale 1994, spread over classes).
    """
    made: dict[tuple[str, str], int] = {}
    for row in connection.execute(select(correction.c.facet, correction.c.value)):
        made[row.facet, row.value] = made.get((row.facet, row.value), 0) + 1
    rows = connection.execute(
        select(annotation, document.c.title)
        .join(document, document.c.id == annotation.c.document_id)
        .outerjoin(
            correction,
            (correction.c.document_id == annotation.c.document_id)
            & (correction.c.facet == annotation.c.facet)
            & (correction.c.value == annotation.c.value),
        )
        .where(
            document.c.withdrawn_at.is_(None),
            correction.c.value.is_(None),
            annotation.c.confidence >= REVIEWED_FROM,
            annotation.c.confidence < 0.95,
        )
    )
    found = [_doubt(row, made.get((row.facet, row.value), 0)) for row in rows]
    return sorted(found, key=lambda one: (-one.gain, one.document_id, one.tag.value))[:limit]


def _doubt(row: Any, decided: int) -> Doubt:
    uncertainty = 1 - abs(2 * row.confidence - 1)
    return Doubt(row.document_id, row.title, _annotation(row), uncertainty / (1 + decided))
