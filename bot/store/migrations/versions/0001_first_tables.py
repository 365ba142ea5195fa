"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("action", AutoString(), nullable=False),
        sa.Column("object", AutoString(), nullable=False),
        sa.Column("result", AutoString(), nullable=False),
        sa.Column("origin", AutoString(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("previous", AutoString(), nullable=False),
        sa.Column("hash", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("conversation_id", "seq"),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_conversation_id"), ["conversation_id"], unique=False)

    op.create_table(
        "click",
        sa.Column("desk", AutoString(), nullable=False),
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("click_id", AutoString(), nullable=False),
        sa.Column("member", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("desk", "workspace", "click_id"),
    )
    op.create_table(
        "conversation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", AutoString(), nullable=False),
        sa.Column("thread_id", AutoString(), nullable=False),
        sa.Column("author_id", AutoString(), nullable=False),
        sa.Column("author", AutoString(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("department", AutoString(), nullable=False),
        sa.Column("topic", AutoString(), nullable=False),
        sa.Column("district", AutoString(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("protocol", AutoString(), nullable=False),
        sa.Column("language", AutoString(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("visibility", AutoString(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("reopened", sa.Boolean(), nullable=False),
        sa.Column("follow_ups", sa.Integer(), nullable=False),
        sa.Column("holder", AutoString(), nullable=False),
        sa.Column("held_since", UTCDateTime(), nullable=True),
        sa.Column("writing", sa.Boolean(), nullable=False),
        sa.Column("submitted_by", AutoString(), nullable=False),
        sa.Column("submitted_at", UTCDateTime(), nullable=True),
        sa.Column("returned_note", AutoString(), nullable=False),
        sa.Column("asked", AutoString(), nullable=False),
        sa.Column("asked_until", UTCDateTime(), nullable=True),
        sa.Column("remind_at", UTCDateTime(), nullable=True),
        sa.Column("remind_by", AutoString(), nullable=False),
        sa.Column("close_reason", AutoString(), nullable=False),
        sa.Column("close_note", AutoString(), nullable=False),
        sa.Column("folded_into", sa.Integer(), nullable=True),
        sa.Column("forwards", sa.Integer(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("changed_by", AutoString(), nullable=False),
        sa.Column("last_action", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["folded_into"],
            ["conversation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account", "thread_id", "author_id"),
    )
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.create_index("conversation_author", ["account", "author_id"], unique=False)
        batch_op.create_index("conversation_department", ["department", "state", "opened_at"], unique=False)
        batch_op.create_index("conversation_due", ["state", "due_at"], unique=False)
        batch_op.create_index("conversation_holder", ["holder", "state"], unique=False)

    op.create_table(
        "early",
        sa.Column("account", AutoString(), nullable=False),
        sa.Column("post_id", AutoString(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("text", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("advice", sa.JSON(), nullable=False),
        sa.Column("reference", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("account", "post_id"),
    )
    op.create_table(
        "event",
        sa.Column("account", AutoString(), nullable=False),
        sa.Column("event_id", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account", "event_id"),
    )
    op.create_table(
        "invite",
        sa.Column("token_hash", AutoString(), nullable=False),
        sa.Column("user", AutoString(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("redeemed_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("subject", AutoString(), nullable=False),
        sa.Column("lane", AutoString(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("run_at", UTCDateTime(), nullable=False),
        sa.Column("taken_until", UTCDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "subject"),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("job_due", ["run_at"], unique=False)

    op.create_table(
        "kept",
        sa.Column("account", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("value", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account", "name"),
    )
    op.create_table(
        "own_post",
        sa.Column("account", AutoString(), nullable=False),
        sa.Column("post_id", AutoString(), nullable=False),
        sa.Column("parent_id", AutoString(), nullable=False),
        sa.Column("text", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("url", AutoString(), nullable=False),
        sa.Column("reply_key", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("account", "post_id"),
    )
    op.create_table(
        "seal",
        sa.Column("day", AutoString(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("hash", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    op.create_table(
        "draft",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("member", AutoString(), nullable=False),
        sa.Column("text", AutoString(), nullable=False),
        sa.Column("entry", AutoString(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
        ),
        sa.PrimaryKeyConstraint("conversation_id", "member"),
    )
    op.create_table(
        "mention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("account", AutoString(), nullable=False),
        sa.Column("post_id", AutoString(), nullable=False),
        sa.Column("thread_id", AutoString(), nullable=False),
        sa.Column("parent_id", AutoString(), nullable=False),
        sa.Column("author_id", AutoString(), nullable=False),
        sa.Column("author", AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", AutoString(), nullable=False),
        sa.Column("text_hash", AutoString(), nullable=False),
        sa.Column("posted_at", UTCDateTime(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("edited_at", UTCDateTime(), nullable=True),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.Column("url", AutoString(), nullable=False),
        sa.Column("visibility", AutoString(), nullable=False),
        sa.Column("language", AutoString(), nullable=False),
        sa.Column("followers", sa.Integer(), nullable=True),
        sa.Column("reshares", sa.Integer(), nullable=False),
        sa.Column("media", sa.Integer(), nullable=False),
        sa.Column("addressed", sa.Boolean(), nullable=False),
        sa.Column("query", AutoString(), nullable=False),
        sa.Column("reference", sa.JSON(), nullable=False),
        sa.Column("advice", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account", "post_id"),
    )
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.create_index("mention_conversation", ["conversation_id", "id"], unique=False)

    op.create_table(
        "placement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("desk", AutoString(), nullable=False),
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("channel", AutoString(), nullable=False),
        sa.Column("role", AutoString(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("message", AutoString(), nullable=False),
        sa.Column("shown_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("conversation_id", "desk", "workspace", "channel", "round"),
    )
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.create_index("placement_channel", ["desk", "workspace", "channel", "id"], unique=False)

    op.create_table(
        "mention_version",
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", AutoString(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mention_id"],
            ["mention.id"],
        ),
        sa.PrimaryKeyConstraint("mention_id", "version"),
    )
    op.create_table(
        "reply",
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("account", AutoString(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("follows", AutoString(), nullable=False),
        sa.Column("text", AutoString(), nullable=False),
        sa.Column("text_hash", AutoString(), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("mention_version", sa.Integer(), nullable=False),
        sa.Column("mention_hash", AutoString(), nullable=False),
        sa.Column("visibility", AutoString(), nullable=False),
        sa.Column("language", AutoString(), nullable=False),
        sa.Column("department", AutoString(), nullable=False),
        sa.Column("topic", AutoString(), nullable=False),
        sa.Column("written_by", AutoString(), nullable=False),
        sa.Column("approved_by", AutoString(), nullable=False),
        sa.Column("approved_at", UTCDateTime(), nullable=False),
        sa.Column("send_after", UTCDateTime(), nullable=False),
        sa.Column("entry", AutoString(), nullable=False),
        sa.Column("suggestion", sa.JSON(), nullable=False),
        sa.Column("personal_allowed", sa.Boolean(), nullable=False),
        sa.Column("tried_at", UTCDateTime(), nullable=True),
        sa.Column("intent_at", UTCDateTime(), nullable=True),
        sa.Column("deadline", UTCDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("post_id", AutoString(), nullable=False),
        sa.Column("url", AutoString(), nullable=False),
        sa.Column("posted_at", UTCDateTime(), nullable=True),
        sa.Column("reference", sa.JSON(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=False),
        sa.Column("confirmed_by", AutoString(), nullable=False),
        sa.Column("retracted_at", UTCDateTime(), nullable=True),
        sa.Column("retracted_by", AutoString(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
        ),
        sa.ForeignKeyConstraint(
            ["mention_id"],
            ["mention.id"],
        ),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.create_index("reply_conversation", ["conversation_id", "approved_at"], unique=False)
        batch_op.create_index(
            "reply_live",
            ["conversation_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'sending', 'blocked', 'unsure') AND part = 1"),
            postgresql_where=sa.text("state IN ('waiting', 'sending', 'blocked', 'unsure') AND part = 1"),
        )
        batch_op.create_index(
            "reply_open",
            ["state"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'sending', 'blocked', 'unsure')"),
            postgresql_where=sa.text("state IN ('waiting', 'sending', 'blocked', 'unsure')"),
        )
