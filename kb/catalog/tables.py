"""The tables of the catalog. Nothing here that PostgreSQL cannot do; changes need a migration beside this file.

source      a file that was seen: path, size, mtime, SHA-256; `missing_since` once it is gone
document    what a reader knows as one document; several sources with the same content are one document
content     what was read from a SHA-256, whoever holds it: state, reason, metadata; with page, section, passage
annotation  what the taggers say of a document, with evidence
correction  what people say of a tag; outweighs every annotation, for good
run         an ingest run, and run_file the outcome of every file in it
contact     people who may be called, with their consent
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

content = Table(
    "content",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("version", String(80), nullable=False),  # of the extraction stage that made this row
    Column("format", String(20), nullable=False, default=""),
    Column("media_type", String(120), nullable=False, default=""),
    Column("extractor", String(40), nullable=False, default=""),
    Column("reason", String(40)),  # kb.errors.Reason; null: all was read
    Column("detail", Text, nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=1),
    Column("retry_after", DateTime(timezone=True)),
    Column("title", Text, nullable=False, default=""),
    Column("metadata", JSON, nullable=False, default=dict),
    Column("links", JSON, nullable=False, default=list),
    Column("members", JSON, nullable=False, default=list),  # files inside: [{"name", "sha256", "size"}]
    Column("warnings", JSON, nullable=False, default=list),
    Column("pages", Integer, nullable=False, default=0),
    Column("seconds", Float, nullable=False, default=0.0),
    Column("read_at", DateTime(timezone=True), nullable=False),
)


def _content_key() -> Column[str]:
    return Column(
        "sha256", String(64), ForeignKey("content.sha256", ondelete="CASCADE"), primary_key=True, nullable=False
    )


page = Table(
    "page",
    metadata,
    _content_key(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("origin", String(10), nullable=False),
    Column("confidence", Float),
    Column("running", JSON, nullable=False, default=list),
)

section = Table(
    "section",
    metadata,
    _content_key(),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("level", Integer, nullable=False),
    Column("page", Integer, nullable=False),
    Column("start", Integer, nullable=False),
)

# A passage's text is page.text[start:end]: it is stored once.
passage = Table(
    "passage",
    metadata,
    _content_key(),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("page", Integer, nullable=False),
    Column("section", Integer),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
)

document = Table(
    "document",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("sha256", String(64), ForeignKey("content.sha256"), nullable=False, index=True),
    Column("parent", String(16), ForeignKey("document.id")),  # the mail or archive that it came in
    Column("title", Text, nullable=False, default=""),
    Column("kind", String(40), nullable=False, default=""),
    Column("date", String(10), nullable=False, default=""),
    Column("visibility", String(10), nullable=False),
    Column("tag_key", String(64), nullable=False, default=""),  # what the annotations were made from
    Column("record_key", String(64), nullable=False, default=""),  # what an index entry is made from
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("withdrawn_at", DateTime(timezone=True)),
)

source = Table(
    "source",
    metadata,
    Column("path", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("mtime", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("document_id", String(16), ForeignKey("document.id"), nullable=False, index=True),
    Column("container", Text, nullable=False, default=""),  # path of the mail or archive that the file is in
    Column("sidecar", JSON, nullable=False, default=dict),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("missing_since", DateTime(timezone=True)),
)

annotation = Table(
    "annotation",
    metadata,
    Column("document_id", String(16), ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
    Column("facet", String(20), primary_key=True),
    Column("value", String(80), primary_key=True),
    Column("role", String(10), nullable=False, default=""),
    Column("confidence", Float, nullable=False),
    Column("origin", String(10), nullable=False),
    Column("version", String(80), nullable=False, default=""),
    Column("evidence", JSON, nullable=False, default=list),
    Index("ix_annotation_facet_value", "facet", "value"),
)

tag = Table(
    "tag",
    metadata,
    Column("document_id", String(16), ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
    Column("facet", String(20), primary_key=True),
    Column("value", String(80), primary_key=True),
    Column("role", String(10), nullable=False, default=""),
    Column("confidence", Float, nullable=False),
    Column("origin", String(10), nullable=False),
    Column("weight", Integer, nullable=False),  # the place in the order of the document's tags, 0 the strongest
    Index("ix_tag_facet_value", "facet", "value"),
)

correction = Table(
    "correction",
    metadata,
    Column("document_id", String(16), ForeignKey("document.id"), primary_key=True),
    Column("facet", String(20), primary_key=True),
    Column("value", String(80), primary_key=True),
    Column("decision", String(10), nullable=False),  # accepted, rejected, added
    Column("role", String(10), nullable=False, default=""),
    Column("decided_by", String(120), nullable=False, default=""),
    Column("decided_at", DateTime(timezone=True), nullable=False),
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True)),
    Column("roots", JSON, nullable=False),
    Column("summary", JSON, nullable=False, default=dict),
)

run_file = Table(
    "run_file",
    metadata,
    Column("run_id", Integer, ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("outcome", String(12), nullable=False),
    Column("reason", String(40)),
    Column("detail", Text, nullable=False, default=""),
    Column("document_id", String(16)),
)

contact = Table(
    "contact",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    Column("function", Text, nullable=False, default=""),
    Column("ags", String(8), nullable=False, index=True),
    Column("topics", JSON, nullable=False, default=list),
    Column("email", Text, nullable=False, default=""),
    Column("phone", Text, nullable=False, default=""),
    Column("consent_scope", String(10)),
    Column("consent_given", Date),
    Column("consent_expires", Date),
    UniqueConstraint("ags", "name", "function"),
)
