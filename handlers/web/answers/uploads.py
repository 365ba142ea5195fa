"""A file that somebody chose, kept between the steps of an import, for a day; each person has one."""

from __future__ import annotations

import asyncio
import json
import secrets
import zlib
from base64 import b85decode, b85encode
from dataclasses import dataclass

from bot.ports import Memory
from bot.upkeep import FOR_A_DAY
from handlers.web.site import Visit
from knowledge.exchange import Sheet, read


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    id: str  # the forms of an import carry it: another file in another tab is another import
    name: str
    content: bytes

    async def sheet(self) -> Sheet:
        """Read the file; raises Unreadable."""
        return await asyncio.to_thread(read, self.content, self.name)


async def keep(memory: Memory, visit: Visit, *, name: str, content: bytes) -> Upload:
    upload = Upload(id=secrets.token_hex(8), name=name, content=content)
    packed = await asyncio.to_thread(lambda: b85encode(zlib.compress(content, 1)).decode("ascii"))
    await memory.keep(FOR_A_DAY, _name(visit), json.dumps({"id": upload.id, "name": name, "content": packed}))
    return upload


async def kept(memory: Memory, visit: Visit, id: str) -> Upload | None:
    """Return the file of this import; None when it was taken over already, or another one was chosen since."""
    text = await memory.recall(FOR_A_DAY, _name(visit))
    stored = json.loads(text) if text else {}
    if not id or stored.get("id") != id:
        return None
    content = await asyncio.to_thread(lambda: zlib.decompress(b85decode(stored["content"])))
    return Upload(id=id, name=stored["name"], content=content)


async def forget(memory: Memory, visit: Visit) -> None:
    await memory.keep(FOR_A_DAY, _name(visit), "")


def _name(visit: Visit) -> str:
    return f"upload {visit.member.key}"
