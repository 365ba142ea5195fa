"""Step 1, "Antwoord schrijven": opening it claims, what is typed is kept, nothing here places anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from bot.conversation import Action, State
from bot.model import Dialog, Done, Draft, Preview, ReplyKind, Told
from handlers.cards import Verb, readers
from handlers.cards.written import OWN_WORDS, Choice, beginning, choices, entry_in
from handlers.web.acts import Dialogs, decision, number_of
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
            route("correct", self.correct, "GET"),
            route("schrijven", self.write, "GET", "POST"),
            route("concept", self.draft, "POST"),
        ]

    async def open(self, visit: Visit) -> Response:
        """Opening claims; what somebody else holds is taken over only after asking."""
        card = await self._dialogs.card(visit)
        if card is None:
            return self._dialogs.gone(visit)
        if card.state is State.CLAIMED and card.holder:
            if card.holder.key == visit.member.key:
                return await self.write(visit)
            return self._dialogs.show(visit, "ask_take_over.html", {"card": card, "verb": Verb.TAKE_OVER})
        answer = await self._dialogs.office.decide(decision(visit, Action.CLAIM, writing=True))
        return await self.write(visit) if isinstance(answer, Done) else self._dialogs.settle(visit, answer)

    async def read(self, visit: Visit) -> Response:
        """Show a private message without claiming it; that it was read is kept."""
        dialog = await self._dialogs.view(visit)
        if isinstance(dialog, Told):
            return self._dialogs.told(visit, dialog.sentence)
        return self._dialogs.show(visit, "read.html", {"dialog": dialog, "card": dialog.card})

    async def write(self, visit: Visit) -> Response:
        dialog = await self._dialogs.view(visit)
        if isinstance(dialog, Told):
            return self._dialogs.told(visit, dialog.sentence)
        return await self._show(visit, dialog, kind=kind_of(visit))

    async def correct(self, visit: Visit) -> Response:
        dialog = await self._dialogs.view(visit)
        if isinstance(dialog, Told):
            return self._dialogs.told(visit, dialog.sentence)
        return await self._show(visit, dialog, kind=ReplyKind.CORRECTION)

    async def draft(self, visit: Visit) -> Response:
        """Keep what is typed, and answer with how it would stand there."""
        draft = draft_of(visit)
        await self._dialogs.office.save_draft(draft)
        values = {"preview": await self._live(draft), "kept": True, "limit": visit.text("limit")}
        return self._dialogs.show(visit, "live.html", values)

    async def _show(self, visit: Visit, dialog: Dialog, *, kind: ReplyKind) -> Response:
        found: Sequence[Suggestion] = ()
        if searched := visit.text("zoek"):
            found = await self._dialogs.office.search(searched, number_of(visit), visit.by)
        offered = choices(dialog, found)
        text, chosen = _start(visit, dialog, offered, kind=kind)
        entry = entry_in(chosen)
        private = bool(visit.text("privately")) if "text" in visit.form else dialog.privately
        draft = Draft(
            conversation_id=number_of(visit), by=visit.by, text=text, entry=entry, kind=kind, privately=private
        )
        values = {
            "dialog": dialog,
            "card": dialog.card,
            "kind": kind,
            "text": text,
            "chosen": chosen if any(each.value == chosen for each in offered) else OWN_WORDS,
            "offered": offered,
            "found": found,
            "searched": searched,
            "audience": readers(dialog.card.mention.visibility),
            "own_words": OWN_WORDS,
            "privately": private,
            "preview": await self._live(draft),
            "kept": bool(dialog.text),
            "limit": dialog.limit,
        }
        return self._dialogs.show(visit, "write.html", values)

    async def _live(self, draft: Draft) -> Preview | None:
        preview = await self._dialogs.office.preview(draft) if draft.text.strip() else None
        return None if isinstance(preview, Told) else preview


def draft_of(visit: Visit) -> Draft:
    return Draft(
        conversation_id=number_of(visit),
        by=visit.by,
        text=visit.text("text"),
        entry=entry_of(visit),
        kind=kind_of(visit),
        privately=bool(visit.text("privately")),
    )


def entry_of(visit: Visit) -> str:
    """Return the chosen entry; empty for a fixed text and for own words."""
    return entry_in(visit.text("entry"))


def kind_of(visit: Visit) -> ReplyKind:
    return ReplyKind.CORRECTION if visit.text("kind") == ReplyKind.CORRECTION else ReplyKind.ANSWER


def _start(visit: Visit, dialog: Dialog, offered: Sequence[Choice], *, kind: ReplyKind) -> tuple[str, str]:
    """Return the text to begin with and its choice: what was typed, what was kept, what fits well, or nothing."""
    chosen = next((each for each in offered if each.value == visit.text("entry")), None)
    if chosen and visit.text("fill"):
        return chosen.text, chosen.value
    if "text" in visit.form:
        return visit.text("text"), visit.text("entry")
    return beginning(dialog, kind)
