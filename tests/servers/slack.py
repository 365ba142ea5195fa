"""A Slack workspace on loopback: the Web API that Balie uses, Socket Mode, signed HTTP, and people who click."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import WSMsgType, web

from tests.servers.faults import Fault
from tests.servers.slack_checks import READS, faults_of_call, faults_of_message, faults_of_view

Json = dict[str, Any]
TEAM, BOT, BOT_ID = "T1", "UBALIE", "BBALIE"
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-canary", "xapp-canary", "signing-canary"
TRIGGER_LIFE = 3.0


@dataclass
class Channel:
    id: str
    messages: list[Json] = field(default_factory=list)
    error: str = ""  # what every call to it gets, such as is_archived or not_in_channel


@dataclass
class Reply:
    """What Balie answered to something a person did."""

    payload: Json | None  # None: not acknowledged
    seconds: float
    status: int = 200

    @property
    def acknowledged(self) -> bool:
        return self.payload is not None


class Slack:
    """``deliver`` is how payloads reach Balie: over the socket, unless a test sets the way over HTTP."""

    def __init__(self) -> None:
        self.channels: dict[str, Channel] = {}
        self.views: dict[str, Json] = {}  # open dialogs
        self.stacks: dict[str, list[str]] = defaultdict(list)  # user: view ids, the last on top
        self.people: dict[str, Json] = {}  # what is special about them
        self.homes: dict[str, Json] = {}
        self.whispers: list[Json] = []
        self.calls: list[tuple[str, Json]] = []
        self.times: list[tuple[str, float]] = []
        self.faults: dict[str, list[Fault | str]] = defaultdict(list)  # by method; a text is an error code
        self.refused: list[str] = []  # everything the real Slack would not have taken
        self.team = TEAM
        self.revoked = False
        self.away = False  # no call gets an answer
        self.silent = False  # sockets stay up and deliver nothing
        self.hello = 0
        self.socket_url = ""  # another address of ours
        self.deliver: Callable[[Json, str], Awaitable[Reply]] = self._over_socket
        self._numbers = itertools.count(1)
        self._triggers: dict[str, float] = {}
        self._sockets: list[web.WebSocketResponse] = []
        self._answers: dict[str, asyncio.Future[Json]] = {}
        self._runner: web.AppRunner | None = None
        self.port = 0

    # --- the server ------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_get("/socket", self._socket)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]

    async def stop(self) -> None:
        for socket in self._sockets:
            await socket.close()
        if self._runner:
            await self._runner.cleanup()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    def channel(self, name: str) -> Channel:
        return self.channels.setdefault(name, Channel(name))

    def cards(self, channel: str) -> list[Json]:
        return [message for message in self.channel(channel).messages if message.get("metadata")]

    def lines(self, channel: str) -> list[Json]:
        return [message for message in self.channel(channel).messages if not message.get("metadata")]

    def top(self, user: str) -> Json:
        """Return the dialog that a person sees."""
        return self.views[self.stacks[user][-1]]

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        arguments = dict(request.query) if method in READS else (await request.json() if request.can_read_body else {})
        self.calls.append((method, arguments))
        self.times.append((method, time.monotonic()))
        right = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if self.revoked or token != right:
            return web.json_response({"ok": False, "error": "token_revoked" if self.revoked else "invalid_auth"})
        fault = self.faults[method].pop(0) if self.faults[method] else None
        if self.away:
            return self._cut(request)
        if fault in (Fault.CUT_BEFORE, Fault.UNREACHABLE):
            return self._cut(request)
        if fault is Fault.ERROR_BEFORE:
            return web.Response(status=500, text="oops")
        if fault is Fault.TOO_MANY:
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "2"})
        if fault is Fault.NO_JSON:
            return web.Response(text="<html>", content_type="text/html")
        if isinstance(fault, str) and not isinstance(fault, Fault):
            return web.json_response({"ok": False, "error": fault})
        answer = self._take(method, arguments)
        if fault is Fault.CUT_AFTER:
            return self._cut(request)
        if fault is Fault.ERROR_AFTER:
            return web.Response(status=500, text="oops")
        if fault is Fault.SILENT_AFTER:
            await asyncio.sleep(60)
        return web.json_response(answer)

    @staticmethod
    def _cut(request: web.Request) -> web.Response:
        assert request.transport
        request.transport.abort()
        return web.Response()

    def _take(self, method: str, arguments: Json) -> Json:
        if found := faults_of_call(method, arguments):
            return self._refuse("invalid_arguments", found)
        match method:
            case "auth.test":
                url = "https://veldwijk.slack.example/"
                return {
                    "ok": True,
                    "team_id": self.team,
                    "user_id": BOT,
                    "bot_id": BOT_ID,
                    "url": url,
                    "team": "Veldwijk",
                }
            case "apps.connections.open":
                return {"ok": True, "url": self.socket_url or f"ws://127.0.0.1:{self.port}/socket"}
            case "chat.postMessage" | "chat.update" | "chat.postEphemeral":
                return self._take_message(method, arguments)
            case "views.open" | "views.push" | "views.update" | "views.publish":
                return self._take_view(method, arguments)
            case "conversations.history":
                return self._history(arguments)
            case "conversations.info":
                channel = self.channels.get(arguments["channel"])
                if channel is None:
                    return {"ok": False, "error": "channel_not_found"}
                archived, member = channel.error == "is_archived", channel.error != "not_in_channel"
                return {"ok": True, "channel": {"id": channel.id, "is_member": member, "is_archived": archived}}
            case "users.info":
                person = {"id": arguments["user"], "team_id": self.team, **self.people.get(arguments["user"], {})}
                return {"ok": True, "user": person}
        raise AssertionError(method)

    def _refuse(self, error: str, why: list[str]) -> Json:
        self.refused += why
        return {"ok": False, "error": error, "response_metadata": {"messages": why}}

    def _take_message(self, method: str, arguments: Json) -> Json:
        channel = self.channels.get(arguments["channel"])
        if channel is None:
            return {"ok": False, "error": "channel_not_found"}
        if channel.error:
            return {"ok": False, "error": channel.error}
        if found := faults_of_message(arguments):
            return self._refuse("invalid_blocks", found)
        if method == "chat.postEphemeral":
            self.whispers.append(arguments)
            return {"ok": True, "message_ts": self._ts()}
        if method == "chat.update":
            message = next((each for each in channel.messages if each["ts"] == arguments["ts"]), None)
            if message is None:
                return {"ok": False, "error": "message_not_found"}
            message.pop("blocks", None)
            message |= {name: arguments[name] for name in ("text", "blocks", "metadata") if name in arguments}
            return {"ok": True, "ts": message["ts"], "channel": channel.id}
        message = {"type": "message", "user": BOT, "bot_id": BOT_ID, "ts": self._ts(), **arguments}
        channel.messages.append(message)
        return {"ok": True, "ts": message["ts"], "channel": channel.id, "message": message}

    def _take_view(self, method: str, arguments: Json) -> Json:
        view = arguments["view"]
        if found := faults_of_view(view):
            return self._refuse("invalid_arguments", found)
        if method == "views.publish":
            self.homes[arguments["user_id"]] = {**view, "id": f"V{next(self._numbers)}", "hash": "h"}
            return {"ok": True, "view": self.homes[arguments["user_id"]]}
        if method == "views.update":
            old = self.views.get(arguments["view_id"])
            if old is None:
                return {"ok": False, "error": "not_found"}
            if arguments.get("hash", old["hash"]) != old["hash"]:
                return {"ok": False, "error": "hash_conflict"}
            return {"ok": True, "view": self._replace(old["id"], view)}
        trigger = arguments["trigger_id"]
        expires = self._triggers.pop(trigger, None)
        if expires is None:
            return {"ok": False, "error": "exchanged_trigger_id"}
        if time.monotonic() > expires:
            return {"ok": False, "error": "expired_trigger_id"}
        user = trigger.split(".")[1]
        if method == "views.open":
            self.stacks[user] = []
        return {"ok": True, "view": self._open(user, view)}

    def _open(self, user: str, view: Json) -> Json:
        stack = self.stacks[user]
        if len(stack) >= 3:
            self.refused.append("a fourth dialog")
        number = f"V{next(self._numbers)}"
        root = stack[0] if stack else number
        self.views[number] = {**view, "id": number, "hash": f"h{next(self._numbers)}", "root_view_id": root}
        self.views[number]["state"] = {"values": _first_values(view)}
        stack.append(number)
        return self.views[number]

    def _replace(self, number: str, view: Json) -> Json:
        """Fields with the same ids keep what was typed, as in Slack."""
        old = self.views[number]
        state = {**_first_values(view)}
        for block, actions in state.items():
            for action in actions:
                kept = old["state"]["values"].get(block, {}).get(action)
                if kept is not None:
                    actions[action] = kept
        fresh = {**view, "id": number, "hash": f"h{next(self._numbers)}", "root_view_id": old["root_view_id"]}
        self.views[number] = {**fresh, "state": {"values": state}}
        return self.views[number]

    def _history(self, arguments: Json) -> Json:
        channel = self.channels.get(arguments["channel"])
        if channel is None:
            return {"ok": False, "error": "channel_not_found"}
        oldest, limit = float(arguments.get("oldest", 0)), int(arguments.get("limit", 100))
        found = [deepcopy(each) for each in reversed(channel.messages) if float(each["ts"]) > oldest]
        if not arguments.get("include_all_metadata"):
            for each in found:
                each.pop("metadata", None)
        return {"ok": True, "messages": found[:limit], "has_more": len(found) > limit}

    def _ts(self) -> str:
        return f"{int(time.time())}.{next(self._numbers):06d}"

    # --- Socket Mode -----------------------------------------------------------------------------------------------

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        self._sockets.append(socket)
        self.hello += 1
        await socket.send_json({"type": "hello", "num_connections": len(self._sockets)})
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                answer = json.loads(message.data)
                waiting = self._answers.get(answer["envelope_id"])
                if waiting and not waiting.done():
                    waiting.set_result(answer.get("payload") or {})
        self._sockets.remove(socket)
        return socket

    async def connected(self) -> None:
        async with asyncio.timeout(5):
            while not self._sockets:
                await asyncio.sleep(0.01)

    async def drop_sockets(self, *, politely: bool) -> None:
        for socket in list(self._sockets):
            if politely:
                await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})
            else:
                await socket.close()

    async def _over_socket(self, payload: Json, kind: str) -> Reply:
        await self.connected()
        envelope = f"e{next(self._numbers)}"
        self._answers[envelope] = asyncio.get_running_loop().create_future()
        begun = time.monotonic()
        if not self.silent:
            sent = {"type": kind, "envelope_id": envelope, "payload": payload, "accepts_response_payload": True}
            await self._sockets[-1].send_json(sent)
        answer = None
        with suppress(TimeoutError):
            answer = await asyncio.wait_for(self._answers[envelope], 3)
        return Reply(payload=answer, seconds=time.monotonic() - begun)

    # --- what people do --------------------------------------------------------------------------------------------

    def trigger(self, user: str) -> str:
        trigger = f"{next(self._numbers)}.{user}.x"
        self._triggers[trigger] = time.monotonic() + TRIGGER_LIFE
        return trigger

    def press_payload(self, user: str, message: Json, label: str, *, team: str = "") -> Json:
        """Return what Slack sends when a person clicks a button, or an entry of the menu, by what it says."""
        action = _find(message["blocks"], label)
        return {
            **self._interaction(user, team=team),
            "type": "block_actions",
            "container": {"type": "message", "message_ts": message["ts"], "channel_id": message["channel"]},
            "channel": {"id": message["channel"], "name": "c"},
            "message": message,
            "actions": [{**action, "action_ts": f"{time.time():.6f}"}],
        }

    async def press(self, user: str, message: Json, label: str, *, team: str = "") -> Reply:
        return await self.deliver(self.press_payload(user, message, label, team=team), "interactive")

    def act_payload(self, user: str, action: Json, view: Json | None = None) -> Json:
        view = view or self.top(user)
        return {
            **self._interaction(user),
            "type": "block_actions",
            "container": {"type": "view", "view_id": view["id"]},
            "view": view,
            "actions": [{**action, "action_ts": f"{time.time():.6f}"}],
        }

    async def press_in(self, user: str, label: str, *, view: Json | None = None) -> Reply:
        """Click a button in the dialog on top, or on a page."""
        view = view or self.top(user)
        return await self.deliver(self.act_payload(user, _find(view["blocks"], label), view), "interactive")

    async def type(self, user: str, name: str, text: str) -> Reply | None:
        """Type in a field; Balie hears it when the field asks so."""
        block, element = self.field(user, name)
        values = self.top(user)["state"]["values"]
        assert len(text) <= element.get("max_length", 3000), "Slack takes no more characters"
        values[block["block_id"]] = {element["action_id"]: {"type": element["type"], "value": text}}
        if not block.get("dispatch_action"):
            return None
        action = {
            "type": element["type"],
            "block_id": block["block_id"],
            "action_id": element["action_id"],
            "value": text,
        }
        return await self.deliver(self.act_payload(user, action), "interactive")

    async def choose(self, user: str, name: str, label: str) -> Reply | None:
        """Choose an option of a field by what it says."""
        block, element = self.field(user, name)
        groups = element.get("option_groups", [])
        options = [*element.get("options", []), *(option for group in groups for option in group["options"])]
        if element["type"] == "external_select":
            options = await self.search(user, name, label)
        option = next(each for each in options if each["text"]["text"].startswith(label))
        return await self._chosen(user, block, element, option)

    async def tick(self, user: str, name: str) -> None:
        block, element = self.field(user, name)
        values = self.top(user)["state"]["values"]
        chosen = {"type": element["type"], "selected_options": element["options"][:1]}
        values[block["block_id"]] = {element["action_id"]: chosen}

    async def pick_moment(self, user: str, name: str, at: int) -> None:
        block, element = self.field(user, name)
        moment = {"type": element["type"], "selected_date_time": at}
        self.top(user)["state"]["values"][block["block_id"]] = {element["action_id"]: moment}

    async def search(self, user: str, name: str, text: str) -> list[Json]:
        block, element = self.field(user, name)
        payload = {
            **self._interaction(user),
            "type": "block_suggestion",
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "value": text,
            "view": self.top(user),
            "container": {"type": "view", "view_id": self.top(user)["id"]},
        }
        answer = await self.deliver(payload, "interactive")
        found: list[Json] = (answer.payload or {}).get("options", [])
        return found

    def submit_payload(self, user: str) -> Json:
        view = self.top(user)
        assert view.get("submit"), "this dialog has no button to hand it in"
        return {**self._interaction(user), "type": "view_submission", "view": deepcopy(view)}

    async def submit(self, user: str) -> Reply:
        reply = await self.deliver(self.submit_payload(user), "interactive")
        if reply.payload is not None:
            self._follow(user, reply.payload)
        return reply

    def close(self, user: str) -> None:
        if self.top(user).get("clear_on_close"):
            self.stacks[user] = []
        else:
            self.stacks[user].pop()

    async def event(self, event: Json, *, event_id: str = "", retry: int = 0) -> Reply:
        return await self.deliver(self.event_payload(event, event_id=event_id), "events_api")

    def event_payload(self, event: Json, *, event_id: str = "") -> Json:
        return {
            "token": "-",
            "team_id": TEAM,
            "api_app_id": "A1",
            "type": "event_callback",
            "event_id": event_id or f"Ev{next(self._numbers)}",
            "event_time": int(time.time()),
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
            "event": {"event_ts": self._ts(), **event},
        }

    async def says(self, user: str, channel: str, text: str, *, under: str = "") -> Reply:
        """A person types in a channel, or under a message."""
        thread = {"thread_ts": under, "parent_user_id": BOT} if under else {}
        return await self.event(
            {
                "type": "message",
                "channel": channel,
                "channel_type": "channel",
                "user": user,
                "text": text,
                "ts": self._ts(),
            }
            | thread
        )

    async def command(self, user: str, text: str, *, team: str = TEAM) -> Reply:
        payload = {
            "token": "-",
            "team_id": team,
            "user_id": user,
            "command": "/balie",
            "text": text,
            "channel_id": "C1",
            "trigger_id": self.trigger(user),
            "api_app_id": "A1",
        }
        return await self.deliver(payload, "slash_commands")

    def _interaction(self, user: str, *, team: str = "") -> Json:
        return {
            "token": "-",
            "api_app_id": "A1",
            "team": {"id": TEAM, "domain": "veldwijk"},
            "user": {"id": user, "username": user, "name": user, "team_id": team or TEAM},
            "trigger_id": self.trigger(user),
            "is_enterprise_install": False,
            "enterprise": None,
        }

    def written(self, user: str, name: str) -> str:
        """Return what stands in a field, as Slack would send it."""
        block, element = self.field(user, name)
        return str(self.top(user)["state"]["values"][block["block_id"]][element["action_id"]].get("value") or "")

    def field(self, user: str, name: str) -> tuple[Json, Json]:
        for block in self.top(user)["blocks"]:
            if block["type"] == "input" and block["element"]["action_id"] == name:
                return block, block["element"]
        raise AssertionError(f"no field {name}")

    async def _chosen(self, user: str, block: Json, element: Json, option: Json) -> Reply | None:
        values = self.top(user)["state"]["values"]
        chosen = {"type": element["type"], "selected_option": option}
        values[block["block_id"]] = {element["action_id"]: chosen}
        if not block.get("dispatch_action"):
            return None
        action = {**chosen, "block_id": block["block_id"], "action_id": element["action_id"]}
        return await self.deliver(self.act_payload(user, action), "interactive")

    def _follow(self, user: str, payload: Json) -> None:
        """Do what the answer to a dialog asks, as Slack's clients do."""
        top = self.top(user)
        top.pop("errors", None)
        action = payload.get("response_action")
        if payload.get("view") and (found := faults_of_view(payload["view"])):
            self.refused += found
            return
        match action:
            case "errors":
                inputs = {block["block_id"] for block in top["blocks"] if block["type"] == "input"}
                self.refused += [f"an error at no field: {name}" for name in set(payload["errors"]) - inputs]
                top["errors"] = payload["errors"]
            case "update":
                self._replace(top["id"], payload["view"])
            case "push":
                self._open(user, payload["view"])
            case "clear":
                self.stacks[user] = []
            case _:
                self.stacks[user].pop()


def signed(payload: Json, kind: str, *, secret: str = SECRET, at: int | None = None) -> tuple[bytes, dict[str, str]]:
    """Return the bytes and headers of a request over HTTP."""
    if kind == "events_api":
        body, content = json.dumps(payload).encode(), "application/json"
    else:
        given = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        body, content = urlencode(given).encode(), "application/x-www-form-urlencoded"
    timestamp = str(int(time.time()) if at is None else at)
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return body, {
        "content-type": content,
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": f"v0={digest}",
    }


def text_of(thing: Mapping[str, Any]) -> str:
    """Return all that can be read in a message or a dialog, in reading order."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict) and node.get("type") in ("rich_text_section", "rich_text_quote"):
            found.append("".join(run["text"] for run in node["elements"]))
        elif isinstance(node, dict):
            if isinstance(node.get("text"), str):
                found.append(node["text"])
            for name, value in node.items():
                if name not in ("value", "private_metadata", "state", "accessibility_label") and value is not node.get(
                    "url"
                ):
                    walk(value)
        elif isinstance(node, list):
            for each in node:
                walk(each)

    walk(thing["blocks"])
    return "\n".join(found)


def labels(thing: Mapping[str, Any]) -> list[str]:
    """Return what the buttons say, those of the menu last."""
    row = [element for block in thing["blocks"] if block["type"] == "actions" for element in block["elements"]]
    shown = [each["text"]["text"] for each in row if each["type"] == "button"]
    return shown + [option["text"]["text"] for each in row if each["type"] == "overflow" for option in each["options"]]


def _find(blocks: list[Json], label: str) -> Json:
    for block in blocks:
        for element in block.get("elements", []) if block["type"] == "actions" else []:
            base = {"type": element["type"], "action_id": element["action_id"], "block_id": block.get("block_id", "b")}
            if element["type"] == "button" and element["text"]["text"] == label:
                return {**base, "value": element["value"], "text": element["text"]}
            for option in element.get("options", []):
                if option["text"]["text"] == label:
                    return {**base, "selected_option": option}
    raise AssertionError(f"no button {label!r}")


def _first_values(view: Json) -> dict[str, Json]:
    values: dict[str, Json] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        value: Json = {"type": element["type"]}
        if element["type"] == "plain_text_input":
            value["value"] = element.get("initial_value")
        elif element["type"] == "checkboxes":
            value["selected_options"] = element.get("initial_options", [])
        elif element["type"] == "datetimepicker":
            value["selected_date_time"] = None
        else:
            value["selected_option"] = element.get("initial_option")
        values[block["block_id"]] = {element["action_id"]: value}
    return values
