"""What a card can be merged into."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Card
from bot.ports import FrontOffice
from handlers.cards.text import DONE
from knowledge.rulebook.values import DeskIdentity


async def mergeable(office: FrontOffice, card: Card, by: DeskIdentity) -> Sequence[Card]:
    """Return the open cards in the channels of its department, newest first."""
    own = [each.key for each in await office.departments(by) if each.name == card.department]
    cards = [each for key in own for each in await office.cards(key, by)]
    return [each for each in reversed(cards) if each.conversation_id != card.conversation_id and each.face not in DONE]
