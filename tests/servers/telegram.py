"""A Bot API in memory on a loopback port, with people, groups and a channel's discussion group behind it.

Every call and every answer is held against the description in telegram_api.py. As with the real one: an update waits
until a later number is asked for, the same send twice is two messages, a bot never sees what bots write, and nobody is
told of a deletion.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, TCPConnector, web

from tests.servers.faults import Fault
from tests.servers.telegram_api import METHODS, check, read

HANDLE = re.compile(r"(?<![\w@./])@\w{3,32}")
UPDATES = "getUpdates"
SEND = "sendMessage"


class No(Exception):
    """An answer that is not "ok"."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.answer: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
        if parameters:
            self.answer["parameters"] = parameters


@dataclass(eq=False)
class Bot:
    """A bot and what waits for it."""

    user: dict[str, Any]
    reads_all: bool = False  # privacy mode off
    webhook: str = ""  # where updates are brought
    secret: str = ""
    brought: list[int] = field(default_factory=list)  # what each time was answered
    waiting: list[dict[str, Any]] = field(default_factory=list)
    confirmed: list[dict[str, Any]] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    polls: int = 0  # a newer poll ends the one before it


class FakeTelegram:
    """The server, and what people do on it."""

    def __init__(self) -> None:
        self.bots: dict[str, Bot] = {}  # by token
        self.chats: dict[int, dict[str, Any]] = {}
        self.messages: dict[tuple[int, int], dict[str, Any]] = {}
        self.calls: list[str] = []
        self.asked: list[dict[str, Any]] = []  # the parameters of each call
        self.shut: dict[int, str] = {}  # chats where the bot may not write, and the words for it
        self.moved: dict[int, int] = {}  # groups that became supergroups
        self.undeletable: set[tuple[int, int]] = set()
        self.page = 100
        self.next_update = 700_000_001
        self.now = 0  # of the server's clock; 0: the real time
        self._numbers = itertools.count(11)
        self._faults: dict[str, list[Fault]] = {}
        self._bringing: set[asyncio.Task[None]] = set()
        self._port = 0  # chosen at the first start, kept at the next
        self.url = ""

    # --- people

    def join(self, token: str, username: str) -> Bot:
        """Let a town make a bot."""
        bot = Bot({"id": int(token.split(":")[0]), "is_bot": True, "first_name": "Gemeente", "username": username})
        self.bots[token] = bot
        return bot

    def person(self, number: int, first_name: str, username: str = "") -> dict[str, Any]:
        user = {"id": number, "is_bot": False, "first_name": first_name, "language_code": "nl"}
        return {**user, "username": username} if username else user

    def private(self, person: Mapping[str, Any]) -> int:
        chat = {"id": person["id"], "type": "private", "first_name": person["first_name"]}
        self.chats[chat["id"]] = {**chat, "username": person["username"]} if "username" in person else chat
        return int(person["id"])

    def group(self, number: int, *, kind: str = "supergroup", username: str = "", forum: bool = False) -> int:
        chat = {"id": number, "type": kind, "title": "Buurt"}
        self.chats[number] = chat | ({"username": username} if username else {}) | ({"is_forum": True} if forum else {})
        return number

    def write(
        self, person: Mapping[str, Any] | None, chat: int, text: str = "", *, under: int | None = None, **more: Any
    ) -> int:
        """Let a person write; ``more``: other fields of the message. Return the message's number."""
        words = "caption" if "photo" in more else "text"
        message = self._message(chat, under=under)
        if person:
            message["from"] = dict(person)
        if text:
            message |= {words: text, **_entities(text, "caption_entities" if "photo" in more else "entities")}
        message |= more
        self._tell("message", message)
        return int(message["message_id"])

    def edit(self, chat: int, number: int, text: str, *, at: int = 0) -> None:
        message = self.messages[chat, number]
        words = "caption" if "caption" in message else "text"
        message |= {words: text, "edit_date": at or self._time()}
        message.pop("entities", None)
        message |= _entities(text, "entities" if words == "text" else "caption_entities")
        self._tell("edited_message", message)

    def delete(self, chat: int, number: int) -> None:
        """Let somebody take a message away; no bot is told."""
        del self.messages[chat, number]

    def channel_post(self, group: int, channel: Mapping[str, Any], text: str) -> int:
        """Let a channel post: its discussion group gets a copy."""
        telegram = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
        return self.write(telegram, group, text, sender_chat=dict(channel), is_automatic_forward=True)

    def below(self, chat: int, number: int) -> list[str]:
        """Return the texts that answer a message."""
        return [
            message["text"]
            for message in self.messages.values()
            if message["chat"]["id"] == chat and message.get("reply_to_message", {}).get("message_id") == number
        ]

    def lose_confirmations(self) -> None:
        """Let every update wait again, as after a crash between storing and the next question."""
        for bot in self.bots.values():
            bot.waiting[:0] = bot.confirmed
            bot.confirmed = []

    # --- what goes wrong

    def fail(self, method: str, fault: Fault, times: int = 1) -> None:
        self._faults.setdefault(method, []).extend([fault] * times)

    # --- the server

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"

    async def stop(self) -> None:
        for task in self._bringing:
            task.cancel()
        await asyncio.gather(*self._bringing, return_exceptions=True)
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.calls.append(method)
        given = {**request.query, **{name: str(value) for name, value in (await request.post()).items()}}
        waiting = self._faults.get(method, [])
        fault = waiting.pop(0) if waiting else None
        if fault and (answer := _before(fault, request)):
            return answer
        try:
            result = await self._answer(request, method, given)
            answer = web.json_response({"ok": True, "result": result})
        except No as no:
            answer = web.json_response(no.answer, status=no.answer["error_code"])
        return await _after(fault, request) or answer if fault else answer

    async def _answer(self, request: web.Request, method: str, given: Mapping[str, str]) -> object:
        bot = self.bots.get(request.match_info["token"])
        if bot is None:
            raise No(401, "Unauthorized")
        if method not in METHODS:
            raise No(404, "Not Found")
        asked = read(method, given)
        self.asked.append({"method": method, **asked})
        match method:
            case "getMe":
                result: object = bot.user
            case "setWebhook":
                result = self._hook(bot, asked)
            case "getWebhookInfo":
                waiting = {"has_custom_certificate": False, "pending_update_count": len(bot.waiting)}
                result = {"url": bot.webhook, **waiting}
            case "deleteWebhook":
                bot.webhook, result = "", True
            case "getUpdates":
                result = await self._updates(request, bot, asked)
            case "sendMessage":
                result = self._send(bot, asked)
            case _:
                result = self._take_away(asked)
        check(result, METHODS[method][1])
        return result

    def _hook(self, bot: Bot, asked: Mapping[str, Any]) -> bool:
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", asked.get("secret_token", "")):
            raise No(400, "Bad Request: secret token contains unallowed characters")
        bot.webhook, bot.secret, bot.allowed = asked["url"], asked["secret_token"], asked["allowed_updates"]
        if asked.get("drop_pending_updates"):
            bot.waiting.clear()
        task = asyncio.create_task(self._bring(bot, bot.webhook))
        self._bringing.add(task)
        task.add_done_callback(self._bringing.discard)
        return True

    async def _bring(self, bot: Bot, address: str) -> None:
        """Bring updates one by one, each again until it is taken, for as long as this is their address."""
        async with ClientSession(connector=TCPConnector(force_close=True)) as session:
            while bot.webhook == address:
                if not bot.waiting:
                    await asyncio.sleep(0.01)
                    continue
                update, shown = bot.waiting[0], {"X-Telegram-Bot-Api-Secret-Token": bot.secret}
                try:
                    async with session.post(address, json=update, headers=shown) as answer:
                        bot.brought.append(answer.status)
                except ClientError:
                    bot.brought.append(0)
                if bot.brought[-1] == 200:
                    bot.waiting.remove(update)
                    bot.confirmed.append(update)
                else:
                    await asyncio.sleep(0.1)

    async def _updates(self, request: web.Request, bot: Bot, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
        if bot.webhook:
            raise No(409, "Conflict: can't use getUpdates method while webhook is active")
        bot.polls += 1
        mine, until = bot.polls, time.monotonic() + asked.get("timeout", 0)
        bot.allowed = asked.get("allowed_updates", bot.allowed)
        if offset := asked.get("offset"):
            bot.confirmed += [update for update in bot.waiting if update["update_id"] < offset]
            bot.waiting = [update for update in bot.waiting if update["update_id"] >= offset]
        while not bot.waiting and time.monotonic() < until and request.transport and not request.transport.is_closing():
            await asyncio.sleep(0.01)
            if bot.polls != mine:
                raise No(409, "Conflict: terminated by other getUpdates request")
        return bot.waiting[: min(self.page, asked.get("limit", 100))]

    def _send(self, bot: Bot, asked: Mapping[str, Any]) -> dict[str, Any]:
        chat, text = asked["chat_id"], asked["text"].strip()
        if chat in self.moved:
            raise No(400, "Bad Request: group chat was upgraded to a supergroup", migrate_to_chat_id=self.moved[chat])
        if chat not in self.chats:
            if chat > 0:
                raise No(403, "Forbidden: bot can't initiate conversation with a user")
            raise No(400, "Bad Request: chat not found")
        if chat in self.shut:
            raise No(403, f"Forbidden: {self.shut[chat]}")
        if not text or len(text.encode("utf-16-le")) > 2 * 4096:
            raise No(400, "Bad Request: message is too long" if text else "Bad Request: message text is empty")
        answered = asked.get("reply_parameters", {})
        under, where = answered.get("message_id"), answered.get("chat_id", chat)
        if where != chat and (where, under) not in self.messages:
            raise No(400, "Bad Request: message to be replied not found")
        under = under if where == chat else None  # what another chat says is quoted, and answered in none
        if under and (chat, under) not in self.messages:
            if not answered.get("allow_sending_without_reply"):
                raise No(400, "Bad Request: message to be replied not found")
            under = None
        topic = self.messages[chat, under].get("is_topic_message") if under else None
        if topic and asked.get("message_thread_id") != self.messages[chat, under]["message_thread_id"]:
            raise No(400, "Bad Request: message thread not found")
        message = self._message(chat, under=under)
        kept = asked.get("entities", [])
        found = [each for each in _entities(text, "entities").get("entities", []) if not _inside(each, kept)]
        entities = {"entities": kept + found} if kept + found else {}
        message |= {"from": bot.user, "text": text, "link_preview_options": asked.get("link_preview_options", {})}
        message |= entities
        return message

    def _take_away(self, asked: Mapping[str, Any]) -> bool:
        where = asked["chat_id"], asked["message_id"]
        if where in self.undeletable:
            raise No(400, "Bad Request: message can't be deleted for everyone")
        if where not in self.messages:
            raise No(400, "Bad Request: message to delete not found")
        del self.messages[where]
        return True

    def _message(self, chat: int, *, under: int | None) -> dict[str, Any]:
        number, place = next(self._numbers), self.chats[chat]
        message: dict[str, Any] = {"message_id": number, "date": self._time(), "chat": place}
        if under is not None:
            above = self.messages[chat, under]
            message["reply_to_message"] = {name: above[name] for name in above if name != "reply_to_message"}
            if above.get("is_topic_message"):
                message |= {"is_topic_message": True, "message_thread_id": above["message_thread_id"]}
            elif place["type"] == "supergroup":
                message["message_thread_id"] = above.get("message_thread_id", under)
        self.messages[chat, number] = message
        return message

    def _tell(self, kind: str, message: Mapping[str, Any]) -> None:
        """Queue an update for every bot that may see the message."""
        for bot in self.bots.values():
            if self._sees(bot, message) and (not bot.allowed or kind in bot.allowed):
                update = {"update_id": self.next_update, kind: dict(message)}
                check(update, "Update")
                self.next_update += 1
                bot.waiting.append(update)

    def _sees(self, bot: Bot, message: Mapping[str, Any]) -> bool:
        if bot.reads_all or message["chat"]["type"] == "private":
            return True
        words = message.get("text") or message.get("caption") or ""
        named = f"@{bot.user['username']}".casefold() in words.casefold()
        answered = message.get("reply_to_message", {}).get("from", {}).get("id")
        return named or words.startswith("/") or answered == bot.user["id"]

    def _time(self) -> int:
        return self.now or int(time.time())


def _entities(text: str, name: str) -> dict[str, Any]:
    """Find what Telegram finds by itself: names."""
    found = [
        {"type": "mention", "offset": _units(text[: name.start()]), "length": _units(name.group())}
        for name in HANDLE.finditer(text)
    ]
    return {name: found} if found else {}


def _inside(entity: Mapping[str, Any], kept: list[dict[str, Any]]) -> bool:
    start = entity["offset"]
    return any(each["type"] == "code" and each["offset"] <= start < each["offset"] + each["length"] for each in kept)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _before(fault: Fault, request: web.Request) -> web.Response | None:
    match fault:
        case Fault.CUT_BEFORE:
            return _cut(request)
        case Fault.ERROR_BEFORE:
            return web.json_response({"ok": False, "error_code": 500, "description": "Internal"}, status=500)
        case Fault.TOO_MANY:
            no = No(429, "Too Many Requests: retry after 1", retry_after=1)
            return web.json_response(no.answer, status=429)
        case Fault.NO_JSON:
            return web.Response(text="<html>maintenance</html>", content_type="text/html")
    return None


async def _after(fault: Fault, request: web.Request) -> web.Response | None:
    match fault:
        case Fault.CUT_AFTER:
            return _cut(request)
        case Fault.ERROR_AFTER:
            return web.Response(text="<html>bad gateway</html>", status=502)
        case Fault.SILENT_AFTER:
            await asyncio.sleep(60)
    return None


def _cut(request: web.Request) -> web.Response:
    assert request.transport
    request.transport.abort()
    return web.Response()
