"""What happens in a dialog: what is typed is kept, step 1 leads to step 2, and only step 2 hands in a text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.conversation import Action
from bot.model import Answer, Decision, Done, Draft, Told, Wrong
from handlers.cards import Verb
from handlers.cards.buttons import AFTER_A_DIALOG
from handlers.cards.kept import outcome
from handlers.cards.written import OWN_WORDS, choices, entry_in
from handlers.desks.slack import asking, words
from handlers.desks.slack.binding import LONGEST_TEXT, Bound, Target
from handlers.desks.slack.blocks import Json, lines, option, rich, run
from handlers.desks.slack.buttons import Buttons
from handlers.desks.slack.keeping import KEEPING, kept
from handlers.desks.slack.payload import HandedIn, Pressed, filled_in
from handlers.desks.slack.preview import PLACING, to_placed, to_preview
from handlers.desks.slack.workspace import Ack, Workspace
from handlers.desks.slack.writing import ENTRY, PRIVATELY, READING, SEARCH, TEXT, WRITING, kind_of, too_long, writing
from knowledge.advice import Suggestion
from knowledge.rulebook.values import DeskIdentity
from knowledge.sentence import Sentence

MOST_FOUND = 20
ALERT = "alert"


class Dialogs:
    def __init__(self, workspace: Workspace, buttons: Buttons) -> None:
        self._at = workspace
        self._buttons = buttons

    # --- while writing ---------------------------------------------------------------------------------------------

    async def typed(self, pressed: Pressed, ack: Ack) -> None:
        """Keep what was typed so far, and with it the claim."""
        if pressed.view:
            bound = Bound.of(pressed.view["private_metadata"])
            bound = replace(bound, privately=_private(filled_in(pressed.view)))
            await self._keep(pressed.by, bound, str(pressed.action.get("value") or ""))
        await ack()

    async def found(self, text: str, bound: Bound, by: DeskIdentity) -> list[Json]:
        """Return the known answers that a search finds, as options."""
        suggestions = await self._at.office.search(text, bound.conversation, by)
        return [option(each.title, each.entry) for each in suggestions[:MOST_FOUND] if each.entry]

    async def chose(self, pressed: Pressed, ack: Ack) -> None:
        """Put the chosen answer in the field; one's own words stay when "Zelf schrijven" is chosen."""
        view = pressed.view
        if view is None:
            await ack()
            return
        bound = Bound.of(view["private_metadata"])
        dialog = await self._at.office.view(bound.conversation, pressed.by)
        if isinstance(dialog, Told):
            await ack()
            self._at.afterwards(self._at.tell(pressed, dialog.sentence))
            return
        searched = pressed.action["action_id"] == SEARCH
        found = await self._searched(pressed, bound) if searched else None
        offered = choices(dialog, [found] if found else [], most=LONGEST_TEXT)
        chosen = next((each for each in offered if each.value == pressed.value), None)
        there = filled_in(view)
        text = chosen.text if chosen else str(there[TEXT] or "") if TEXT in there else dialog.text
        choice = chosen.value if chosen else OWN_WORDS
        bound = replace(bound, choice=choice, entry=entry_in(choice), privately=_private(filled_in(view)))
        await self._keep(pressed.by, bound, text)
        await ack()
        view = writing(dialog, bound, text=text, wording=self._at.wording, found=found)
        self._at.afterwards(self._at.replace(pressed, view))

    async def _searched(self, pressed: Pressed, bound: Bound) -> Suggestion | None:
        title = (pressed.action.get("selected_option") or {}).get("text", {}).get("text", "")
        suggestions = await self._at.office.search(title, bound.conversation, pressed.by)
        return next((each for each in suggestions if each.entry == pressed.value), None)

    async def _keep(self, by: DeskIdentity, bound: Bound, text: str) -> Draft:
        draft = Draft(
            conversation_id=bound.conversation,
            by=by,
            text=text,
            entry=bound.entry,
            kind=kind_of(bound),
            privately=bound.privately,
        )
        await self._at.office.save_draft(draft)
        return draft

    # --- handing in ------------------------------------------------------------------------------------------------

    async def hand_in(self, given: HandedIn, ack: Ack) -> None:
        match given.callback:
            case name if name == WRITING:
                await self._written(given, ack)
            case name if name == READING:
                await self._read(given, ack)
            case name if name == PLACING:
                await self._settle(given, await self._at.office.decide(_placing(given)), ack)
            case name if name.startswith(KEEPING):
                await self._kept(given, ack)
            case name if name.startswith(asking.ASKING):
                await self._settle(given, await self._at.office.decide(_asked(given)), ack)
            case _:
                await ack()

    async def _read(self, given: HandedIn, ack: Ack) -> None:
        """From reading a private message to answering it, which claims."""
        target = Target(verb=Verb.ANSWER, conversation=given.bound.conversation, version=given.bound.version)
        pressed = Pressed(by=given.by, click=given.click, action={}, trigger=given.trigger)
        drawn = await self._buttons.write(pressed, target)
        await ack(response_action="update", view=self._at.dialog(drawn))

    async def _kept(self, given: HandedIn, ack: Ack) -> None:
        """Keep an answer that was posted for everybody, or put it to its owner."""
        bound, office = given.bound, self._at.office
        draft = await office.begin_answer(bound.conversation, given.by, anew=bound.verb is Verb.KEEP_NEW)
        if isinstance(draft, Told):
            await ack(response_action="update", view=self._at.dialog(draft.sentence))
            return
        entry = kept(draft, given.values)
        answer = await office.keep_answer(bound.conversation, given.by, entry, seen_revision=bound.revision)
        if isinstance(answer, Wrong) and (errors := self._errors(given, answer.fields)):
            await ack(response_action="errors", errors=errors)
        elif isinstance(answer, Wrong):
            await ack(response_action="update", view=self._alerted(given, answer.fields))
        else:
            told = answer.sentence if isinstance(answer, Told) else outcome(answer)
            await ack(response_action="update", view=self._at.dialog(told))

    async def _written(self, given: HandedIn, ack: Ack) -> None:
        """Step 1 is done: show exactly what would stand there."""
        if TEXT not in given.values:  # it has no room here, and what was kept of it stays as it is
            dialog = await self._at.office.view(given.bound.conversation, given.by)
            length = 0 if isinstance(dialog, Told) else len(dialog.text)
            await ack(response_action="errors", errors=self._errors(given, {ENTRY: too_long(length)}))
            return
        bound = replace(given.bound, privately=_private(given.values))
        draft = await self._keep(given.by, bound, str(given.values.get(TEXT) or ""))
        preview = await self._at.office.preview(draft)
        card = await self._at.office.card(given.bound.conversation, given.by)
        if isinstance(preview, Told) or card is None:
            why = preview.sentence if isinstance(preview, Told) else self._at.unseen(given.by)
            await ack(response_action="update", view=self._at.dialog(why))
        elif preview.blocked and not draft.text.strip():
            await ack(response_action="errors", errors=self._errors(given, {TEXT: preview.blocked}))
        else:
            bound = replace(bound, choice="", text=draft.text)
            await ack(response_action="push", view=to_preview(preview, bound, card, wording=self._at.wording))

    async def _settle(self, given: HandedIn, answer: Answer, ack: Ack) -> None:
        """Done: what became of it. Told: the sentence. Wrong: words at the fields, and nothing typed is lost."""
        match answer:
            case Done() if given.callback == PLACING:
                await ack(response_action="update", view=to_placed(answer.card, wording=self._at.wording))
            case Done() if given.bound.verb is Verb.TAKE_OVER:
                target = Target(verb=Verb.ANSWER, conversation=given.bound.conversation, version=answer.card.version)
                drawn = await self._buttons.show(given.by, target)
                await ack(response_action="update", view=self._at.dialog(drawn))
            case Done():
                await ack(response_action="clear")
            case Told():
                await ack(response_action="update", view=self._at.dialog(answer.sentence))
            case Wrong():
                errors = self._errors(given, answer.fields)
                if errors:
                    await ack(response_action="errors", errors=errors)
                else:
                    await ack(response_action="update", view=self._alerted(given, answer.fields))

    def _errors(self, given: HandedIn, fields: Mapping[str, Sentence]) -> dict[str, str]:
        """Return the words by block; a text that is too long is mended at the box that splits it."""
        blocks = {each["block_id"].split(".")[0]: each["block_id"] for each in _inputs(given.view)}
        found: dict[str, str] = {}
        for name, sentence in fields.items():
            places = (name, asking.WHERE.get(name, ""), "split" if name == "text" else "")
            place = next((each for each in places if each in blocks), "")
            if place:
                words_there = words.TICK_IT if place == "personal" else sentence
                found[blocks[place]] = self._at.wording.text(words_there)
        return found

    def _alerted(self, given: HandedIn, fields: Mapping[str, Sentence]) -> Json:
        """Return the same dialog with the words on top, where no field is to put them at."""
        rows = [[run(self._at.wording.text(each), bold=True)] for each in fields.values()]
        kept = [each for each in given.view["blocks"] if each.get("block_id") != ALERT]
        known = ("type", "title", "close", "submit", "callback_id", "private_metadata", "clear_on_close")
        same = {name: given.view[name] for name in known if given.view.get(name)}
        return {**same, "blocks": [rich(lines(*rows), block_id=ALERT), *kept]}


def _placing(given: HandedIn) -> Decision:
    """The one place where a text is handed in: the preview that shows exactly this text."""
    bound = given.bound
    answer = Action.CORRECT if bound.verb is Verb.CORRECT else Action.APPROVE
    return Decision(
        click=given.click,
        by=given.by,
        conversation_id=bound.conversation,
        action=Action.SUBMIT if bound.submits else answer,
        seen_version=bound.version,
        seen=bound.seen,
        text=bound.text,
        entry=bound.entry,
        personal_allowed=bool(given.values.get("personal")),
        split=bool(given.values.get("split")),
        privately=bound.privately,
    )


def _private(values: Mapping[str, Any]) -> bool:
    return bool(values.get(PRIVATELY))


def _asked(given: HandedIn) -> Decision:
    verb = given.bound.verb
    return Decision(
        click=given.click,
        by=given.by,
        conversation_id=given.bound.conversation,
        action=AFTER_A_DIALOG[verb],
        seen_version=given.bound.version,
        seen=given.bound.seen,
        **asking.chosen(verb, given.values),
    )


def _inputs(view: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in view["blocks"] if each["type"] == "input"]
