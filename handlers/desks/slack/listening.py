"""Which listener hears what: the whole of what Slack can ask of Balie, in one table."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.errors import ShowFailed, StoreUnavailable
from handlers.desks.slack import words
from handlers.desks.slack.binding import Bound
from handlers.desks.slack.buttons import Buttons
from handlers.desks.slack.calls import quiet
from handlers.desks.slack.card import CLICK
from handlers.desks.slack.dialogs import Dialogs
from handlers.desks.slack.home import Home
from handlers.desks.slack.payload import DESK, identity, to_handed_in, to_pressed
from handlers.desks.slack.threads import Threads
from handlers.desks.slack.workspace import Ack, Workspace
from handlers.desks.slack.writing import ENTRY, SEARCH, TEXT
from knowledge.rulebook.values import DeskIdentity

OURS = re.compile(rf"{CLICK}\..*")

log = structlog.get_logger()


def bolt_app(workspace: Workspace, *, team: str, bot_id: str, bot_user: str, secret: str) -> AsyncApp:
    """Return the app; Slack gets its acknowledgement only after a listener gave it."""

    async def authorize(**_: Any) -> AuthorizeResult:
        token = workspace.calls.client.token
        return AuthorizeResult(enterprise_id=None, team_id=team, bot_id=bot_id, bot_user_id=bot_user, bot_token=token)

    app = AsyncApp(
        name="balie",
        logger=quiet,
        signing_secret=secret,
        authorize=authorize,
        process_before_response=True,
    )
    buttons = Buttons(workspace)
    _clicks(app, workspace, buttons, Dialogs(workspace, buttons))
    _reading(app, workspace, Home(workspace), Threads(workspace, bot_user=bot_user), team)
    return app


def _clicks(app: AsyncApp, workspace: Workspace, buttons: Buttons, dialogs: Dialogs) -> None:
    """What can change something: a click on a button or in a dialog, and nothing else."""

    async def press(body: dict[str, Any], ack: Ack) -> None:
        pressed = to_pressed(body)
        try:
            await buttons.press(pressed, ack)
        except StoreUnavailable:
            log.warning("a click was not kept")
            await workspace.tell(pressed, words.TRY_AGAIN)

    async def typed(body: dict[str, Any], ack: Ack) -> None:
        await dialogs.typed(to_pressed(body), ack)

    async def chose(body: dict[str, Any], ack: Ack) -> None:
        await dialogs.chose(to_pressed(body), ack)

    async def search(body: dict[str, Any], ack: Ack) -> None:
        bound = Bound.of(body["view"]["private_metadata"])
        await ack(options=await dialogs.found(str(body.get("value") or ""), bound, identity(body)))

    async def hand_in(body: dict[str, Any], ack: Ack) -> None:
        try:
            await dialogs.hand_in(to_handed_in(body), ack)
        except StoreUnavailable:
            log.warning("a dialog was not kept")

    app.action(OURS)(press)
    app.action(TEXT)(typed)
    app.action(ENTRY)(chose)
    app.action(SEARCH)(chose)
    app.options(SEARCH)(search)
    app.view(OURS)(hand_in)


def _reading(app: AsyncApp, workspace: Workspace, home: Home, threads: Threads, team: str) -> None:
    """What changes nothing: messages, the home page and /balie."""

    async def command(body: dict[str, Any], ack: Ack) -> None:
        by = DeskIdentity(desk=DESK, workspace=str(body.get("team_id", "")), user=str(body.get("user_id", "")))
        await ack(**await home.command(str(body.get("text") or ""), by))

    async def opened(event: dict[str, Any]) -> None:
        if event.get("tab") == "home":
            by = DeskIdentity(desk=DESK, workspace=team, user=str(event["user"]))
            await workspace.calls("views.publish", user_id=by.user, view=await home.page(by))

    async def joined(event: dict[str, Any]) -> None:
        await threads.joined({**event, "team": event.get("team") or team})

    app.command("/balie")(command)
    for name, hear in (
        ("app_home_opened", opened),
        ("member_joined_channel", joined),
        ("app_mention", threads.asked),
        ("message", threads.typed),
    ):
        app.event(name)(_heard(hear))


def _heard(hear: Callable[[dict[str, Any]], Any]) -> Callable[..., Any]:
    """Answer an event at best; an event that was not answered is sent again, and most are not worth that."""

    async def listener(event: dict[str, Any]) -> None:
        try:
            await hear(event)
        except ShowFailed as exc:
            log.warning("an event was not answered", kind=event.get("type"), reason=type(exc).__name__)

    return listener
