"""The desk itself: the channels with their counts, the cards of one channel, one card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from bot.model import Card, DepartmentShown
from handlers.cards import CardText, card_text
from handlers.web.desk import WebDesk, where
from handlers.web.site import Site, Visit, context, for_colleagues, may_look
from handlers.web.status import alerts
from knowledge.sentence import Sentence

ALL = "alles"
MINE = "mijn"
DONE_SHOWN = 15

LATEST = 86_400.0  # seconds; a card is drawn again within a day


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """A card and what it says to the colleague who looks."""

    card: Card
    text: CardText
    again: int  # real seconds until its words may read otherwise


class Board:
    def __init__(self, site: Site, desk: WebDesk) -> None:
        self._site = site
        self._desk = desk

    def routes(self) -> list[Route]:
        return [
            Route("/balie", for_colleagues(self._site, self.page)),
            Route("/balie/kanalen", for_colleagues(self._site, self.channels)),
            Route("/balie/kaart/{id:int}", for_colleagues(self._site, self.one)),
        ]

    async def page(self, visit: Visit) -> Response:
        return self._site.pages.answer(visit.request, "desk.html", await self.values(visit))

    async def values(self, visit: Visit) -> dict[str, Any]:
        """Return what the desk's half of a page needs."""
        departments = await self._site.office.departments(visit.by)
        channel = _known(visit.channel, departments)
        cards = await self._cards(visit, channel, departments)
        views = [self.view(card, visit) for card in cards]
        waiting = [each for each in views if not each.text.done]
        return {
            **context(self._site, visit),
            **self._channel_values(channel, departments),
            "waiting": sorted(waiting, key=lambda each: not each.text.urgent),
            "done": [each for each in reversed(views) if each.text.done][:DONE_SHOWN],
            "notices": await self._notices(visit, channel, departments),
            "alerts": await self._alerts(visit),
        }

    async def channels(self, visit: Visit) -> Response:
        departments = await self._site.office.departments(visit.by)
        values = self._channel_values(_known(visit.channel, departments), departments)
        return self._site.pages.answer(visit.request, "channels.html", {**context(self._site, visit), **values})

    async def one(self, visit: Visit) -> Response:
        """Show one card: as part of a channel for our script, else as a page of its own with its history."""
        number = visit.request.path_params["id"]
        card = await self._site.office.card(number, visit.by)
        if card is None:
            return Response(status_code=204) if visit.partly else self._site.pages.refused(visit.request, "gone")
        if visit.partly:
            if not await self._belongs(card, visit):
                return Response(status_code=204)
            return self.fragment(card, visit)
        history = await self._site.office.history(number, visit.by)
        values = {**context(self._site, visit), "view": self.view(card, visit), "history": history}
        return self._site.pages.answer(visit.request, "one.html", values)

    def fragment(self, card: Card, visit: Visit) -> Response:
        """Answer with the card alone, for our script to put in its place."""
        values = {**context(self._site, visit), "view": self.view(card, visit)}
        response = self._site.pages.answer(visit.request, "card.html", values)
        response.headers["x-balie"] = "card"
        return response

    def view(self, card: Card, visit: Visit) -> CardView:
        return CardView(card=card, text=card_text(card, viewer=visit.member.key), again=self._again(card))

    def _again(self, card: Card) -> int:
        """Return when a card must be drawn again although nothing happened: it gets late, or another day begins."""
        moments = [self._site.wording.midnight()]
        if card.due_at and not card.late:
            moments.append(card.due_at)
        return 1 + int(min(LATEST, *(self._site.clock.until(moment) for moment in moments)))

    async def _cards(self, visit: Visit, channel: str, departments: Sequence[DepartmentShown]) -> Sequence[Card]:
        if channel == MINE:
            return await self._site.office.mine(visit.by)
        if channel != ALL:
            return await self._site.office.cards(channel, visit.by)
        found: dict[int, Card] = {}
        for department in departments:
            found |= {card.conversation_id: card for card in await self._site.office.cards(department.key, visit.by)}
        return sorted(found.values(), key=lambda card: card.mention.posted_at)

    async def _belongs(self, card: Card, visit: Visit) -> bool:
        """Tell whether a card stands in the channel that the visitor looks at."""
        if visit.channel == MINE:
            return any(each.conversation_id == card.conversation_id for each in await self._site.office.mine(visit.by))
        if visit.channel in ("", ALL):
            return True
        department = self._site.rulebook().departments.get(visit.channel)
        return department is not None and (department.name == card.department or department.key in card.route.readers)

    async def _notices(self, visit: Visit, channel: str, departments: Sequence[DepartmentShown]) -> Sequence[object]:
        if channel == MINE:
            return await self._desk.notices(where(visit.by.user, person=True))
        place = next((each.channel for each in departments if each.key == channel), None)
        return await self._desk.notices(place.channel) if place else []

    async def _alerts(self, visit: Visit) -> Sequence[Sentence]:
        """Return what the coordinator must do about a connection: the chat may be the very thing that is cut off."""
        if self._site.health is None or not may_look(self._site, visit.member):
            return ()
        return alerts(await self._site.health())

    def _channel_values(self, channel: str, departments: Sequence[DepartmentShown]) -> Mapping[str, Any]:
        return {
            "channel": channel,
            "departments": departments,
            "department": next((each for each in departments if each.key == channel), None),
            "waiting_count": sum(each.waiting for each in departments),
            "mine_count": sum(each.mine for each in departments),
        }


def _known(channel: str, departments: Sequence[DepartmentShown]) -> str:
    return channel if channel == MINE or any(each.key == channel for each in departments) else ALL
