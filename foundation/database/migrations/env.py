"""Alembic's entry: runs on the connection that `foundation.database.migrate` hands over, never on one of its own."""

from __future__ import annotations

from alembic import context

from foundation.database.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
