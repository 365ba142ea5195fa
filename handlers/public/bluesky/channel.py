"""A town's account on Bluesky."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from atproto.exceptions import BadRequestError

from bot.errors import Blocked, CannotStart, NotPosted, Outcome, Refused, TryLater, Unsure
from bot.model import Abilities, Current, Mention, Posted, Recovery, Reply, Unchanged, Unknown
from bot.ports import Memory, PublicChannel, Receive
from handlers.public.bluesky.events import POST, moment, url
from handlers.public.bluesky.inbox import Inbox
from handlers.public.bluesky.payload import MAX_GRAPHEMES, length, record_key, same, to_payload
from handlers.public.bluesky.session import PAUSE, SignedIn, error_name, translated
from handlers.public.bluesky.standing import changes, read_posts, read_record
from handlers.way_out import DIRECT, WayOut
from knowledge.rulebook.values import Account
from knowledge.sentence import Sentence, say

EVERY = timedelta(seconds=5)  # account option "every", in seconds
PATIENCE = timedelta(minutes=5)  # the longest pause after failures
MAX_SKEW = timedelta(minutes=2)

log = structlog.get_logger(__name__)


class Bluesky:
    """Answers stand under a record key derived from the reply, so the same reply can be put any number of times."""

    abilities = Abilities(
        recovery=Recovery.KEY,
        read_lag=timedelta(seconds=2),
        timeout=timedelta(seconds=8),
        max_length=MAX_GRAPHEMES,
        removes=True,
        host="bsky.app",
        title="Bluesky",
    )

    def __init__(
        self,
        account: Account,
        password: str,
        memory: Memory,
        *,
        timeout: timedelta = abilities.timeout,
        out: WayOut = DIRECT,
    ) -> None:
        self.account = account
        self._memory = memory
        self._signed_in = SignedIn(account, password, memory, timeout=timeout, out=out)
        self._every = _every(account)
        self.heard: datetime | None = None

    async def run(self, receive: Receive) -> None:
        inbox = Inbox(self._signed_in, self._memory, receive)
        failures = 0
        while True:
            pause = self._every
            try:
                await inbox.look()
                failures, self.heard = 0, datetime.now(UTC)
            except Blocked:
                raise
            except Exception as problem:  # whatever it was, the next look takes in what this one could not
                failures += 1
                pause = self._after(problem, failures)
                if isinstance(problem, TryLater) and problem.after > PAUSE:
                    self.heard = datetime.now(UTC) + problem.after
                kinds = [type(each).__name__ for each in (problem, problem.__cause__) if each]  # texts may hold secrets
                log.warning("bluesky look failed", account=self.account.key, problem=kinds)
            await asyncio.sleep(pause.total_seconds())

    def length(self, text: str) -> int:
        return length(text)

    async def post(self, reply: Reply) -> Posted:
        if length(reply.text) > MAX_GRAPHEMES:
            raise Refused(say("the text is too long for Bluesky, which takes 300 characters and 3,000 bytes."))
        record, uri = to_payload(reply), await self._prepare(reply)
        with translated():
            return await self._put(uri, record)

    async def find(self, reply: Reply) -> Posted | None:
        try:
            with translated():
                standing = await read_record(self._signed_in, await self._uri(reply))
        except NotPosted as problem:
            raise Unsure("could not look") from problem
        return None if standing is None else _adopt(standing, to_payload(reply))

    async def current(self, mention: Mention) -> Current:
        try:
            with translated():
                changed = await changes(self._signed_in, {mention.post_id: mention.reference["cid"]})
        except Outcome:
            return Unknown()
        return changed.get(mention.post_id, Unchanged())

    async def remove(self, posted: Posted) -> None:
        repo, key = posted.post_id.removeprefix("at://").split(f"/{POST}/")
        with translated():
            await self._signed_in.do("com.atproto.repo.deleteRecord", {"repo": repo, "collection": POST, "rkey": key})

    async def did(self) -> str:
        """Return who we are on the network; signs in if need be."""
        return await self._signed_in.did()

    async def aclose(self) -> None:
        await self._signed_in.aclose()

    async def _prepare(self, reply: Reply) -> str:
        """Return where the reply will stand. Raises a NotPosted: nothing is sent yet."""
        try:
            with translated():
                uri = await self._uri(reply)
                reason = await self._objection(reply)
                # an earlier try may have been accepted before this came up
                if reason and await read_record(self._signed_in, uri) is None:
                    raise Refused(reason)
        except Unsure as problem:
            raise TryLater(PAUSE) from problem
        return uri

    async def _objection(self, reply: Reply) -> Sentence | None:
        """Tell why readers would not see this answer, or see it at a wrong time."""
        view: dict[str, Any] = {}
        if reply.mention:
            view = (await read_posts(self._signed_in, [reply.mention.post_id])).get(reply.mention.post_id, {})
        if (view.get("viewer") or {}).get("replyDisabled"):
            return say("whoever opened this thread allows no answers from us.")
        if (skew := abs(self._signed_in.skew)) > MAX_SKEW:
            minutes = round(skew / timedelta(minutes=1))
            return say(
                "the clock of our server is %(minutes)s minutes off; the administrator must set it.", minutes=minutes
            )
        return None

    async def _put(self, uri: str, record: dict[str, Any]) -> Posted:
        repo, key = uri.removeprefix("at://").split(f"/{POST}/")
        # swapRecord null: there must be nothing yet. The client library would leave it out, which overwrites
        body = {"repo": repo, "collection": POST, "rkey": key, "record": record, "swapRecord": None}
        try:
            answer = await self._signed_in.do("com.atproto.repo.putRecord", body)
        except BadRequestError as problem:
            if error_name(problem) != "InvalidSwap":
                raise
            standing = await read_record(self._signed_in, uri)
            if standing is None:
                raise
            return _adopt(standing, record)
        return _posted(uri, str(answer.get("cid")), record, at=datetime.now(UTC))

    async def _uri(self, reply: Reply) -> str:
        return f"at://{await self._signed_in.did()}/{POST}/{record_key(reply)}"

    def _after(self, problem: Exception, failures: int) -> timedelta:
        """Return how long to wait: what the platform says, else longer each time, never in step with others."""
        if isinstance(problem, TryLater):
            return max(problem.after, self._every)
        longer: timedelta = min(self._every * 2 ** min(failures, 10), PATIENCE)
        return longer * random.uniform(0.5, 1.0)


def _every(account: Account) -> timedelta:
    text = account.options.get("every", "")
    try:
        every = timedelta(seconds=float(text)) if text else EVERY
    except (ValueError, OverflowError):
        every = timedelta(0)
    if every <= timedelta(0):
        raise CannotStart(
            say(
                "Option 'every' of account '%(account)s' is a number of seconds, not '%(value)s'.",
                account=account.key,
                value=text,
            )
        )
    return every


def _adopt(standing: dict[str, Any], record: dict[str, Any]) -> Posted:
    """Take what stands under our key as ours; raise Unsure when it says something else."""
    value = standing["value"]
    if not same(value, record):
        raise Unsure("something else stands under our key")
    return _posted(standing["uri"], standing["cid"], value, at=moment(value["createdAt"]))


def _posted(uri: str, cid: str, record: dict[str, Any], *, at: datetime) -> Posted:
    root = record["reply"]["root"] if "reply" in record else {"uri": uri, "cid": cid}
    reference = {"cid": cid, "root": root["uri"], "root_cid": root["cid"]}
    return Posted(post_id=uri, url=url(uri), at=at, reference=reference)


_: type[PublicChannel] = Bluesky
