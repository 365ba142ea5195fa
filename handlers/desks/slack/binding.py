"""What a button and a dialog remember: which conversation, and what its reader saw. The state is in the database."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from bot.model import Card, Seen
from handlers.cards import Verb
from handlers.desks.slack.blocks import METADATA

LONGEST_TEXT = 2500  # of a draft; with what it is bound to it must fit in one dialog


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The value of a button: a card as it was drawn."""

    verb: Verb
    conversation: int
    version: int

    def __str__(self) -> str:
        return f"{self.verb}:{self.conversation}:{self.version}"

    @classmethod
    def of(cls, text: str) -> Target | None:
        """Read a value back; None when it is none of ours."""
        verb, _, rest = text.partition(":")
        conversation, _, version = rest.partition(":")
        if verb not in set(Verb) or not (_number(conversation) and _number(version)):
            return None
        return cls(verb=Verb(verb), conversation=int(conversation), version=int(version))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What a dialog was opened on; travels in ``private_metadata``."""

    verb: Verb
    conversation: int
    version: int
    mention: int
    mention_version: int
    mention_hash: str
    choice: str = ""  # step 1: the known answer that is chosen; empty: own words
    entry: str = ""  # where the text came from
    revision: int = 0  # keeping an answer: the revision of the entry that was seen
    submits: bool = False  # step 2: hands in for a check instead of placing
    checking: bool = False  # step 2: another wrote this text
    privately: bool = False  # step 2: goes to the author of a public message alone
    text: str = ""  # step 2: the draft that the preview shows

    @property
    def seen(self) -> Seen:
        return Seen(mention_id=self.mention, version=self.mention_version, text_hash=self.mention_hash)

    def __str__(self) -> str:
        """Return one line of JSON and the draft as it is, which then needs no escapes."""
        head = asdict(self)
        text = head.pop("text")
        whole = f"{json.dumps(head, separators=(',', ':'))}\n{text}"
        if len(whole) > METADATA:
            raise ValueError("a dialog cannot remember this much")  # a text that lost its end must never be placed
        return whole

    @classmethod
    def of(cls, metadata: str) -> Bound:
        head, _, text = metadata.partition("\n")
        known = json.loads(head)
        return cls(**{**known, "verb": Verb(known["verb"])}, text=text)


def bound_to(card: Card, verb: Verb) -> Bound:
    return Bound(
        verb=verb,
        conversation=card.conversation_id,
        version=card.version,
        mention=card.seen.mention_id,
        mention_version=card.seen.version,
        mention_hash=card.seen.text_hash,
    )


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18
