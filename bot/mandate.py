"""Who may do what; an empty mandate means nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.conversation import Action
from bot.model import Who
from bot.store.records import Conversation
from knowledge.faq import Entry
from knowledge.protocol import treatment
from knowledge.rulebook.values import Member, ProtocolClass, Role, Rulebook, Topic

READS = (Role.READER, Role.AGENT, Role.APPROVER, Role.SPOKESPERSON, Role.COORDINATOR)
ANSWERS = (Role.AGENT, Role.APPROVER, Role.SPOKESPERSON, Role.COORDINATOR)
PUBLISHES = (Role.APPROVER, Role.SPOKESPERSON)
KEEPS = (Role.APPROVER, Role.SPOKESPERSON, Role.COORDINATOR)  # publish answers of the base
PINS = (Role.SPOKESPERSON, Role.COORDINATOR)
NEEDS_PUBLISHER = (Action.RETRACT, Action.CONFIRM, Action.SEND_AGAIN)  # to publish is a matter of ``may_publish``


def may_read(member: Member, department: str, *, today: date) -> bool:
    return _has(member, READS, department=department, topic=None, today=today)


def may(member: Member, action: Action, conversation: Conversation, *, today: date) -> bool:
    """Tell whether the mandate reaches this action."""
    if action is Action.SEND_BACK and conversation.submitted_by != member.key:
        return _publishes(member, conversation, today=today)
    roles = PUBLISHES if action in NEEDS_PUBLISHER else ANSWERS
    return _has(member, roles, department=conversation.department, topic=conversation.topic, today=today)


def may_publish(
    member: Member, conversation: Conversation, rulebook: Rulebook, *, written_by: str, today: date
) -> bool:
    """Tell whether this person may put a text by ``written_by`` on the public channel."""
    if not _publishes(member, conversation, today=today):
        return False
    return member.key != written_by or not needs_four_eyes(conversation, rulebook)


def publishers(conversation: Conversation, rulebook: Rulebook, *, written_by: str, today: date) -> Sequence[Who]:
    """Return who may approve a text by ``written_by``, in the order of the file."""
    return [
        Who(key=member.key, name=member.name)
        for member in rulebook.members.values()
        if may_publish(member, conversation, rulebook, written_by=written_by, today=today)
    ]


def colleagues(conversation: Conversation, rulebook: Rulebook, *, today: date) -> Sequence[Who]:
    """Return who may answer this conversation."""
    return [
        Who(key=member.key, name=member.name)
        for member in rulebook.members.values()
        if may(member, Action.CLAIM, conversation, today=today)
    ]


def approves_for(member: Member, rulebook: Rulebook, *, today: date) -> Sequence[str]:
    """Return the departments in which this member may approve at least something."""
    return [key for key in rulebook.departments if _has(member, PUBLISHES, department=key, topic=None, today=today)]


def may_keep(member: Member, entry: Entry, *, today: date) -> bool:
    """Tell whether this person may publish this answer in the knowledge base: its owner too, with any mandate."""
    owns = bool(entry.owner) and entry.owner in (member.key, member.name)
    return (owns and may_see_answers(member, today=today)) or _has(
        member, KEEPS, department=entry.department, topic=entry.topic, today=today
    )


def keepers(entry: Entry, rulebook: Rulebook, *, today: date) -> Sequence[Who]:
    """Return who may publish this answer: its owner first, then in the order of the file."""
    able = [member for member in rulebook.members.values() if may_keep(member, entry, today=today)]
    able.sort(key=lambda member: entry.owner not in (member.key, member.name))
    return [Who(key=member.key, name=member.name) for member in able]


def may_propose(member: Member, *, today: date) -> bool:
    """Tell whether this person may put a change of an answer to its owner."""
    return _anywhere(member, ANSWERS, today=today)


def may_see_answers(member: Member, *, today: date) -> bool:
    return _anywhere(member, READS, today=today)


def coordinates(member: Member, *, today: date) -> bool:
    return _anywhere(member, (Role.COORDINATOR,), today=today)


def may_pin(member: Member, topic: Topic, *, today: date) -> bool:
    return _has(member, PINS, department=topic.department, topic=topic.key, today=today)


def needs_four_eyes(conversation: Conversation, rulebook: Rulebook) -> bool:
    """Tell whether the department, the topic or the protocol asks for a second pair of eyes."""
    department = rulebook.departments.get(conversation.department)
    topic = rulebook.topics.get(conversation.topic)
    protocol = treatment(ProtocolClass(conversation.protocol), rulebook) if conversation.protocol else None
    return any(asks and asks.four_eyes for asks in (department, topic, protocol))


def _publishes(member: Member, conversation: Conversation, *, today: date) -> bool:
    return _has(member, PUBLISHES, department=conversation.department, topic=conversation.topic, today=today)


def _anywhere(member: Member, roles: Sequence[Role], *, today: date) -> bool:
    return any(
        mandate.role in roles and (mandate.until is None or today <= mandate.until) for mandate in member.mandates
    )


def _has(member: Member, roles: Sequence[Role], *, department: str, topic: str | None, today: date) -> bool:
    return any(
        mandate.role in roles
        and (not mandate.departments or department in mandate.departments)
        and (topic is None or not mandate.topics or topic in mandate.topics)
        and (mandate.until is None or today <= mandate.until)
        for mandate in member.mandates
    )
