"""The other things a colleague can do with a card: at once, or after a small dialog."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from bot.model import Answer, Card, CloseReason, Wrong
from handlers.cards import CLOSE_REASONS, Verb, cut
from handlers.cards.buttons import AFTER_A_DIALOG, AT_ONCE
from handlers.cards.closing import likely_reason
from handlers.cards.merging import mergeable
from handlers.cards.moments import moments
from handlers.web.acts import Dialogs, decision, number_of, seen
from handlers.web.site import Visit, for_colleagues


class Deciding:
    def __init__(self, dialogs: Dialogs) -> None:
        self._dialogs = dialogs

    def routes(self) -> list[Route]:
        verbs = [*AT_ONCE, *AFTER_A_DIALOG]
        return [self._route(verb, "POST") for verb in verbs] + [self._route(verb, "GET") for verb in AFTER_A_DIALOG]

    def _route(self, verb: Verb, method: str) -> Route:
        async def at_once(visit: Visit) -> Response:
            return await self._act(visit, verb)

        async def ask(visit: Visit) -> Response:
            return await self._ask(visit, verb)

        page = at_once if method == "POST" else ask
        return Route(f"/balie/kaart/{{id:int}}/{verb}", for_colleagues(self._dialogs.site, page), methods=[method])

    async def _ask(self, visit: Visit, verb: Verb) -> Response:
        card = await self._dialogs.card(visit)
        if card is None:
            return self._dialogs.gone(visit)
        return self._dialogs.show(visit, f"ask_{verb}.html", await self._choices(visit, verb, card))

    async def _act(self, visit: Visit, verb: Verb) -> Response:
        if verb in AT_ONCE:
            answer = await self._dialogs.office.decide(decision(visit, AT_ONCE[verb]))
            return self._dialogs.settle(visit, answer)
        card = await self._dialogs.card(visit)
        if card is None:
            return self._dialogs.gone(visit)
        answer = await self._decide(visit, verb)
        values = await self._choices(visit, verb, card) if isinstance(answer, Wrong) else {}
        return self._dialogs.settle(visit, answer, template=f"ask_{verb}.html", values=values)

    async def _decide(self, visit: Visit, verb: Verb) -> Answer:
        return await self._dialogs.office.decide(decision(visit, AFTER_A_DIALOG[verb], **self._chosen(visit, verb)))

    def _chosen(self, visit: Visit, verb: Verb) -> dict[str, Any]:
        """Read the fields of one dialog; the bot says what is missing."""
        match verb:
            case Verb.CLOSE | Verb.SPAM:
                return {"reason": _reason(visit), "note": visit.text("note")}
            case Verb.FORWARD:
                kind, _, key = visit.text("to").partition(":")
                return {"topic" if kind == "topic" else "department": key, "note": visit.text("note")}
            case Verb.ASK:
                colleague, note = visit.text("colleague"), visit.text("note")
                return {"colleague": colleague, "note": note, "until": self._moment(visit)}
            case Verb.REMIND:
                return {"until": self._moment(visit)}
            case Verb.MERGE:
                return {"into": visit.number("into") or None}
            case Verb.SEND_BACK:
                return {"note": visit.text("note")}
            case Verb.IT_IS_THERE:
                return {"url": visit.text("url")}
            case Verb.DONE_THERE:
                return {"url": visit.text("url"), "text": visit.text("text"), "seen": seen(visit)}
            case Verb.SEND_AGAIN:
                return {"looked": bool(visit.text("looked"))}
            case _:
                return {}

    def _moment(self, visit: Visit) -> datetime | None:
        """Read one of the offered moments, or the one that was filled in, in the town's time; None: neither."""
        chosen = visit.text("until")
        try:
            if chosen == "own":
                return self._dialogs.site.wording.utc(visit.text("own"))
            moment = datetime.fromisoformat(chosen)
        except ValueError:
            return None
        return moment if moment.tzinfo else None

    async def _choices(self, visit: Visit, verb: Verb, card: Card) -> Mapping[str, Any]:
        values: dict[str, Any] = {"card": card, "verb": verb, "view": self._dialogs.board.view(card, visit)}
        match verb:
            case Verb.CLOSE | Verb.SPAM:
                values |= {"reasons": CLOSE_REASONS, "chosen": visit.text("reason") or likely_reason(card, verb)}
            case Verb.FORWARD:
                values |= {"book": self._dialogs.site.rulebook()}
            case Verb.ASK:
                values |= {"colleagues": await self._dialogs.office.colleagues(number_of(visit), visit.by)}
                values |= {"moments": moments(self._dialogs.site.wording.now())}
            case Verb.REMIND:
                values |= {"moments": moments(self._dialogs.site.wording.now())}
            case Verb.MERGE:
                values |= {"others": await mergeable(self._dialogs.office, card, visit.by), "cut": cut}
        return values


def _reason(visit: Visit) -> CloseReason | None:
    try:
        return CloseReason(visit.text("reason"))
    except ValueError:
        return None
