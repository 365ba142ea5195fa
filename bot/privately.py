"""Going on in private with who wrote in public: by our answer where the channel can, else by asking for a message."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.model import Abilities, Mention, PrivateReplies, Visibility
from bot.store import conversations
from knowledge.advisor import PRIVATE_TEXT


def possible(connection: Connection, mention: Mention, abilities: Abilities) -> bool:
    """Tell whether the answer to a public message can go to its author alone."""
    if mention.visibility is Visibility.PRIVATE or Visibility.PRIVATE not in abilities.visibilities:
        return False
    match abilities.private_replies:
        case PrivateReplies.ANYBODY:
            return True
        case PrivateReplies.KNOWN:
            return conversations.wrote_privately(connection, account=mention.account, author_id=mention.author_id)
        case PrivateReplies.NOBODY:
            return False


def widest(asked: Visibility, abilities: Abilities) -> Visibility | None:
    """Return the mention's own visibility, or the widest one that is narrower and that the channel can do."""
    return next((v for v in Visibility if asked.allows(v) and v in abilities.visibilities), None)


def invitation(mention: Mention) -> str:
    """Return the text that asks for a private message; empty when this is one."""
    return "" if mention.visibility is Visibility.PRIVATE else PRIVATE_TEXT
