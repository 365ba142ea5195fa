"""An import in four steps: choose a file, match its columns, see what will change, read what was done."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from hashlib import sha256

from starlette.datastructures import UploadFile
from starlette.responses import Response
from starlette.routing import Route

from bot.answers import Answers
from bot.model import Told
from bot.model.answers import Import
from handlers.exchange import rows_of, source_of
from handlers.web.answers import uploads
from handlers.web.answers.binder import HOME, Binder
from handlers.web.answers.differences import Shown, shown
from handlers.web.answers.uploads import Upload
from handlers.web.site import Visit, for_colleagues
from knowledge.exchange import ENDINGS, FIELDS, MAX_BYTES, NAMES, Kind, Plan, Sheet, Unreadable, guess
from knowledge.exchange.columns import MANY
from knowledge.sentence import Sentence, say

IMPORT = f"{HOME}/import"
UPLOAD_BODY = 2 * MAX_BYTES  # a file that is somewhat too large is told so in words, on the page
CHOICES_BODY = 1024 * 1024
MAX_CHOICES = 5000  # columns and conflicts in one form
EXAMPLES = 2
MUST = ("question", "answer")
GONE = say("This file is not here any more. Choose it once more.")
ONLY_COORDINATOR = say("Only the coordinator brings in files. Ask the coordinator.")
CHANGED = say("Something changed here in the meantime. Look once more at what will change.")


class Importing:
    def __init__(self, binder: Binder) -> None:
        self._binder = binder

    @property
    def _answers(self) -> Answers:
        return self._binder.answers

    def routes(self) -> list[Route]:
        site = self._binder.site
        upload = for_colleagues(site, self.upload, files=1)
        see = for_colleagues(site, self.see, fields=MAX_CHOICES)
        take_over = for_colleagues(site, self.take_over, fields=MAX_CHOICES)
        return [
            Route(IMPORT, for_colleagues(site, self.page)),
            Route(IMPORT, upload, methods=["POST"], max_body_size=UPLOAD_BODY),
            Route(f"{IMPORT}/kolommen/{{upload}}", for_colleagues(site, self.columns)),
            Route(f"{IMPORT}/bekijken/{{upload}}", see, methods=["POST"], max_body_size=CHOICES_BODY),
            Route(f"{IMPORT}/overnemen/{{upload}}", take_over, methods=["POST"], max_body_size=CHOICES_BODY),
            Route(f"{IMPORT}/{{id:row}}", for_colleagues(site, self.report)),
            Route(f"{IMPORT}/{{id:row}}/terugdraaien", for_colleagues(site, self.undo), methods=["POST"]),
        ]

    async def page(self, visit: Visit) -> Response:
        """Step 1: choose a file; and what was brought in before."""
        return await self._first(visit)

    async def upload(self, visit: Visit) -> Response:
        if not self._binder.coordinates(visit):
            return self._binder.told(visit, ONLY_COORDINATOR)
        file = visit.form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            return await self._first(visit, say("Choose a file first."))
        content = await file.read(MAX_BYTES + 1)
        name = file.filename.replace("\\", "/").rpartition("/")[2][-120:]
        try:
            await Upload(id="", name=name, content=content).sheet()
        except Unreadable as reason:
            return await self._first(visit, *reason.sentences)
        made = await uploads.keep(self._binder.memory, visit, name=name, content=content)
        return self._binder.go(f"{IMPORT}/kolommen/{made.id}")

    async def columns(self, visit: Visit) -> Response:
        """Step 2: which column is which."""
        found = await self._upload(visit)
        if isinstance(found, Response):
            return found
        sheet = await found.sheet()
        return self._columns(visit, found, sheet, guess(sheet.columns))

    async def see(self, visit: Visit) -> Response:
        """Step 3: what will change."""
        found = await self._upload(visit)
        if isinstance(found, Response):
            return found
        sheet = await found.sheet()
        chosen, wrong = _chosen(visit, sheet)
        if wrong:
            return self._columns(visit, found, sheet, chosen, wrong)
        plan = await self._plan(visit, found, sheet, chosen)
        if isinstance(plan, Told):
            return self._binder.told(visit, plan.sentence)
        return self._plan_page(visit, found, chosen, plan, fields=_fields_of(visit))

    async def take_over(self, visit: Visit) -> Response:
        """Go on: write it, unless something changed since the colleague looked."""
        found = await self._upload(visit)
        if isinstance(found, Response):
            return found
        sheet = await found.sheet()
        chosen, _ = _chosen(visit, sheet)
        plan = await self._plan(visit, found, sheet, chosen)
        if isinstance(plan, Told):
            return self._binder.told(visit, plan.sentence)
        fields = _fields_of(visit)
        if visit.text("seen") != mark(plan):
            return self._plan_page(visit, found, chosen, plan, fields=fields, told=CHANGED)
        of_file = [str(key) for key in visit.form.getlist("file")]
        taken = await self._answers.take_over(
            plan, source=source_of(found.name), name=found.name, by=visit.by, chosen=of_file
        )
        if isinstance(taken, Told):
            return self._plan_page(visit, found, chosen, plan, fields=fields, told=taken.sentence)
        await uploads.forget(self._binder.memory, visit)
        views = [each for each in shown(plan) if each.change.kind is Kind.BROKEN]
        values = {"taken": taken, "name": found.name, "broken": views, "one": await self._one(visit, taken.import_id)}
        return self._binder.show(visit, "report.html", values)

    async def report(self, visit: Visit) -> Response:
        one = await self._one(visit, visit.request.path_params["id"])
        if one is None:
            return self._binder.gone(visit)
        return self._binder.show(visit, "report.html", {"taken": None, "name": one.name, "broken": [], "one": one})

    async def undo(self, visit: Visit) -> Response:
        id = visit.request.path_params["id"]
        undone = await self._answers.undo_import(id, by=visit.by)
        if isinstance(undone, Told):
            return self._binder.told(visit, undone.sentence, back=IMPORT)
        return self._binder.show(visit, "undone.html", {"undone": undone})

    async def _first(self, visit: Visit, *wrong: Sentence) -> Response:
        values = {
            "imports": await self._answers.imports(by=visit.by),
            "endings": ENDINGS,
            "wrong": wrong,
            "most": MAX_BYTES // 1024 // 1024,
        }
        return self._binder.show(visit, "import.html", values, status=422 if wrong else 200)

    async def _upload(self, visit: Visit) -> Upload | Response:
        if not self._binder.coordinates(visit):
            return self._binder.told(visit, ONLY_COORDINATOR)
        found = await uploads.kept(self._binder.memory, visit, visit.request.path_params["upload"])
        return found or self._binder.told(visit, GONE, back=IMPORT)

    async def _plan(self, visit: Visit, upload: Upload, sheet: Sheet, chosen: Mapping[str, str]) -> Plan | Told:
        book = self._binder.site.rulebook()
        rows = await asyncio.to_thread(rows_of, sheet, chosen, book)
        return await self._answers.plan(rows, source=source_of(upload.name), by=visit.by)

    async def _one(self, visit: Visit, id: int) -> Import | None:
        return next((each for each in await self._answers.imports(by=visit.by) if each.id == id), None)

    def _columns(
        self, visit: Visit, upload: Upload, sheet: Sheet, chosen: Mapping[str, str], wrong: Sequence[Sentence] = ()
    ) -> Response:
        columns = [
            {"name": column, "field": chosen.get(column, ""), "examples": _examples(sheet, place)}
            for place, column in enumerate(sheet.columns)
        ]
        values = {"upload": upload, "columns": columns, "fields": FIELDS, "rows": len(sheet.lines), "wrong": wrong}
        return self._binder.show(visit, "columns.html", values, status=422 if wrong else 200)

    def _plan_page(
        self,
        visit: Visit,
        upload: Upload,
        chosen: Mapping[str, str],
        plan: Plan,
        *,
        fields: Sequence[tuple[str, str]],
        told: Sentence | None = None,
    ) -> Response:
        groups: dict[str, list[Shown]] = {kind: [] for kind in Kind}
        for each in shown(plan):
            groups[each.change.kind].append(each)
        counts = {str(kind): count for kind, count in plan.counts().items()}
        values = {
            "upload": upload,
            "groups": groups,
            "counts": counts,
            "fields": fields,
            "seen": mark(plan),
            "told": told,
            "writes": counts[Kind.NEW] + counts[Kind.CHANGED],
        }
        return self._binder.show(visit, "plan.html", values, status=409 if told else 200)


def mark(plan: Plan) -> str:
    """Return what tells one plan from another: two that write the same have the same mark."""
    said = [(change.key, change.kind, change.entry, change.before) for change in plan.changes]
    return sha256(repr(said).encode()).hexdigest()[:32]


def _chosen(visit: Visit, sheet: Sheet) -> tuple[dict[str, str], list[Sentence]]:
    """Read which column is which, and what is wrong with that."""
    fields = [visit.text(f"kolom{place}") for place in range(len(sheet.columns))]
    chosen = {column: field for column, field in zip(sheet.columns, fields, strict=True) if field in FIELDS}
    wrong = [say("Choose a column for: %(name)s", name=NAMES[name]) for name in MUST if name not in fields]
    for name in FIELDS:
        if name != MANY and fields.count(name) > 1:
            wrong.append(say("You chose two columns for: %(name)s", name=NAMES[name]))
    return chosen, wrong


def _fields_of(visit: Visit) -> list[tuple[str, str]]:
    """Return the choice of columns as it was handed in, for the next form."""
    return [(name, str(value)) for name, value in visit.form.multi_items() if name.startswith("kolom")]


def _examples(sheet: Sheet, place: int) -> list[str]:
    found = (line.cells[place] for line in sheet.lines if line.cells)
    texts = (", ".join(cell) if isinstance(cell, tuple) else str(cell) for cell in found if cell not in (None, "", ()))
    return [text[:80] for text, _ in zip(texts, range(EXAMPLES), strict=False)]
