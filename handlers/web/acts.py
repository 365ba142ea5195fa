"""From a form to a decision, and from the bot's answer to what the clicker sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import RedirectResponse, Response

from bot.conversation import Action
from bot.model import Answer, Card, Click, Decision, Dialog, Done, Seen, Told, Wrong
from bot.ports import FrontOffice
from handlers.web.board import Board
from handlers.web.site import DESK, Site, Visit, context
from knowledge.sentence import Sentence


def number_of(visit: Visit) -> int:
    number: int = visit.request.path_params["id"]
    return number


def decision(visit: Visit, action: Action, **chosen: Any) -> Decision:
    """Build a decision from the fields that every form of a card carries; ``chosen`` are those of this action."""
    return Decision(
        click=Click(desk=DESK, workspace="", id=f"{visit.text('click')}:{action}"),
        by=visit.by,
        conversation_id=number_of(visit),
        action=action,
        seen_version=visit.number("version"),
        **chosen,
    )


def seen(visit: Visit) -> Seen:
    """Return what the writer saw of the citizen's words when the dialog opened."""
    return Seen(
        mention_id=visit.number("seen_id"),
        version=visit.number("seen_version"),
        text_hash=visit.text("seen_hash"),
    )


class Dialogs:
    """Shows dialogs, and settles what the bot answered."""

    def __init__(self, site: Site, board: Board) -> None:
        self.site = site
        self.board = board

    @property
    def office(self) -> FrontOffice:
        return self.site.office

    def show(self, visit: Visit, template: str, values: Mapping[str, Any], *, status: int = 200) -> Response:
        """Show a dialog; without our script it is a page of its own."""
        answer = self.site.pages.answer(
            visit.request,
            template,
            {"errors": {}, "filled": visit.form, **context(self.site, visit), **values},
            status=status,
        )
        answer.headers["x-balie"] = "dialog"
        return answer

    def settle(
        self, visit: Visit, answer: Answer, *, template: str = "", values: Mapping[str, Any] | None = None
    ) -> Response:
        """Done: the new card. Told: the sentence. Wrong: the same dialog again with words at the fields."""
        match answer:
            case Done():
                return self.done(visit, answer.card)
            case Told():
                return self.told(visit, answer.sentence)
            case Wrong() if template:
                return self.show(visit, template, {**(values or {}), "errors": answer.fields}, status=422)
            case Wrong():
                return self.told(visit, next(iter(answer.fields.values())))

    def done(self, visit: Visit, card: Card) -> Response:
        if visit.partly:
            return self.board.fragment(card, visit)
        return RedirectResponse(self.back(visit), status_code=303)

    def told(self, visit: Visit, sentence: Sentence) -> Response:
        answer = self.site.pages.answer(
            visit.request,
            "told.html",
            {**context(self.site, visit), "sentence": sentence, "back": self.back(visit)},
            status=409,
        )
        answer.headers["x-balie"] = "told"
        return answer

    def back(self, visit: Visit) -> str:
        """Return the address of the channel the visitor came from, at the card."""
        channel = visit.channel if visit.channel.replace("-", "").replace("_", "").isalnum() else ""
        return f"{self.site.home}?kanaal={channel}#kaart-{number_of(visit)}"

    async def card(self, visit: Visit) -> Card | None:
        return await self.office.card(number_of(visit), visit.by)

    async def view(self, visit: Visit) -> Dialog | Told:
        return await self.office.view(number_of(visit), visit.by)

    def gone(self, visit: Visit) -> Response:
        return self.site.pages.refused(visit.request, "gone")
