"""Runs the migrations over the connection that the store hands in."""

from __future__ import annotations

from alembic import context

from bot.store import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.conversation.metadata,
    render_as_batch=True,
)
context.run_migrations()
