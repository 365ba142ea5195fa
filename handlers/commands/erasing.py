"""``balie erase``: what one citizen wrote, and what was learned from it, goes."""

from __future__ import annotations

import asyncio
import os

import click

from handlers.commands.telling import fail, tell, told, wording
from knowledge.sentence import Sentence, say

WORDS = {
    "conversations": say("Conversations: %(count)d"),
    "messages": say("Messages: %(count)d"),
    "versions": say("Earlier versions: %(count)d"),
    "early": say("Edits whose message never came: %(count)d"),
    "wordings": say("Wordings that were learned: %(count)d"),
    "drafts": say("Drafts: %(count)d"),
}


@click.command()
@click.argument("account", metavar="ACCOUNT")
@click.argument("author", metavar="INWONER")
@click.option("--yes", is_flag=True, help="Vraag niet of je het zeker weet.")
def erase(account: str, author: str, yes: bool) -> None:
    """Wis wat een inwoner op een account schreef, en wat daarvan is geleerd.

    INWONER is de naam zoals die op de kaart staat, of het vaste nummer. Onze eigen antwoorden blijven bewaard.
    """
    from bot import settings
    from bot.clock import SystemClock
    from bot.erasure import Erased, Erasure
    from bot.store import open_store

    with told():
        found = settings.read(os.environ)
        store = open_store(found.database, url=found.database_url, server=False)
    try:
        erasure = Erasure(store, SystemClock())
        count = asyncio.run(erasure.found(account, author))
        question = say("%(count)d conversations lose their text for ever. Go on?", count=count)
        if count and not yes and not click.confirm(wording().text(question)):
            return
        answer = asyncio.run(erasure.erase(account, author))
    finally:
        store.close()
    if not isinstance(answer, Erased):
        fail(answer.sentence)
    tell(say("This was removed; the cards follow while Balie runs. Backups of before still hold it."))
    for name, number in answer.counts.items():
        tell(Sentence(WORDS[name].text, {"count": number}))


COMMANDS: tuple[click.Command, ...] = (erase,)
