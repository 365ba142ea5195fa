"""``balie cards``: a page with every card and dialog in every state, to look at."""

from __future__ import annotations

import json
from pathlib import Path

import click

from handlers.commands.telling import tell
from knowledge.sentence import say


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("kaarten"), metavar="[MAP]")
def cards(folder: Path) -> None:
    """Teken elke kaart en elk venster, als pagina en als Block Kit voor Slack."""
    from handlers.gallery.page import gallery, wording
    from handlers.gallery.slack import messages, views

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(gallery(), encoding="utf-8")
    for kind, shown in (("kaart", messages(wording())), ("venster", views(wording()))):
        for name, payload in shown:
            text = json.dumps(payload, ensure_ascii=False, indent=1)
            (folder / f"{kind} {name.replace(':', '')}.json").write_text(text + "\n", encoding="utf-8")
    tell(say("Open %(path)s to see all cards.", path=str(folder / "index.html")))


COMMANDS: tuple[click.Command, ...] = (cards,)
