"""The pages "Standaardantwoorden": for a coordinator who never sees a command line."""

from __future__ import annotations

from starlette.routing import Route

from bot.answers import Answers
from bot.links import Links
from bot.ports import Memory
from handlers.web.answers.binder import Binder
from handlers.web.answers.importing import Importing
from handlers.web.answers.listing import Listing
from handlers.web.answers.one import One
from handlers.web.answers.todo import Todo
from handlers.web.site import Site


def answer_routes(site: Site, answers: Answers, memory: Memory, links: Links | None = None) -> list[Route]:
    binder = Binder(site=site, answers=answers, memory=memory, links=links)
    return [
        *Listing(binder).routes(),
        *One(binder).routes(),
        *Importing(binder).routes(),
        *Todo(binder).routes(),
    ]
