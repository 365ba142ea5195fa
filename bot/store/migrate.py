"""Brings a database to this version's tables, and refuses a newer one."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from bot.errors import CannotStart
from knowledge.sentence import say

PATIENT = text("SET LOCAL statement_timeout = 0")
LOCK = text("SELECT pg_advisory_xact_lock(hashtext('balie migration'))")


def check_version(engine: Engine) -> None:
    """Migrate an older database in one transaction, one process at a time; raises CannotStart for a newer one."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    scripts = ScriptDirectory.from_config(config)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(PATIENT)
            connection.execute(LOCK)
        present = MigrationContext.configure(connection).get_current_revision()
        known = {script.revision for script in scripts.walk_revisions()}
        if present and present not in known:
            raise CannotStart(
                say("This database was made by a newer Balie. Install that version, or put an older backup back.")
            )
        if present != scripts.get_current_head():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
