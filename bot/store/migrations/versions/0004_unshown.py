"""An index of the cards that were never shown, for channels in which much comes at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NEVER_SHOWN = sa.text("message = ''")


def upgrade() -> None:
    op.create_index(
        "placement_unshown",
        "placement",
        ["desk", "workspace", "channel"],
        sqlite_where=NEVER_SHOWN,
        postgresql_where=NEVER_SHOWN,
    )
