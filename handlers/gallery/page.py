"""One page with every card and dialog: as the web desk shows it, and as Slack does."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from bot.model import Card
from handlers.cards import card_text
from handlers.gallery import block_kit
from handlers.gallery.samples import NOW, ZONE, cards
from handlers.gallery.slack import messages, views
from handlers.web.board import CardView
from handlers.web.pages import STATIC, Pages
from handlers.wording import Wording


def wording() -> Wording:
    """Return Dutch words on the afternoon of the samples."""
    return Wording("nl", zone=ZONE, now=lambda: NOW.astimezone(UTC))


def gallery() -> str:
    """Return the page, with everything it needs inside."""
    words = wording()
    pages = Pages(words)
    web = {name: _web(pages, card) for name, card in cards()}
    shown = [(name, web.get(name, ""), block_kit.message(each)) for name, each in messages(words)]
    shown += [(name, "", block_kit.dialog(each)) for name, each in views(words)]
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
    css = (STATIC / "balie.css").read_text(encoding="utf-8")
    return environment.get_template("gallery.html").render(css=css, shown=shown)


def _web(pages: Pages, card: Card) -> str:
    view = CardView(card=card, text=card_text(card), again=0)
    return pages.render(
        "card.html", {"layout": "part.html", "view": view, "channel": "", "token": "", "home": "/balie"}
    )
