"""Step 2, "Zo komt het er te staan": the only page from which a text goes to a public channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from starlette.responses import Response
from starlette.routing import Route

from bot.conversation import Action
from bot.model import Card, Dialog, Done, Draft, Face, Preview, ReplyKind, Told, Wrong
from handlers.cards import stands_where
from handlers.cards.changed import changes
from handlers.web.acts import Dialogs, decision, number_of, seen
from handlers.web.changes import marked
from handlers.web.site import Visit, for_colleagues
from handlers.web.writing import draft_of, kind_of


class Placing:
    def __init__(self, dialogs: Dialogs) -> None:
        self._dialogs = dialogs

    def routes(self) -> list[Route]:
        def route(name: str, page: Any, method: str) -> Route:
            return Route(f"/balie/kaart/{{id:int}}/{name}", for_colleagues(self._dialogs.site, page), methods=[method])

        return [
            route("bekijken", self.look, "POST"),
            route("check", self.check, "GET"),
            route("plaatsen", self.place, "POST"),
            route("controleren", self.submit, "POST"),
            route("geplaatst", self.placed, "GET"),
        ]

    async def look(self, visit: Visit) -> Response:
        draft = draft_of(visit)
        await self._dialogs.office.save_draft(draft)
        return await self._show(visit, draft)

    async def check(self, visit: Visit) -> Response:
        """Show what another wrote, as it will stand there."""
        dialog = await self._dialogs.view(visit)
        if isinstance(dialog, Told):
            return self._dialogs.told(visit, dialog.sentence)
        draft = Draft(
            conversation_id=number_of(visit),
            by=visit.by,
            text=dialog.text,
            entry=dialog.entry,
            privately=dialog.privately,
        )
        return await self._show(visit, draft, checking=True)

    async def place(self, visit: Visit) -> Response:
        return await self._hand_in(visit, Action.CORRECT if kind_of(visit) is ReplyKind.CORRECTION else Action.APPROVE)

    async def submit(self, visit: Visit) -> Response:
        return await self._hand_in(visit, Action.SUBMIT)

    async def placed(self, visit: Visit) -> Response:
        card = await self._dialogs.card(visit)
        return self._show_placed(visit, card) if card else self._dialogs.gone(visit)

    async def _hand_in(self, visit: Visit, action: Action) -> Response:
        draft = draft_of(visit)
        answer = await self._dialogs.office.decide(
            decision(
                visit,
                action,
                seen=seen(visit),
                text=draft.text,
                entry=draft.entry,
                personal_allowed=bool(visit.text("personal")),
                split=bool(visit.text("split")),
                privately=draft.privately,
            )
        )
        match answer:
            case Done() if action is not Action.SUBMIT:
                return self._show_placed(visit, answer.card)
            case Wrong():
                return await self._show(visit, draft, errors=answer.fields, checking=bool(visit.text("checking")))
        return self._dialogs.settle(visit, answer)

    async def _show(
        self, visit: Visit, draft: Draft, *, errors: Mapping[str, Any] | None = None, checking: bool = False
    ) -> Response:
        dialog = await self._dialogs.view(visit)
        preview = await self._dialogs.office.preview(draft)
        if isinstance(dialog, Told):
            return self._dialogs.told(visit, dialog.sentence)
        if isinstance(preview, Told):
            return self._dialogs.told(visit, preview.sentence)
        values = {
            "dialog": dialog,
            "card": dialog.card,
            "draft": draft,
            "preview": preview,
            "where": stands_where(dialog.card, preview.visibility),
            "may_go": preview.blocked is None or len(preview.parts) > 1,
            "checking": checking,
            "errors": errors or {},
            "marked": _changed(dialog, preview) if checking else None,
            # the decision is bound to what the writer saw when the text was written
            "bound": visit.form if "seen_id" in visit.form else None,
        }
        return self._dialogs.show(visit, "preview.html", values, status=422 if errors else 200)

    def _show_placed(self, visit: Visit, card: Card) -> Response:
        values = {"view": self._dialogs.board.view(card, visit), "card": card, "waiting": card.face is Face.WAITING}
        return self._dialogs.show(visit, "placed.html", values)


def _changed(dialog: Dialog, preview: Preview) -> Markup | None:
    """Mark what the writer changed in a standard answer; None when it did not begin with one."""
    pieces = changes(preview, dialog)
    return marked(pieces) if pieces else None
