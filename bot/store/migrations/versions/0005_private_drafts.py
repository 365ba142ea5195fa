"""Whether a draft answers in private."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("draft", sa.Column("privately", sa.Boolean(), nullable=False, server_default=sa.false()))
