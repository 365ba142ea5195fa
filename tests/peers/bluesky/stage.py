"""The stage of the contract suite on the real network: nothing is faked, so little can be made to go wrong."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import ClassVar, Self

from atproto import models
from atproto_client.utils import TextBuilder

from handlers.public.bluesky import Bluesky
from knowledge.rulebook.values import Account
from tests.contract.stage import KeptInMemory
from tests.peers.bluesky.network import Network, Person
from tests.servers.faults import Fault

POST = "app.bsky.feed.post"
APP_PASSWORD = "balie"


class RealBlueskyStage:
    faults: ClassVar[frozenset[Fault]] = frozenset({Fault.REVOKED})

    def __init__(self, network: Network) -> None:
        self.network = network
        self.memory = KeptInMemory()

    async def __aenter__(self) -> Self:
        self.citizen = await self.network.join("inwoner")
        self.town = await self.network.join("gemeente")
        self.channel = await self.connect(self.town)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.channel.aclose()
        await self.citizen.client.request.close()
        await self.town.client.request.close()

    async def connect(self, town: Person, *, key: str = "bsky") -> Bluesky:
        """Make the channel of an account, with an app password of its own."""
        named = models.ComAtprotoServerCreateAppPassword.Data(name=APP_PASSWORD)
        made = await town.client.com.atproto.server.create_app_password(named)
        options = {"service": self.network.pds, "every": "0.1"}
        account = Account(key=key, channel="bluesky", name=f"@{town.handle}", options=options)
        self.password = made.password
        return Bluesky(account, made.password, self.memory)

    async def write(self, text: str, *, under: str = "", to: Person | None = None) -> str:
        town = to or self.town
        if under:
            self.network.catch_up()  # people answer what they can see; and the AppView forgets who answered earlier
            builder, reply_to = TextBuilder().text(text), await self._reply_to(under)
        else:
            builder, reply_to = TextBuilder().mention(f"@{town.handle}", town.did).text(f" {text}"), None
        sent = await self.citizen.client.send_post(builder, self.citizen.did, reply_to, langs=["nl"])
        return str(sent.uri)

    async def edit(self, post_id: str, text: str) -> None:
        client, key = self.citizen.client, post_id.rsplit("/", 1)[1]
        record = (await client.app.bsky.feed.post.get(self.citizen.did, key)).value
        changed = record.model_copy(update={"text": text, "facets": None})
        body = models.ComAtprotoRepoPutRecord.Data(repo=self.citizen.did, collection=POST, rkey=key, record=changed)
        await client.com.atproto.repo.put_record(body)
        self.network.catch_up()

    async def delete(self, post_id: str) -> None:
        await self.citizen.client.delete_post(post_id)
        self.network.catch_up()

    async def write_as_town(self, text: str) -> str:
        return str((await self.town.client.send_post(text, self.town.did, langs=["nl"])).uri)

    async def below(self, post_id: str) -> Sequence[str]:
        """Ask as the citizen would."""
        self.network.catch_up()
        params = models.AppBskyFeedGetPostThread.Params(uri=post_id, depth=1)
        thread = (await self.citizen.client.app.bsky.feed.get_post_thread(params)).thread
        return [reply.post.record.text for reply in thread.replies or ()]

    async def fail(self, fault: Fault) -> None:
        named = models.ComAtprotoServerRevokeAppPassword.Data(name=APP_PASSWORD)
        await self.town.client.com.atproto.server.revoke_app_password(named)

    async def mend(self) -> None:
        """Nothing brings a revoked password back."""

    async def restart(self) -> None:
        await self.channel.aclose()
        self.channel = Bluesky(self.channel.account, self.password, self.memory)

    async def _reply_to(self, uri: str) -> models.AppBskyFeedPost.ReplyRef:
        client, (repo, _, key) = self.citizen.client, uri.removeprefix("at://").split("/")
        parent = await client.app.bsky.feed.post.get(repo, key)
        ref = models.ComAtprotoRepoStrongRef.Main(uri=parent.uri, cid=str(parent.cid))
        return models.AppBskyFeedPost.ReplyRef(parent=ref, root=parent.value.reply.root if parent.value.reply else ref)
