"""What a million messages need: a reply found by its post, and no index that another one covers."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("reply_post", "reply", ["account", "post_id"])
    op.drop_index("ix_audit_conversation_id", "audit")
