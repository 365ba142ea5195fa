""" "Mijn balie" and the answers to /balie: they only read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.conversation import State
from bot.model import Card, DepartmentShown
from handlers.cards import Verb, card_text
from handlers.desks.slack.blocks import Json, actions, lines, rich, run
from handlers.desks.slack.card import button, row
from handlers.desks.slack.workspace import Workspace
from handlers.wording import Wording
from knowledge.rulebook.values import DeskIdentity
from knowledge.sentence import Sentence, say

MOST_ROWS = 20
ROWS_AT_HOME = 10  # under each heading
OPENS = (Verb.ANSWER, Verb.READ, Verb.CONTINUE, Verb.CHECK)  # these open a dialog and decide nothing
MINE, SEARCH = ("mijn", "mine"), ("zoek", "search")
WAITING, LATE = ("wacht", "waiting"), ("laat", "late")

MY_DESK = say("My desk")
TO_CHECK = say("For you to check")
IS_LATE = say("Late")
FREE = say("Nobody took it yet")
NOTHING_MINE = say("You have nothing open.")
NOTHING_WAITS = say("Nothing waits.")
NOTHING_LATE = say("Nothing is late.")
NOTHING_FOUND = say("No message found for these words.")
MORE = say("There are more. They stand in the channels.")
WHAT_TO_FIND = say("Type what to look for: /balie zoek kliko")
HOW = (
    say("/balie mijn: what you hold, what you were asked and what you may approve."),
    say("/balie wacht: what nobody took yet; /balie wacht afval: in one department."),
    say("/balie laat: what is late."),
    say("/balie zoek kliko: messages with these words."),
    say("To answer, use the buttons of a card. What is typed under a card stays internal."),
)


class Home:
    def __init__(self, workspace: Workspace) -> None:
        self._at = workspace

    async def page(self, by: DeskIdentity) -> Json:
        """Return the home page of one person: what is theirs, to check, late, and free."""
        if self._at.rulebook().member(by) is None:
            return {"type": "home", "blocks": [_row(self._at.unseen(by), self._at.wording)]}
        office, viewer = self._at.office, self._viewer(by)
        cards = await office.mine(by)
        check = [card for card in cards if _to_check(card, viewer)]
        mine = [card for card in cards if card not in check]
        seen = {card.conversation_id for card in cards}
        late = [card for card in await office.waiting(by, late=True) if card.conversation_id not in seen]
        seen |= {card.conversation_id for card in late}
        free = [card for card in await office.waiting(by) if card.conversation_id not in seen]
        blocks = [*self._list(MY_DESK, mine, viewer, nothing=NOTHING_MINE)]
        for heading, found in ((TO_CHECK, check), (IS_LATE, late), (FREE, free)):
            blocks += self._list(heading, found, viewer) if found else ()
        blocks += _counts(await office.departments(by), self._at.wording)
        return {"type": "home", "blocks": [*blocks, *(_row(each, self._at.wording) for each in HOW)]}

    async def command(self, text: str, by: DeskIdentity) -> Json:
        """Answer /balie, to the asker alone."""
        blocks = await self._answer(text, by)
        return {"response_type": "ephemeral", "text": self._at.wording.text(MY_DESK), "blocks": list(blocks)}

    async def _answer(self, text: str, by: DeskIdentity) -> Sequence[Json]:
        word, _, rest = text.strip().partition(" ")
        office, viewer, wording = self._at.office, self._viewer(by), self._at.wording
        if self._at.rulebook().member(by) is None:
            return [_row(self._at.unseen(by), wording)]
        if word.lower() in MINE:
            return [*self._list(MY_DESK, await office.mine(by), viewer, nothing=NOTHING_MINE, most=MOST_ROWS)]
        if word.lower() in LATE:
            late = await office.waiting(by, late=True, limit=MOST_ROWS + 1)
            return [*self._list(IS_LATE, late, viewer, nothing=NOTHING_LATE, most=MOST_ROWS)]
        if word.lower() in WAITING:
            return await self._free(rest.strip(), by)
        if word.lower() in SEARCH:
            return await self._search(rest.strip(), by)
        return [_row(each, wording) for each in HOW]

    async def _free(self, name: str, by: DeskIdentity) -> Sequence[Json]:
        """List what nobody took yet: in one department when it is named, by its key or the beginning of its name."""
        departments = await self._at.office.departments(by)
        named = [each for each in departments if name and _is_called(each, name)]
        if name and not named:
            names = ", ".join(each.name for each in departments)
            sentence = say("No department has this name. You read: %(names)s.", names=names)
            return [_row(sentence, self._at.wording)]
        key = named[0].key if named else ""
        cards = await self._at.office.waiting(by, department=key, limit=MOST_ROWS + 1)
        return [*self._list(FREE, cards, self._viewer(by), nothing=NOTHING_WAITS, most=MOST_ROWS)]

    def _viewer(self, by: DeskIdentity) -> str:
        member = self._at.rulebook().member(by)
        return member.key if member else ""

    def _list(
        self,
        heading: Sentence,
        cards: Sequence[Card],
        viewer: str,
        *,
        nothing: Sentence | None = None,
        most: int = ROWS_AT_HOME,
    ) -> Iterator[Json]:
        """Yield a heading, and a row for each card with the button that opens its dialog."""
        wording = self._at.wording
        yield rich(lines([run(wording.text(heading), bold=True)]))
        if not cards and nothing:
            yield _row(nothing, wording)
        for card in cards[:most]:
            yield row(card, wording)
            opens = [each for each in card_text(card, viewer=viewer).buttons if each.verb in OPENS]
            if opens:
                yield actions(button(card, opens[0], wording), block_id=f"card {card.conversation_id}")
        if len(cards) > most:
            yield _row(MORE, wording)

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


def _to_check(card: Card, viewer: str) -> bool:
    writer = card.submitted_by.key if card.submitted_by else viewer
    return card.state is State.SUBMITTED and writer != viewer


def _is_called(department: DepartmentShown, name: str) -> bool:
    return name.casefold() == department.key.casefold() or department.name.casefold().startswith(name.casefold())


def _holds(card: Card, words: Sequence[str]) -> bool:
    said = f"{card.mention.author} {card.mention.text} {card.topic}".casefold()
    return all(word in said for word in words)


def _counts(departments: Sequence[DepartmentShown], wording: Wording) -> Iterator[Json]:
    rows = [
        [run(each.name, bold=True), run(f": {wording.text(_waits(each.waiting))}")]
        for each in departments
        if each.waiting
    ]
    if rows:
        yield rich(lines(*rows))


def _waits(count: int) -> Sentence:
    return say("1 waiting") if count == 1 else say("%(count)s waiting", count=count)


def _row(sentence: Sentence, wording: Wording) -> Json:
    return rich(lines([run(wording.text(sentence))]))
