"""Where the newest card of a conversation stands, so that older ones can lead to it."""

from __future__ import annotations

from collections import OrderedDict

REMEMBERED = 2000  # places; after a restart older cards lead nowhere, which their words survive
OWNERS = ""


class Links:
    def __init__(self) -> None:
        self.address = ""  # of the workspace, known when we are connected
        self._newest: OrderedDict[tuple[int, str], tuple[str, str]] = OrderedDict()

    def stands(self, conversation: int, channel: str, ts: str, *, owner: bool) -> None:
        for where in (channel, OWNERS) if owner else (channel,):
            self._newest[conversation, where] = (channel, ts)
            self._newest.move_to_end((conversation, where))
        while len(self._newest) > REMEMBERED:
            self._newest.popitem(last=False)

    def newer(self, conversation: int, channel: str, ts: str) -> str:
        """Return the link to a card that came after this one: in the same channel, or else its owner's."""
        known = (self._newest.get((conversation, where)) for where in (channel, OWNERS))
        return next((self._link(*found) for found in known if found and found != (channel, ts)), "")

    def _link(self, channel: str, ts: str) -> str:
        return f"{self.address}archives/{channel}/p{ts.replace('.', '')}" if self.address else ""
