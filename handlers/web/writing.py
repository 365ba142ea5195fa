"""Writing an answer in two steps: write it, see how it will stand there; only the second step places it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from bot.conversation import Action
from bot.model import Card, Dialog, Done, Draft, Face, Preview, ReplyKind, Told, Wrong
from handlers.cards import fit, readers
from handlers.web.acts import Dialogs, decision, number_of, seen
from handlers.web.changes import marked
from handlers.web.site import Visit, for_colleagues
from knowledge.advice import Suggestion


class Writing:
    def __init__(self, dialogs: Dialogs) -> None:
        self._dialogs = dialogs

    def routes(self) -> list[Route]:
        def route(name: str, page: Any, *methods: str) -> Route:
            return Route(f"/balie/kaart/{{id:int}}/{name}", for_colleagues(self._dialogs.site, page), methods=methods)

        return [
            route("answer", self.open, "POST"),
            route("continue", self.open, "POST"),
            route("read", self.read, "GET"),
            route("check", self.check, "GET"),
            route("correct", self.correct, "GET"),
            route("schrijven", self.write, "GET", "POST"),
            route("concept", self.draft, "POST"),
            route("bekijken", self.look, "POST"),
            route("plaatsen", self.place, "POST"),
            route("controleren", self.submit, "POST"),
            route("geplaatst", self.placed, "GET"),
        ]

    # --- step 1 ---------------------------------------------------------------------------------------------------

    async def open(self, visit: Visit) -> Response:
        """Opening claims; a conversation of somebody else is refused in words."""
        card = await self._dialogs.card(visit)
        if card is None:
            return self._dialogs.gone(visit)
        if Action.CLAIM in card.actions:
            answer = await self._dialogs.office.decide(decision(visit, Action.CLAIM, writing=True))
            if not isinstance(answer, Done):
                return self._dialogs.settle(visit, answer)
        return await self.write(visit)

    async def read(self, visit: Visit) -> Response:
        """Show a private message without claiming it; that it was read is kept."""
        dialog = await self._view(visit)
        if isinstance(dialog, Told):
            return self._dialogs.told(visit, dialog.sentence)
        return self._dialogs.show(visit, "read.html", {"dialog": dialog, "card": dialog.card})

    async def write(self, visit: Visit) -> Response:
        dialog = await self._view(visit)
        if isinstance(dialog, Told):
            return self._dialogs.told(visit, dialog.sentence)
        return self._show_writing(visit, dialog, await self._values(visit, dialog))

    async def correct(self, visit: Visit) -> Response:
        dialog = await self._view(visit)
        if isinstance(dialog, Told):
            return self._dialogs.told(visit, dialog.sentence)
        values = await self._values(visit, dialog)
        stands = dialog.card.reply.text if dialog.card.reply else ""
        return self._show_writing(
            visit, dialog, {**values, "kind": ReplyKind.CORRECTION, "text": dialog.text or stands}
        )

    async def draft(self, visit: Visit) -> Response:
        """Keep what is typed, and answer with how it would stand there."""
        draft = self._draft(visit)
        await self._dialogs.office.save_draft(draft)
        preview = await self._dialogs.office.preview(draft) if draft.text else None
        values = {"preview": None if isinstance(preview, Told) else preview}
        return self._dialogs.show(visit, "live.html", values)

    # --- step 2 ---------------------------------------------------------------------------------------------------

    async def look(self, visit: Visit) -> Response:
        draft = self._draft(visit)
        await self._dialogs.office.save_draft(draft)
        return await self._show_preview(visit, draft)

    async def check(self, visit: Visit) -> Response:
        """Show what another wrote, as it will stand there."""
        dialog = await self._view(visit)
        if isinstance(dialog, Told):
            return self._dialogs.told(visit, dialog.sentence)
        draft = Draft(conversation_id=number_of(visit), by=visit.by, text=dialog.text, entry=dialog.entry)
        return await self._show_preview(visit, draft, checking=True)

    async def place(self, visit: Visit) -> Response:
        action = Action.CORRECT if self._draft(visit).kind is ReplyKind.CORRECTION else Action.APPROVE
        return await self._hand_in(visit, action)

    async def submit(self, visit: Visit) -> Response:
        return await self._hand_in(visit, Action.SUBMIT)

    async def placed(self, visit: Visit) -> Response:
        card = await self._dialogs.card(visit)
        return self._show_placed(visit, card) if card else self._dialogs.gone(visit)

    async def _hand_in(self, visit: Visit, action: Action) -> Response:
        draft = self._draft(visit)
        answer = await self._dialogs.office.decide(
            decision(
                visit,
                action,
                seen=seen(visit),
                text=draft.text,
                entry=draft.entry,
                personal_allowed=bool(visit.text("personal")),
                split=bool(visit.text("split")),
            )
        )
        match answer:
            case Done() if action is not Action.SUBMIT:
                return self._show_placed(visit, answer.card)
            case Wrong():
                errors = answer.fields
                return await self._show_preview(visit, draft, errors=errors, checking=bool(visit.text("checking")))
        return self._dialogs.settle(visit, answer)

    # --- what the dialogs need ------------------------------------------------------------------------------------

    async def _view(self, visit: Visit) -> Dialog | Told:
        return await self._dialogs.office.view(number_of(visit), visit.by)

    def _draft(self, visit: Visit) -> Draft:
        kind = ReplyKind.CORRECTION if visit.text("kind") == ReplyKind.CORRECTION else ReplyKind.ANSWER
        return Draft(
            conversation_id=number_of(visit), by=visit.by, text=visit.text("text"), entry=visit.text("entry"), kind=kind
        )

    async def _values(self, visit: Visit, dialog: Dialog) -> Mapping[str, Any]:
        """What was typed a moment ago wins over what was kept."""
        searched = visit.text("zoek")
        found: Sequence[Suggestion] = ()
        if searched:
            found = await self._dialogs.office.search(searched, number_of(visit), visit.by)
        known = {each.entry for each in dialog.suggestions}
        offered = [*dialog.suggestions, *(each for each in found if each.entry not in known)]
        text, entry = dialog.text, dialog.entry
        if "text" in visit.form:
            text, entry = visit.text("text"), visit.text("entry")
        if visit.text("fill"):
            chosen = next((each for each in offered if each.entry == visit.text("entry")), None)
            text, entry = (fitting(chosen, dialog.room), chosen.entry) if chosen else (text, entry)
        return {"text": text, "entry": entry, "offered": offered, "searched": searched, "found": found}

    def _show_writing(self, visit: Visit, dialog: Dialog, values: Mapping[str, Any]) -> Response:
        own = {"dialog": dialog, "card": dialog.card, "kind": ReplyKind.ANSWER, "fit_words": fit, "fitting": fitting}
        visible = readers(dialog.card.mention.visibility)
        return self._dialogs.show(visit, "write.html", {**own, "audience": visible, **values})

    async def _show_preview(
        self, visit: Visit, draft: Draft, *, errors: Mapping[str, Any] | None = None, checking: bool = False
    ) -> Response:
        preview = await self._dialogs.office.preview(draft)
        if isinstance(preview, Told):
            return self._dialogs.told(visit, preview.sentence)
        dialog = await self._view(visit)
        if isinstance(dialog, Told):
            return self._dialogs.told(visit, dialog.sentence)
        values = {
            "dialog": dialog,
            "card": dialog.card,
            "draft": draft,
            "preview": preview,
            "audience": readers(preview.visibility),
            "may_go": _may_go(preview),
            "checking": checking,
            "errors": errors or {},
            "marked": _changed(dialog, preview) if checking else None,
        }
        return self._dialogs.show(visit, "preview.html", values, status=422 if errors else 200)

    def _show_placed(self, visit: Visit, card: Card) -> Response:
        values = {"view": self._dialogs.board.view(card, visit), "card": card, "waiting": card.face is Face.WAITING}
        return self._dialogs.show(visit, "placed.html", values)


def fitting(suggestion: Suggestion, room: int) -> str:
    """Return the answer, or the short one when the long one has no room."""
    return suggestion.short if suggestion.short and len(suggestion.answer) > room else suggestion.answer


def _may_go(preview: Preview) -> bool:
    return preview.blocked is None or len(preview.parts) > 1


def _changed(dialog: Dialog, preview: Preview) -> Any:
    source = next((each for each in dialog.suggestions if each.entry == dialog.entry), None)
    return marked(preview.text, source.answer if source else "") if source else None
