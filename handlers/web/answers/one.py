"""One answer: read, write, take out of use, bring an older one back, and what was learned about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from bot.model import Told, Wrong
from bot.model.answers import Kept, Proposed, Saved
from handlers.web.answers.binder import HOME, Binder, path_of
from handlers.web.site import Visit, for_colleagues
from knowledge.exchange import FIELDS, filled
from knowledge.faq import SHORT, Entry

ONE = f"{HOME}/antwoord/{{key}}"


class One:
    def __init__(self, binder: Binder) -> None:
        self._binder = binder
        self._answers = binder.answers

    def routes(self) -> list[Route]:
        site = self._binder.site
        return [
            Route(f"{HOME}/nieuw", for_colleagues(site, self.new)),
            Route(f"{HOME}/nieuw", for_colleagues(site, self.save_new), methods=["POST"]),
            Route(ONE, for_colleagues(site, self.page)),
            Route(f"{ONE}/wijzigen", for_colleagues(site, self.change)),
            Route(f"{ONE}/wijzigen", for_colleagues(site, self.save), methods=["POST"]),
            Route(f"{ONE}/weg", for_colleagues(site, self.retire), methods=["POST"]),
            Route(f"{ONE}/terug", for_colleagues(site, self.restore), methods=["POST"]),
            Route(f"{ONE}/bewoording/{{id:row}}/weg", for_colleagues(site, self.unlearn), methods=["POST"]),
        ]

    async def page(self, visit: Visit) -> Response:
        kept = await self._kept(visit)
        if kept is None:
            return self._binder.gone(visit)
        values = {
            "kept": kept,
            "entry": kept.entry,
            "history": await self._answers.history(kept.entry.key, by=visit.by),
            "wordings": await self._answers.phrasings(kept.entry.key, by=visit.by),
            "publishes": await self._answers.may_publish(kept.entry, by=visit.by),
        }
        return self._binder.show(visit, "one.html", values)

    async def new(self, visit: Visit) -> Response:
        """Show an empty form, or one that begins with the questions of a gap."""
        asked = visit.request.query_params
        begin = {name: asked.get(name, "")[:2000] for name in ("question", "variants", "department", "topic")}
        return await self._form(visit, begin)

    async def change(self, visit: Visit) -> Response:
        kept = await self._kept(visit)
        if kept is None:
            return self._binder.gone(visit)
        return await self._form(visit, _written(kept.entry), kept=kept)

    async def save_new(self, visit: Visit) -> Response:
        return await self._save(visit, kept=None)

    async def save(self, visit: Visit) -> Response:
        kept = await self._kept(visit)
        return await self._save(visit, kept=kept) if kept else self._binder.gone(visit)

    async def retire(self, visit: Visit) -> Response:
        key = _key(visit)
        saved = await self._answers.retire(key, seen_revision=visit.number("revision"), by=visit.by)
        return self._settled(visit, saved, "retired")

    async def restore(self, visit: Visit) -> Response:
        key, number = _key(visit), visit.number("number")
        saved = await self._answers.restore(key, number, seen_revision=visit.number("revision"), by=visit.by)
        return self._settled(visit, saved, "restored")

    async def unlearn(self, visit: Visit) -> Response:
        told = await self._answers.undo_phrasing(visit.request.path_params["id"], by=visit.by)
        if isinstance(told, Told):
            return self._binder.told(visit, told.sentence, back=path_of(_key(visit)))
        return self._binder.go(path_of(_key(visit)), "unlearned")

    async def _kept(self, visit: Visit) -> Kept | None:
        return await self._answers.one(_key(visit), by=visit.by)

    async def _save(self, visit: Visit, *, kept: Kept | None) -> Response:
        written = {name: visit.text(name) for name in FIELDS if name != "key"}
        made = filled(written)
        if not isinstance(made, Entry):
            return await self._form(visit, written, kept=kept, errors=made)
        entry = replace(made, key=kept.entry.key if kept else "")
        seen = visit.number("revision") if kept else 0
        result = await self._answers.save(entry, seen_revision=seen, by=visit.by, note=visit.text("note")[:300])
        match result:
            case Saved():
                return self._binder.go(path_of(result.key), "saved")
            case Proposed():
                values = {"names_of": [each.name for each in result.deciders], "question": entry.question}
                return self._binder.show(visit, "proposed.html", values)
            case Wrong():
                return await self._form(visit, written, kept=kept, errors=result.fields)
            case Told():
                return await self._form(visit, written, kept=kept, errors={"": result.sentence})

    async def _form(
        self, visit: Visit, written: dict[str, str], *, kept: Kept | None = None, errors: Any = None
    ) -> Response:
        if kept is None:
            title_entry = Entry(key="", question="", answer="", department=written.get("department", ""))
        else:
            title_entry = kept.entry
        values = {
            "written": {**dict.fromkeys(FIELDS, ""), "formal": "u", "language": "nl", **written},
            "kept": kept,
            "revision": visit.number("revision") or (kept.revision if kept else 0),
            "short_most": SHORT,
            "publishes": await self._answers.may_publish(title_entry, by=visit.by),
            "errors": errors or {},
            "note": visit.text("note"),
        }
        return self._binder.show(visit, "form.html", values, status=422 if errors else 200)

    def _settled(self, visit: Visit, result: Saved | Told, done: str) -> Response:
        if isinstance(result, Told):
            return self._binder.told(visit, result.sentence, back=path_of(_key(visit)))
        return self._binder.go(path_of(_key(visit)), done)


def _key(visit: Visit) -> str:
    key: str = visit.request.path_params["key"]
    return key


def _written(entry: Entry) -> dict[str, str]:
    """Return an entry as it is filled in."""
    return {
        **{name: str(getattr(entry, name) or "") for name in FIELDS},
        "variants": "\n".join(entry.variants),
        "formal": "u" if entry.formal else "je",
    }
