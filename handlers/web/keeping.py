"""From an answered card to the standard answers: keep the answer as a new one, or make the one it came from better."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from bot.model import Told, Wrong
from bot.model.answers import AnswerDraft
from handlers.cards import Verb
from handlers.cards.kept import KEEPS, changed, outcome
from handlers.web.acts import Dialogs, number_of
from handlers.web.site import Visit, for_colleagues

FIELDS = ("question", "answer", "short")


class Keeping:
    def __init__(self, dialogs: Dialogs) -> None:
        self._dialogs = dialogs

    def routes(self) -> list[Route]:
        return [self._route(verb, method) for verb in KEEPS for method in ("GET", "POST")]

    def _route(self, verb: Verb, method: str) -> Route:
        async def begin(visit: Visit) -> Response:
            return await self._begin(visit, verb)

        async def keep(visit: Visit) -> Response:
            return await self._keep(visit, verb)

        page = keep if method == "POST" else begin
        return Route(f"/balie/kaart/{{id:int}}/{verb}", for_colleagues(self._dialogs.site, page), methods=[method])

    async def _begin(self, visit: Visit, verb: Verb) -> Response:
        draft = await self._draft(visit, verb)
        return self._told(visit, draft) if isinstance(draft, Told) else self._show(visit, verb, draft)

    async def _keep(self, visit: Visit, verb: Verb) -> Response:
        draft = await self._draft(visit, verb)
        if isinstance(draft, Told):
            return self._told(visit, draft)
        entry = changed(draft.entry, {name: visit.text(name) for name in FIELDS})
        office, seen = self._dialogs.office, visit.number("revision")
        answer = await office.keep_answer(number_of(visit), visit.by, entry, seen_revision=seen)
        if isinstance(answer, Told):
            return self._told(visit, answer)
        if isinstance(answer, Wrong):
            return self._show(visit, verb, draft, wrong=answer)
        values = {"card": draft.card, "sentence": outcome(answer), "verb": verb}
        return self._dialogs.show(visit, "kept.html", values)

    async def _draft(self, visit: Visit, verb: Verb) -> AnswerDraft | Told:
        return await self._dialogs.office.begin_answer(number_of(visit), visit.by, anew=verb is Verb.KEEP_NEW)

    def _show(self, visit: Visit, verb: Verb, draft: AnswerDraft, *, wrong: Wrong | None = None) -> Response:
        values = {
            "card": draft.card,
            "verb": verb,
            "draft": draft,
            "revision": visit.number("revision") if wrong else draft.seen_revision,
            "written": {name: visit.text(name) if wrong else getattr(draft.entry, name) for name in FIELDS},
            "errors": wrong.fields if wrong else {},
        }
        return self._dialogs.show(visit, "ask_keep.html", values, status=422 if wrong else 200)

    def _told(self, visit: Visit, told: Told) -> Response:
        return self._dialogs.told(visit, told.sentence)
