"""Turns a draft into exactly what will stand on the public channel, and says what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model import Mention
from bot.ports import PublicChannel
from bot.rules import Rules
from knowledge.advice import Found
from knowledge.rulebook.values import Account, Member, SignOff
from knowledge.sentence import Sentence, say

NEVER = "bsn"  # personal data that no tick allows

KINDS = {
    "bsn": say("a citizen service number (BSN)"),
    "iban": say("a bank account number"),
    "phone": say("a telephone number"),
    "email": say("an e-mail address"),
    "address": say("an address"),
    "case_number": say("a case number"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """The parts as they will stand there, and what keeps them from being posted."""

    parts: tuple[str, ...]
    lengths: tuple[int, ...]
    limit: int
    warnings: tuple[Sentence, ...]  # needs the tick
    blocked: Sentence | None

    @property
    def too_long(self) -> int:
        """Return by how many characters the longest part is over the limit; 0 when all fit."""
        return max(0, max(self.lengths) - self.limit)


def compose(
    text: str, *, mention: Mention, member: Member, channel: PublicChannel, rules: Rules, split: bool = False
) -> Composed:
    """Add the address and the sign-off, split when asked, and look for personal data."""
    before = f"{mention.author} " if channel.abilities.addresses else ""
    after = sign_off(channel.account, member)
    limit = channel.abilities.max_length
    body = text.strip()
    whole = f"{before}{body}{after}"
    parts: tuple[str, ...] = (whole,)
    if split and channel.length(whole) > limit:
        parts = tuple(_split(body, before=before, after=after, channel=channel))
    found = rules.advisor.personal(body)
    return Composed(
        parts=parts,
        lengths=tuple(channel.length(part) for part in parts),
        limit=limit,
        warnings=tuple(_warning(kind) for kind in dict.fromkeys(f.kind for f in found) if kind != NEVER),
        blocked=_blocked(body, found),
    )


def room(channel: PublicChannel, mention: Mention, member: Member) -> int:
    """Return how many characters are left for the draft itself."""
    before = f"{mention.author} " if channel.abilities.addresses else ""
    return channel.abilities.max_length - channel.length(before + sign_off(channel.account, member))


def sign_off(account: Account, member: Member) -> str:
    match account.sign_off:
        case SignOff.INITIALS:
            return f" ^{member.initials}"
        case SignOff.FIRST_NAME:
            return f" {member.name.split()[0]}"
        case SignOff.NONE:
            return ""


def too_long(composed: Composed, channel: PublicChannel) -> Sentence:
    return say(
        "%(count)d characters too long for %(channel)s. Make it shorter or choose 'Split into %(parts)d messages'.",
        count=composed.too_long,
        channel=channel.abilities.title,
        parts=max(2, -(-max(composed.lengths) // composed.limit)),
    )


def _warning(kind: str) -> Sentence:
    return say("this holds %(what)s.", what=KINDS[kind])  # "Let op:" stands before it


def _blocked(body: str, found: tuple[Found, ...]) -> Sentence | None:
    if not body:
        return say("There is no text yet.")
    if any(f.kind == NEVER for f in found):
        return say("This holds a citizen service number (BSN). It may never be posted; take it out.")
    return None


def _split(body: str, *, before: str, after: str, channel: PublicChannel) -> list[str]:
    """Cut at word ends into parts that fit, each marked (1/2), (2/2) ..."""
    for mark in (" (9/9)", " (99/99)"):
        chunks = _chunks(body, channel, fits=channel.abilities.max_length - channel.length(before + after + mark))
        if len(chunks) < 10:
            break
    last = len(chunks)
    return [f"{before}{chunk} ({n}/{last}){after if n == last else ''}" for n, chunk in enumerate(chunks, start=1)]


def _chunks(body: str, channel: PublicChannel, *, fits: int) -> list[str]:
    chunks: list[str] = []
    for word in body.split():
        longer = f"{chunks[-1]} {word}" if chunks else word
        if chunks and channel.length(longer) <= fits:
            chunks[-1] = longer
        else:
            chunks.append(word)
    return chunks
