"""What each decision does, inside its one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot import card_places, claims, hours, publishing
from bot.card_places import RELEASED
from bot.case import Case, mend, refuse, too_late
from bot.conversation import Action, State, step
from bot.errors import NotAllowed
from bot.mandate import colleagues
from bot.model import CloseReason
from bot.reading import may_see
from bot.rules import department_of
from bot.store import conversations, jobs, replies, small
from bot.store.sentences import unload
from knowledge.sentence import Sentence, say

FORWARDS = 3  # from the third on, the coordinator gets it


def apply(case: Case) -> None:
    """Carry out a decision; raises Refusal before anything is written."""
    try:
        DO[case.decision.action](case)
    except NotAllowed as exc:
        too_late(case, exc)
    card_places.show(case.connection, case.conversation, now=case.now)


def tell(case: Case, sentence: Sentence) -> None:
    """Say a line under the card, for those who are concerned."""
    subject = f"{case.conversation.id}.{case.conversation.version}"
    jobs.enqueue(case.connection, "say", subject, at=case.now, payload={"sentence": unload(sentence)})


def _claim(case: Case) -> None:
    mine = case.conversation.state is State.CLAIMED and case.conversation.holder == case.member.key
    if not mine:
        claims.give(case, Action.CLAIM, case.member.key, writing=case.decision.writing)
    elif case.decision.writing and not case.conversation.writing:
        case.move(Action.CLAIM, state=State.CLAIMED, writing=True)


def _release(case: Case) -> None:
    step(case.conversation.state, Action.RELEASE)
    if case.conversation.holder != case.member.key:
        raise NotAllowed(case.conversation.state, Action.RELEASE)
    case.move(Action.RELEASE, **RELEASED)


def _take_over(case: Case) -> None:
    step(case.conversation.state, Action.TAKE_OVER)
    case.same_version()
    before = case.conversation.holder or case.conversation.submitted_by
    _hand_on_draft(case, before)
    claims.give(case, Action.TAKE_OVER, case.member.key, writing=case.decision.writing)
    if before and before != case.member.key:
        old = case.rulebook.members.get(before)
        tell(
            case,
            say("%(name)s took this over from %(other)s.", name=case.member.name, other=old.name if old else before),
        )


def _hand_on_draft(case: Case, before: str) -> None:
    """The new holder goes on with the text that was there, unless they have one of their own."""
    kept = small.draft(case.connection, case.conversation.id, before)
    if kept and not small.draft(case.connection, case.conversation.id, case.member.key):
        small.save_draft(
            case.connection,
            conversation_id=case.conversation.id,
            member=case.member.key,
            text=kept.text,
            entry=kept.entry,
            kind=kept.kind,
            privately=kept.privately,
            saved_at=case.now,
        )


def _send_back(case: Case) -> None:
    step(case.conversation.state, Action.SEND_BACK)
    case.same_version()
    if not case.decision.note.strip() and case.conversation.submitted_by != case.member.key:
        mend(note=say("Say what should be different."))
    note = case.decision.note.strip()
    claims.give(case, Action.SEND_BACK, case.conversation.submitted_by, returned_note=note)


def _forward(case: Case) -> None:
    step(case.conversation.state, Action.FORWARD)
    case.same_version()
    decision, rulebook = case.decision, case.rulebook
    topic = rulebook.topics.get(decision.topic)
    target = decision.department or (topic.department if topic else "")
    if target not in rulebook.departments:
        mend(department=say("Choose a department, a topic or a neighbourhood office."))
    if target == case.conversation.department and (not topic or topic.key == case.conversation.topic):
        mend(department=say("This department has it already."))
    if case.conversation.forwards + 1 >= FORWARDS:
        target = rulebook.catch_all
    case.move(
        Action.FORWARD,
        department=target,
        topic=topic.key if topic else case.conversation.topic,
        forwards=case.conversation.forwards + 1,
        **RELEASED,
    )
    card_places.move(case.connection, case.conversation, rulebook, now=case.now)
    name = department_of(rulebook, target).name
    tell(case, say("%(name)s forwarded this to %(department)s.", name=case.member.name, department=name))


def _ask(case: Case) -> None:
    step(case.conversation.state, Action.ASK)
    known = {person.key: person for person in colleagues(case.conversation, case.rulebook, today=case.today)}
    asked = known.get(case.decision.colleague)
    if asked is None:
        mend(colleague=say("Choose a colleague."))
    until = case.decision.until
    if until is None or until <= case.now:
        mend(until=say("Choose a time that is still to come."))
    if case.conversation.state is State.OPEN:
        claims.give(case, Action.CLAIM, case.member.key)
    case.move(Action.ASK, asked=asked.key, asked_until=until, writing=False)
    jobs.reschedule(case.connection, "asked", str(case.conversation.id), at=until)
    question = case.decision.note.strip() or say("Do you know the answer?")
    tell(
        case,
        say(
            "%(name)s asks %(other)s, before %(time)s: %(question)s",
            name=case.member.name,
            other=asked.name,
            time=until,
            question=question,
        ),
    )


def _remind(case: Case) -> None:
    step(case.conversation.state, Action.REMIND)
    until = case.decision.until
    if until is None or until <= case.now:
        mend(until=say("Choose a time that is still to come."))
    case.move(Action.REMIND, remind_at=until, remind_by=case.member.key)
    jobs.reschedule(case.connection, "remind", str(case.conversation.id), at=until)


def _close(case: Case) -> None:
    step(case.conversation.state, Action.CLOSE)
    case.same_version()
    reason, note = case.decision.reason, case.decision.note.strip()
    if reason is None:
        mend(reason=say("Choose why no reply is needed."))
    if reason is CloseReason.REPORT_FILED and not note:
        mend(note=say("Give the number of the report."))
    case.move(Action.CLOSE, close_reason=reason, close_note=note, **RELEASED)


def _reopen(case: Case) -> None:
    step(case.conversation.state, Action.REOPEN)
    case.same_version()
    if replies.live(case.connection, case.conversation.id):
        raise NotAllowed(case.conversation.state, Action.REOPEN)
    due = hours.due_from(
        case.now, case.rulebook, department=case.conversation.department, topic=case.conversation.topic
    )
    case.move(Action.REOPEN, reopened=True, due_at=due, close_reason="", close_note="", **RELEASED)


def _merge(case: Case) -> None:
    step(case.conversation.state, Action.MERGE)
    case.same_version()
    into = conversations.lock(case.connection, case.decision.into) if case.decision.into else None
    if into is None or into.id == case.conversation.id or into.state in (State.FOLDED, State.WITHDRAWN):
        mend(into=say("Choose another open conversation."))
    if not may_see(case.connection, case.member, into, case.rulebook, today=case.today):
        mend(into=say("Choose another open conversation."))
    if into.account != case.conversation.account or into.visibility is not case.conversation.visibility:
        mend(into=say("Only conversations of one account with the same visibility can be merged."))
    if case.conversation.urgent:
        refuse(say("An urgent message stays on its own."))
    case.move(Action.MERGE, folded_into=into.id, **RELEASED)


def _unmerge(case: Case) -> None:
    step(case.conversation.state, Action.UNMERGE)
    case.move(Action.UNMERGE, folded_into=None)


DO: Mapping[Action, Callable[[Case], None]] = {
    Action.CLAIM: _claim,
    Action.RELEASE: _release,
    Action.TAKE_OVER: _take_over,
    Action.SUBMIT: publishing.submit,
    Action.APPROVE: publishing.approve,
    Action.SEND_BACK: _send_back,
    Action.HOLD_BACK: publishing.hold_back,
    Action.FORWARD: _forward,
    Action.ASK: _ask,
    Action.REMIND: _remind,
    Action.CLOSE: _close,
    Action.REOPEN: _reopen,
    Action.MERGE: _merge,
    Action.UNMERGE: _unmerge,
    Action.CORRECT: publishing.correct,
    Action.RETRACT: publishing.retract,
    Action.CONFIRM: publishing.confirm,
    Action.SEND_AGAIN: publishing.send_again,
}
