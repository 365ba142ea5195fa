""" "Mijn balie" and the answers to /balie: they only read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.model import Card, DepartmentShown
from handlers.cards import Verb, card_text
from handlers.desks.slack.blocks import Json, actions, lines, rich, run
from handlers.desks.slack.card import button, row
from handlers.desks.slack.workspace import Workspace
from handlers.wording import Wording
from knowledge.rulebook.values import DeskIdentity
from knowledge.sentence import Sentence, say

MOST_ROWS = 20
OPENS = (Verb.ANSWER, Verb.READ, Verb.CONTINUE, Verb.CHECK)  # these open a dialog and decide nothing
MINE, SEARCH, HELP = ("mijn", "mine"), ("zoek", "search"), ("help", "")

MY_DESK = say("My desk")
NOTHING_MINE = say("You have nothing open.")
NOTHING_FOUND = say("No message found for these words.")
WHAT_TO_FIND = say("Type what to look for: /balie zoek kliko")
HOW = (
    say("/balie mijn: what you hold, what you were asked and what you may approve."),
    say("/balie zoek kliko: messages with these words."),
    say("To answer, use the buttons of a card. What is typed under a card stays internal."),
)


class Home:
    def __init__(self, workspace: Workspace) -> None:
        self._at = workspace

    async def page(self, by: DeskIdentity) -> Json:
        """Return the home page of one person."""
        if self._at.rulebook().member(by) is None:
            return {"type": "home", "blocks": [_row(self._at.unseen(by), self._at.wording)]}
        cards = await self._at.office.mine(by)
        departments = await self._at.office.departments(by)
        blocks = [*_mine(cards, self._viewer(by), self._at.wording), *_waiting(departments, self._at.wording)]
        return {"type": "home", "blocks": [*blocks, *(_row(each, self._at.wording) for each in HOW)]}

    async def command(self, text: str, by: DeskIdentity) -> Json:
        """Answer /balie, to the asker alone."""
        word, _, rest = text.strip().partition(" ")
        wording = self._at.wording
        if self._at.rulebook().member(by) is None:
            blocks = [_row(self._at.unseen(by), wording)]
        elif word.lower() in MINE:
            blocks = list(_mine(await self._at.office.mine(by), self._viewer(by), wording))
        elif word.lower() in SEARCH:
            blocks = await self._search(rest.strip(), by)
        else:
            blocks = [_row(each, wording) for each in HOW]
        return {"response_type": "ephemeral", "text": wording.text(MY_DESK), "blocks": blocks}

    def _viewer(self, by: DeskIdentity) -> str:
        member = self._at.rulebook().member(by)
        return member.key if member else ""

    async def _search(self, text: str, by: DeskIdentity) -> list[Json]:
        """Look in the cards that this person may see; never in what colleagues typed, nor in private messages."""
        wording = self._at.wording
        if not text:
            return [_row(WHAT_TO_FIND, wording)]
        cards: dict[int, Card] = {}
        for department in await self._at.office.departments(by):
            found = await self._at.office.cards(department.key, by)
            cards |= {card.conversation_id: card for card in found if _holds(card, text.casefold().split())}
        newest = sorted(cards.values(), key=lambda card: card.mention.posted_at, reverse=True)[:MOST_ROWS]
        return [row(card, wording) for card in newest] or [_row(NOTHING_FOUND, wording)]


def _holds(card: Card, words: Sequence[str]) -> bool:
    said = f"{card.mention.author} {card.mention.text} {card.topic}".casefold()
    return all(word in said for word in words)


def _mine(cards: Sequence[Card], viewer: str, wording: Wording) -> Iterator[Json]:
    yield rich(lines([run(wording.text(MY_DESK), bold=True)]))
    if not cards:
        yield _row(NOTHING_MINE, wording)
    for card in cards[:MOST_ROWS]:
        yield row(card, wording)
        text = card_text(card, viewer=viewer)
        opens = [each for each in text.buttons if each.verb in OPENS]
        if opens:
            yield actions(button(card, opens[0], wording), block_id=f"card {card.conversation_id}")


def _waiting(departments: Sequence[DepartmentShown], wording: Wording) -> Iterator[Json]:
    rows = [
        [run(each.name, bold=True), run(f": {wording.text(say('%(count)s waiting', count=each.waiting))}")]
        for each in departments
        if each.waiting
    ]
    if rows:
        yield rich(lines(*rows))


def _row(sentence: Sentence, wording: Wording) -> Json:
    return rich(lines([run(wording.text(sentence))]))
