"""A Bluesky in memory on a loopback port: one personal data server and the reading side (AppView) behind it.

Every request and every answer is held against the lexicons in the models of the `atproto` package, string formats too.
What the reading side knows may lag; what the data server knows never does.
"""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from atproto import models
from atproto_client.models.utils import get_or_create

from tests.servers.bluesky_posts import POST, TO_TID, Person, Posts, Record, Refusal, cid_of, iso, now, valid_post
from tests.servers.faults import Fault

PUT = "com.atproto.repo.putRecord"
SIGN_IN = "com.atproto.server.createSession"


class FakeBluesky(Posts):
    """The server; its inherited methods are what people do on it."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens: dict[str, tuple[str, str]] = {}  # token -> (did, "access" or "refresh")
        self.calls: list[str] = []
        self.session_life = timedelta(hours=2)
        self.clock_error = timedelta(0)  # of the Date header
        self.forgets_cursor = False
        self._faults: dict[str, list[Fault]] = {}
        self._port = 0  # chosen at the first start, kept at the next
        self.url = ""

    # --- what goes wrong

    def fail(self, nsid: str, fault: Fault, times: int = 1) -> None:
        self._faults.setdefault(nsid, []).extend([fault] * times)

    def expire(self, kind: str) -> None:
        """Let every token of a kind ("access", "refresh") be over."""
        self.tokens = {token: known for token, known in self.tokens.items() if known[1] != kind}

    # --- the server

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/xrpc/{nsid}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        nsid = request.match_info["nsid"]
        self.calls.append(nsid)
        await request.read()
        waiting = self._faults.get(nsid, [])
        fault = waiting.pop(0) if waiting else None
        if fault and (answer := await self._before(fault, request)):
            return answer
        try:
            answer = web.json_response(await _METHODS[nsid](self, request))
        except Refusal as no:
            answer = web.json_response({"error": no.error, "message": no.message}, status=no.status)
        if fault:
            answer = await self._after(fault, request) or answer
        answer.headers["Date"] = (now() + self.clock_error).strftime("%a, %d %b %Y %H:%M:%S GMT")
        return answer

    async def _before(self, fault: Fault, request: web.Request) -> web.Response | None:
        match fault:
            case Fault.CUT_BEFORE:
                return _cut(request)
            case Fault.ERROR_BEFORE:
                return web.json_response({"error": "InternalServerError", "message": "no"}, status=500)
            case Fault.TOO_MANY:
                reset = {
                    "ratelimit-limit": "30",
                    "ratelimit-remaining": "0",
                    "ratelimit-reset": str(int(time.time()) + 3),
                }
                return web.json_response({"error": "RateLimitExceeded", "message": "no"}, status=429, headers=reset)
            case Fault.NO_JSON:
                return web.Response(text="<html>maintenance</html>", content_type="text/html")
        return None

    async def _after(self, fault: Fault, request: web.Request) -> web.Response | None:
        match fault:
            case Fault.CUT_AFTER:
                return _cut(request)
            case Fault.ERROR_AFTER:
                return web.json_response({"error": "InternalServerError", "message": "no"}, status=500)
            case Fault.SILENT_AFTER:
                await asyncio.sleep(60)
        return None

    # --- sessions

    async def create_session(self, request: web.Request) -> dict[str, Any]:
        asked = _body(request, await request.json(), models.ComAtprotoServerCreateSession.Data)
        person = next((p for p in self.people.values() if p.handle == asked.identifier), None)
        if person is None or asked.password not in person.passwords:
            raise Refusal(401, "AuthenticationRequired", "Invalid identifier or password")
        return _answer(self._session(person), models.ComAtprotoServerCreateSession.Response)

    async def refresh_session(self, request: web.Request) -> dict[str, Any]:
        person = self._who(request, "refresh")
        del self.tokens[_token(request)]  # single use
        return _answer(self._session(person), models.ComAtprotoServerRefreshSession.Response)

    def _session(self, person: Person) -> dict[str, Any]:
        tokens = {f"{kind}Jwt": self._token(person, kind) for kind in ("access", "refresh")}
        return {**tokens, "did": person.did, "handle": person.handle, "active": True}

    def _token(self, person: Person, kind: str) -> str:
        self.serial += 1
        claims = {"sub": person.did, "exp": int((now() + self.session_life).timestamp()), "jti": str(self.serial)}
        token = ".".join(_base64(json.dumps(part).encode()) for part in ({"alg": "HS256"}, claims, "signed"))
        self.tokens[token] = (person.did, kind)
        return token

    def _who(self, request: web.Request, kind: str = "access") -> Person:
        token = _token(request)
        if not token:
            raise Refusal(401, "AuthMissing", "Authentication Required")
        did, known = self.tokens.get(token, ("", ""))
        if known != kind:
            raise Refusal(400, "ExpiredToken", "Token has expired")
        return self.people[did]

    # --- the repository

    async def put_record(self, request: web.Request) -> dict[str, Any]:
        person, body = self._who(request), await request.json()
        _body(request, body, models.ComAtprotoRepoPutRecord.Data)
        if body["repo"] not in (person.did, person.handle):
            raise Refusal(401, "AuthenticationRequired", "Authentication Required")
        valid_post(body["record"])
        uri = f"at://{person.did}/{POST}/{body['rkey']}"
        standing, cid = self.posts.get(uri), cid_of(body["record"])
        if standing and standing.cid == cid:
            return _answer({"uri": uri, "cid": cid}, models.ComAtprotoRepoPutRecord.Response)
        if "swapRecord" in body and body["swapRecord"] != (standing.cid if standing else None):
            raise Refusal(400, "InvalidSwap", f"Record was at {standing.cid if standing else None}")
        self.store(person.did, body["rkey"], body["record"])
        commit = {"cid": cid, "rev": f"3k{self.commits:011d}".translate(TO_TID)}
        answer = {"uri": uri, "cid": cid, "commit": commit, "validationStatus": "valid"}
        return _answer(answer, models.ComAtprotoRepoPutRecord.Response)

    async def get_record(self, request: web.Request) -> dict[str, Any]:
        asked = _query(request, models.ComAtprotoRepoGetRecord.Params)
        if asked.repo in self.suspended:
            raise Refusal(400, "InvalidRequest", f"Could not find repo: {asked.repo}")
        post = self.posts.get(f"at://{asked.repo}/{asked.collection}/{asked.rkey}")
        if post is None:
            raise Refusal(400, "RecordNotFound", "Could not locate record")
        return _answer({"uri": post.uri, "cid": post.cid, "value": post.value}, models.ComAtprotoRepoGetRecord.Response)

    async def delete_record(self, request: web.Request) -> dict[str, Any]:
        person = self._who(request)
        asked = _body(request, await request.json(), models.ComAtprotoRepoDeleteRecord.Data)
        self.delete(f"at://{person.did}/{asked.collection}/{asked.rkey}")
        return _answer({}, models.ComAtprotoRepoDeleteRecord.Response)

    async def list_records(self, request: web.Request) -> dict[str, Any]:
        asked = _query(request, models.ComAtprotoRepoListRecords.Params, numbers=("limit",))
        own = sorted((post for post in self.posts.values() if post.did == asked.repo), key=lambda post: post.key)
        newest = own[::-1][: asked.limit or 50]
        records = [{"uri": post.uri, "cid": post.cid, "value": post.value} for post in newest]
        return _answer({"records": records}, models.ComAtprotoRepoListRecords.Response)

    # --- the reading side

    async def list_notifications(self, request: web.Request) -> dict[str, Any]:
        asked = _query(
            request, models.AppBskyNotificationListNotifications.Params, numbers=("limit",), lists=("reasons",)
        )
        me = self._who(request)
        found = [(post, reason) for post in self.visible() for reason in self._reasons(post, me)]
        wanted = [(post, reason) for post, reason in found if not asked.reasons or reason in asked.reasons]
        before = datetime.fromisoformat(asked.cursor) if asked.cursor else datetime.max.replace(tzinfo=UTC)
        wanted = sorted(
            ((p, r) for p, r in wanted if p.sort_at < before), key=lambda pair: pair[0].sort_at, reverse=True
        )
        page = wanted[: asked.limit or 50]
        answer: dict[str, Any] = {"notifications": [self._notification(post, reason) for post, reason in page]}
        if len(page) == (asked.limit or 50) and not self.forgets_cursor:
            answer["cursor"] = iso(page[-1][0].sort_at)
        return _answer(answer, models.AppBskyNotificationListNotifications.Response)

    async def get_posts(self, request: web.Request) -> dict[str, Any]:
        asked = _query(request, models.AppBskyFeedGetPosts.Params, lists=("uris",))
        me = self._who(request)
        seen = {post.uri: post for post in self.visible()}
        views = [self._view(seen[uri], me) for uri in dict.fromkeys(asked.uris) if uri in seen]
        return _answer({"posts": views}, models.AppBskyFeedGetPosts.Response)

    async def get_profiles(self, request: web.Request) -> dict[str, Any]:
        asked = _query(request, models.AppBskyActorGetProfiles.Params, lists=("actors",))
        people = [self.people[did] for did in asked.actors if did in self.people]
        profiles = [{**_profile(person), "followersCount": person.followers} for person in people]
        return _answer({"profiles": profiles}, models.AppBskyActorGetProfiles.Response)

    def _reasons(self, post: Record, me: Person) -> list[str]:
        reply, embed = post.value.get("reply", {}), post.value.get("embed", {})
        features = [feature for facet in post.value.get("facets", []) for feature in facet["features"]]
        reasons = {
            "mention": any(feature.get("did") == me.did for feature in features),
            "reply": any(f"//{me.did}/" in reply[end]["uri"] for end in reply),
            "quote": f"//{me.did}/" in embed.get("record", {}).get("uri", ""),
        }
        return [reason for reason, holds in reasons.items() if holds and post.did != me.did]

    def _notification(self, post: Record, reason: str) -> dict[str, Any]:
        author = _profile(self.people[post.did])
        at = {"indexedAt": iso(post.sort_at), "isRead": False, "reason": reason, "labels": []}
        return {"uri": post.uri, "cid": post.cid, "author": author, "record": post.value, **at}

    def _view(self, post: Record, me: Person) -> dict[str, Any]:
        root = post.value["reply"]["root"]["uri"] if "reply" in post.value else post.uri
        viewer = {"replyDisabled": True} if root in self.closed else {}
        author = _profile(self.people[post.did])
        counts = {"replyCount": len(self.below(post.uri)), "likeCount": 0, "repostCount": 0, "quoteCount": 0}
        at = {"indexedAt": iso(post.sort_at), "viewer": viewer, "labels": []}
        return {"uri": post.uri, "cid": post.cid, "author": author, "record": post.value, **counts, **at}


_METHODS: Mapping[str, Callable[[FakeBluesky, web.Request], Awaitable[dict[str, Any]]]] = {
    SIGN_IN: FakeBluesky.create_session,
    "com.atproto.server.refreshSession": FakeBluesky.refresh_session,
    PUT: FakeBluesky.put_record,
    "com.atproto.repo.getRecord": FakeBluesky.get_record,
    "com.atproto.repo.deleteRecord": FakeBluesky.delete_record,
    "com.atproto.repo.listRecords": FakeBluesky.list_records,
    "app.bsky.notification.listNotifications": FakeBluesky.list_notifications,
    "app.bsky.feed.getPosts": FakeBluesky.get_posts,
    "app.bsky.actor.getProfiles": FakeBluesky.get_profiles,
}


def _query(request: web.Request, model: Any, *, numbers: tuple[str, ...] = (), lists: tuple[str, ...] = ()) -> Any:
    query = request.query
    asked: dict[str, Any] = {name: query.getall(name) if name in lists else query[name] for name in query}
    asked.update({name: int(asked[name]) for name in numbers if name in asked})
    return _body(request, asked, model)


def _body(request: web.Request, asked: dict[str, Any], model: Any) -> Any:
    try:
        return get_or_create(asked, model, strict_string_format=True)
    except Exception as wrong:
        raise Refusal(400, "InvalidRequest", str(wrong)) from wrong


def _answer(answer: dict[str, Any], model: Any) -> dict[str, Any]:
    get_or_create(answer, model, strict_string_format=True)
    return answer


def _profile(person: Person) -> dict[str, Any]:
    return {"did": person.did, "handle": person.handle}


def _token(request: web.Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def _cut(request: web.Request) -> web.Response:
    assert request.transport
    request.transport.abort()
    return web.Response()


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
