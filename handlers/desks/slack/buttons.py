"""What happens at a click: at once, or after the dialog that it opens. Nothing here places a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation import Action
from bot.model import Answer, Card, Decision, Done, Draft, Told, Wrong
from handlers.cards import Verb
from handlers.cards.buttons import AT_ONCE
from handlers.cards.merging import mergeable
from handlers.desks.slack import asking
from handlers.desks.slack.binding import Target, bound_to
from handlers.desks.slack.blocks import Json
from handlers.desks.slack.keeping import to_keep
from handlers.desks.slack.payload import Pressed
from handlers.desks.slack.preview import to_placed, to_preview
from handlers.desks.slack.workspace import Ack, Drawn, Workspace
from handlers.desks.slack.writing import to_reading, to_writing
from knowledge.rulebook.values import DeskIdentity
from knowledge.sentence import say

WRITES = (Verb.ANSWER, Verb.CONTINUE)


class Buttons:
    def __init__(self, workspace: Workspace) -> None:
        self._at = workspace

    async def press(self, pressed: Pressed, ack: Ack) -> None:
        target = Target.of(pressed.value)
        if target is None or target.verb is Verb.VISIT:  # a link: the browser has gone there already
            await ack()
        elif target.verb in AT_ONCE:
            await self._at_once(pressed, target, ack)
        else:
            await self._at.open(pressed, self._draw(pressed, target), ack)

    async def _at_once(self, pressed: Pressed, target: Target, ack: Ack) -> None:
        """Decide, then acknowledge: a click that was not kept is not acknowledged, and Slack says so."""
        answer = await self._at.office.decide(
            Decision(
                click=pressed.click,
                by=pressed.by,
                conversation_id=target.conversation,
                action=AT_ONCE[target.verb],
                seen_version=target.version,
            )
        )
        await ack()
        self._at.afterwards(self._settle(pressed, answer))

    async def _settle(self, pressed: Pressed, answer: Answer) -> None:
        match answer:
            case Done() if pressed.in_dialog:
                await self._at.replace(pressed, to_placed(answer.card, wording=self._at.wording))
            case Done():
                await self._at.redraw(pressed, answer.card)
            case Told():
                await self._at.tell(pressed, answer.sentence)
            case Wrong():
                await self._at.tell(pressed, next(iter(answer.fields.values())))

    async def _draw(self, pressed: Pressed, target: Target) -> Drawn:
        match target.verb:
            case Verb.ANSWER | Verb.CONTINUE:
                return await self.write(pressed, target)
            case Verb.CORRECT | Verb.READ | Verb.CHECK:
                return await self.show(pressed.by, target)
            case Verb.KEEP_NEW | Verb.KEEP_CHANGE:
                return await self._keep(pressed.by, target)
            case _:
                return await self._ask(pressed.by, target)

    async def _keep(self, by: DeskIdentity, target: Target) -> Drawn:
        draft = await self._at.office.begin_answer(target.conversation, by, anew=target.verb is Verb.KEEP_NEW)
        return draft.sentence if isinstance(draft, Told) else to_keep(draft, target.verb, wording=self._at.wording)

    async def write(self, pressed: Pressed, target: Target) -> Drawn:
        """Opening the writing dialog claims; for a conversation of somebody else, taking over is asked first."""
        card = await self._at.office.card(target.conversation, pressed.by)
        if card is None:
            return self._at.unseen(pressed.by)
        if Action.TAKE_OVER in card.actions and card.holder and card.holder.key != self._member(pressed.by):
            return await self._ask(pressed.by, replace(target, verb=Verb.TAKE_OVER))
        if Action.CLAIM in card.actions:
            answer = await self._at.office.decide(
                Decision(
                    click=pressed.click,
                    by=pressed.by,
                    conversation_id=target.conversation,
                    action=Action.CLAIM,
                    seen_version=card.version,
                    writing=True,
                )
            )
            if isinstance(answer, Told):
                return answer.sentence
        return await self.show(pressed.by, replace(target, verb=Verb.ANSWER))

    async def show(self, by: DeskIdentity, target: Target) -> Drawn:
        dialog = await self._at.office.view(target.conversation, by)
        if isinstance(dialog, Told):
            return dialog.sentence
        wording = self._at.wording
        if target.verb is Verb.READ:
            return to_reading(dialog, wording=wording)
        if target.verb is not Verb.CHECK:
            return to_writing(dialog, target.verb, wording=wording)
        draft = Draft(
            conversation_id=target.conversation,
            by=by,
            text=dialog.text,
            entry=dialog.entry,
            privately=dialog.privately,
        )
        preview = await self._at.office.preview(draft)
        if isinstance(preview, Told):
            return preview.sentence
        bound = replace(
            bound_to(dialog.card, Verb.CHECK), entry=dialog.entry, privately=dialog.privately
        )  # the text is the one that was submitted, however long; nobody can change it while it waits
        return to_preview(preview, bound, dialog.card, wording=wording, dialog=dialog)

    def _member(self, by: DeskIdentity) -> str:
        member = self._at.rulebook().member(by)
        return member.key if member else ""

    async def _ask(self, by: DeskIdentity, target: Target) -> Drawn:
        card = await self._at.office.card(target.conversation, by)
        if card is None:
            return self._at.unseen(by)
        fields = await self._fields(by, target.verb, card)
        return asking.to_question(card, target.verb, fields, wording=self._at.wording)

    async def _fields(self, by: DeskIdentity, verb: Verb, card: Card) -> Sequence[Json]:
        wording = self._at.wording
        match verb:
            case Verb.CLOSE | Verb.SPAM:
                found = asking.closing(card, verb, wording=wording)
            case Verb.FORWARD:
                found = asking.forwarding(card, self._at.rulebook(), wording=wording)
            case Verb.ASK:
                colleagues = await self._at.office.colleagues(card.conversation_id, by)
                found = asking.consulting(colleagues, wording=wording)
            case Verb.REMIND:
                found = asking.timing(say("When?"), wording=wording)
            case Verb.MERGE:
                found = asking.merging(await mergeable(self._at.office, card, by), wording=wording)
            case Verb.TAKE_OVER:
                found = asking.taking_over(card, wording=wording)
            case Verb.SEND_BACK:
                found = asking.sending_back(wording=wording)
            case Verb.RETRACT:
                found = asking.retracting(card, wording=wording)
            case Verb.IT_IS_THERE:
                found = asking.confirming(card, wording=wording)
            case Verb.DONE_THERE:
                found = asking.done_there(card, wording=wording)
            case Verb.SEND_AGAIN:
                found = asking.sending_again(card, wording=wording)
            case _:
                return ()
        return tuple(found)
