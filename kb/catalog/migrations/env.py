"""How Alembic reaches the catalog: on the connection that kb/catalog/migration.py hands over."""

from alembic import context

from kb.catalog.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter most things in place
)
context.run_migrations()
