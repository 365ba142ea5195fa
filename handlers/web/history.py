"""The words for what happened to a conversation, from the lines of the audit."""

from __future__ import annotations

from bot.model import HistoryLine
from knowledge.sentence import Sentence, say

HAPPENED = {
    "received": say("received"),
    "routed": say("sent to a department"),
    "claim": say("taken"),
    "release": say("let go"),
    "take_over": say("taken over"),
    "submit": say("handed in for a check"),
    "approve": say("approved for posting"),
    "send_back": say("sent back"),
    "hold_back": say("held back"),
    "forward": say("forwarded"),
    "ask": say("put to a colleague"),
    "remind": say("a reminder set"),
    "close": say("closed without a reply"),
    "reopen": say("reopened"),
    "merge": say("merged with another message"),
    "unmerge": say("taken apart again"),
    "correct": say("corrected"),
    "retract": say("retracted"),
    "confirm": say("confirmed that it is there"),
    "send_again": say("posted again"),
    "sent": say("posted"),
    "refused": say("refused by the channel"),
    "blocked": say("stopped: the connection has expired"),
    "unsure": say("maybe posted"),
    "follow_up": say("the sender reacted again"),
    "edited": say("the sender changed the message"),
    "withdrawn": say("the sender deleted the message"),
    "claim_expired": say("let go, nothing was written"),
    "read": say("the private message was read"),
}


def happened(line: HistoryLine) -> Sentence | str:
    """Say what an audit line tells; one without words of its own is shown by its name."""
    what = HAPPENED.get(line.action, line.action.replace("_", " "))
    return say("%(what)s (not done)", what=what) if line.result == "refused" and line.who else what
