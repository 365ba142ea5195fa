"""From what Slack sends to who clicked what; pure, and unsure of everything that Slack sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.model import Click
from handlers.desks.slack.binding import Bound
from knowledge.rulebook.values import DeskIdentity

DESK = "slack"

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """One click on a card, on our home page or in a dialog."""

    by: DeskIdentity
    click: Click
    action: Mapping[str, Any]
    trigger: str  # opens a dialog, for three seconds
    channel: str = ""  # where the card stands
    message: str = ""
    thread: str = ""
    blocks: Sequence[Body] = ()  # of the message, as it stands there
    view: Mapping[str, Any] | None = None  # the dialog or page it stands in

    @property
    def in_dialog(self) -> bool:
        return self.view is not None and self.view.get("type") == "modal"

    @property
    def value(self) -> str:
        chosen = self.action.get("selected_option") or {}
        return str(self.action.get("value") or chosen.get("value") or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """One dialog, handed in."""

    by: DeskIdentity
    click: Click
    bound: Bound
    callback: str
    values: dict[str, Any]  # by name of the field
    view: Mapping[str, Any]
    trigger: str = ""


def identity(body: Body) -> DeskIdentity:
    """Return who this is: the user's own workspace, which differs from the card's in a shared channel."""
    user = body.get("user") or {}
    if isinstance(user, str):
        return DeskIdentity(desk=DESK, workspace=str((body.get("team") or {}).get("id", "")), user=user)
    team = user.get("team_id") or (body.get("team") or {}).get("id") or ""
    return DeskIdentity(desk=DESK, workspace=str(team), user=str(user.get("id", "")))


def to_pressed(body: Body) -> Pressed:
    """Read a click; the same delivery again gives the same click id."""
    by, action = identity(body), body["actions"][0]
    container, message = body.get("container") or {}, body.get("message") or {}
    where = container.get("message_ts") or container.get("view_id") or ""
    click = f"{action.get('action_ts', '')}:{where}:{action.get('action_id', '')}:{by.user}"
    return Pressed(
        by=by,
        click=Click(desk=DESK, workspace=by.workspace, id=click),
        action=action,
        trigger=str(body.get("trigger_id", "")),
        channel=str((body.get("channel") or {}).get("id") or container.get("channel_id") or ""),
        message=str(container.get("message_ts") or message.get("ts") or ""),
        thread=str(message.get("thread_ts") or ""),
        blocks=message.get("blocks") or (),
        view=body.get("view"),
    )


def to_handed_in(body: Body) -> HandedIn:
    """Read a dialog; handing in the same one twice is one click, whatever its trigger."""
    by, view = identity(body), body["view"]
    return HandedIn(
        by=by,
        click=Click(desk=DESK, workspace=by.workspace, id=f"{view['id']}:{view.get('hash', '')}:{by.user}"),
        bound=Bound.of(view["private_metadata"]),
        callback=view["callback_id"],
        values=filled_in(view),
        view=view,
        trigger=str(body.get("trigger_id", "")),
    )


def filled_in(view: Body) -> dict[str, Any]:
    """Return what stands in the fields of a dialog, by the name of the field."""
    state = (view.get("state") or {}).get("values") or {}
    return {name: _value(element) for block in state.values() for name, element in block.items()}


def _value(element: Body) -> Any:
    if "selected_date_time" in element:
        at = element["selected_date_time"]
        return datetime.fromtimestamp(at, UTC) if isinstance(at, int) else None
    if "selected_options" in element:
        return [each["value"] for each in element["selected_options"]]
    if "selected_option" in element:
        return (element["selected_option"] or {}).get("value")
    return element.get("value")
