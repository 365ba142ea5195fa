"""The description of the app that a town pastes into Slack."""

from __future__ import annotations

from typing import Any

from handlers.desks.slack.webhook import PATH
from handlers.wording import Wording
from knowledge.sentence import say

COMMAND = "/balie"
# what each is for: see docs/slack.md
SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "groups:history",
    "groups:read",
    "users:read",
)
EVENTS = ("app_home_opened", "app_mention", "member_joined_channel", "message.channels", "message.groups")

READ_ONLY = {"messages_tab_read_only_enabled": True}  # Balie asks there; nothing that is typed means anything


def manifest(wording: Wording, *, address: str = "") -> dict[str, Any]:
    """Return the manifest for Socket Mode, or with ``address`` for signed HTTP."""
    url = f"{address}{PATH}" if address else ""
    command = {
        "command": COMMAND,
        "description": wording.text(say("My desk, search and help")),
        "usage_hint": wording.text(say("mijn | wacht | laat | zoek words | help")),
        "should_escape": False,
        **({"url": url} if url else {}),
    }
    return {
        "display_information": {
            "name": "Balie",
            "description": wording.text(say("Answer residents from the team chat")),
            "background_color": "#0b5a82",
        },
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, **READ_ONLY},
            "bot_user": {"display_name": "Balie", "always_online": True},
            "slash_commands": [command],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS), **({"request_url": url} if url else {})},
            "interactivity": {
                "is_enabled": True,
                **({"request_url": url, "message_menu_options_url": url} if url else {}),
            },
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }
