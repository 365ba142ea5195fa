"""The tables, by subject; nobody outside bot.store reads them."""

from __future__ import annotations

from sqlalchemy import Table
from sqlmodel import SQLModel

from bot.store.tables.account import AuditRow, SealRow
from bot.store.tables.answers import (
    BaseRow,
    EntryImportedRow,
    EntryImportRow,
    EntryProposalRow,
    EntryRevisionRow,
    EntryRow,
    PhrasingRow,
    PinRow,
)
from bot.store.tables.conversations import (
    ConversationRow,
    EarlyRow,
    EventRow,
    MentionRow,
    MentionVersionRow,
    OwnPostRow,
)
from bot.store.tables.desks import ClickRow, JobRow, PlacementRow
from bot.store.tables.running import InviteRow, KeptRow, LeaderRow, SignatureRow
from bot.store.tables.writing import DraftRow, ReplyRow


def table(row: type[SQLModel]) -> Table:
    """Return the SQLAlchemy table of a row class, for statements."""
    found = SQLModel.metadata.tables[str(row.__tablename__)]
    assert isinstance(found, Table)  # noqa: S101
    return found


conversation = table(ConversationRow)
mention = table(MentionRow)
mention_version = table(MentionVersionRow)
early = table(EarlyRow)
event = table(EventRow)
own_post = table(OwnPostRow)
reply = table(ReplyRow)
draft = table(DraftRow)
placement = table(PlacementRow)
job = table(JobRow)
click = table(ClickRow)
audit = table(AuditRow)
seal = table(SealRow)
kept = table(KeptRow)
invite = table(InviteRow)
leader = table(LeaderRow)
signature = table(SignatureRow)
entry = table(EntryRow)
entry_revision = table(EntryRevisionRow)
entry_proposal = table(EntryProposalRow)
entry_import = table(EntryImportRow)
entry_imported = table(EntryImportedRow)
phrasing = table(PhrasingRow)
pin = table(PinRow)
base = table(BaseRow)
