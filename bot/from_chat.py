"""From an answer that was posted to an answer of the base: a new one, or a better one."""

from __future__ import annotations

import re

from bot import compose, mandate
from bot.model import Told
from bot.model.answers import AnswerDraft
from bot.reading import Reading
from bot.store import answers, mentions, replies
from bot.store.records import Conversation, StoredReply
from knowledge.faq import Entry
from knowledge.rulebook.values import Member
from knowledge.sentence import Sentence, say

NOTHING = say("There is no answer here to keep.")

_MARK = re.compile(r" \(\d\d?/\d\d?\)$")  # of an answer in parts


def begun(reading: Reading, conversation_id: int, *, anew: bool) -> AnswerDraft | Told:
    """Return what a colleague begins with: the text that stands there, without address and sign-off."""
    found = reading.readable(conversation_id)
    if isinstance(found, Told):
        return found
    member, conversation = found
    stands = replies.standing(replies.of_conversation(reading.connection, conversation_id))
    if not stands:
        return Told(sentence=NOTHING)
    text = " ".join(_body(reading, conversation, part) for part in stands)
    stored = None if anew else answers.get(reading.connection, stands[0].entry)
    if stored:
        entry, revision = stored.entry, stored.revision
    elif anew:
        entry, revision = _fresh(reading, conversation, text), 0
    else:
        return Told(sentence=say("This answer did not come from the standard answers. Keep it as a new one."))
    drawn = reading.card(conversation_id)
    assert drawn  # noqa: S101, it is readable
    at_once = mandate.may_keep(member, entry, today=reading.today)
    return AnswerDraft(card=drawn, entry=entry, seen_revision=revision, stands_at_once=at_once)


def personal(reading: Reading, conversation_id: int, entry: Entry) -> dict[str, Sentence]:
    """Return the fields that hold what is about one person: an answer of the base is for everybody."""
    advisor = reading.draftsman.rules.advisor
    names = {m.mention.author.lower() for m in mentions.of_conversation(reading.connection, conversation_id)}
    fields = {"question": entry.question, "answer": entry.answer, "short": entry.short}
    told = say("Take out what is about one person: this answer is for everybody.")
    return {
        name: told
        for name, text in fields.items()
        if advisor.personal(text) or any(len(who) > 2 and who in text.lower() for who in names)
    }


def _fresh(reading: Reading, conversation: Conversation, text: str) -> Entry:
    account = reading.rulebook.accounts.get(conversation.account)
    return Entry(
        key="",
        question="",
        answer=text,
        department=conversation.department,
        topic=conversation.topic,
        language=account.language if account else reading.rulebook.town.language,
        formal=account.formal if account else True,
    )


def _body(reading: Reading, conversation: Conversation, part: StoredReply) -> str:
    """Return what was written, without what Balie put around it."""
    text, rulebook = part.text, reading.rulebook
    mention = mentions.get(reading.connection, part.seen.mention_id).mention
    writer = rulebook.members.get(part.written_by) or Member(key="", name=part.written_by or "?", initials="?")
    channel = reading.draftsman.channels.get(conversation.account)
    if channel:
        text = text.removesuffix(compose.sign_off(channel.account, writer))
    return _MARK.sub("", text.removeprefix(f"{mention.author} ")).strip()
