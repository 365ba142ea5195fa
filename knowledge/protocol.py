"""The response protocol: which messages are treated apart, and what follows for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from knowledge import kinds, text
from knowledge.advice import Message
from knowledge.phrases import PhraseBook
from knowledge.rulebook.values import Kind, ProtocolClass, ProtocolRule, Rulebook
from knowledge.word_lists import sections

# What a citizen reads, in the words that Dutch public services use for it.
EMERGENCY_TEXT = "Is er direct gevaar? Bel 112. Ruikt u gas? Bel 0800-9009 (gratis, dag en nacht)."
HELPLINE_TEXT = (
    "We lezen dat u het moeilijk hebt. Praat er met iemand over. Bel 113 of 0800-0113 (gratis, dag en nacht) "
    "of chat op 113.nl. Is er direct gevaar? Bel 112."
)
COMPLAINT_TEXT = (
    "Vervelend dat u niet tevreden bent. U kunt een klacht indienen via onze website of met een brief. "
    "Dan krijgt u een ontvangstbevestiging en hoort u wie uw klacht behandelt."
)
WOO_TEXT = (
    "Een Woo-verzoek kunt u niet via sociale media doen. Stuur het verzoek via onze website of met een brief. "
    "Dan krijgt u een ontvangstbevestiging en weet u wanneer u antwoord krijgt."
)

_BUILT_IN = {
    rule.protocol: rule
    for rule in (
        ProtocolRule(protocol=ProtocolClass.THREAT, words=(), urgent=True, suggest=False),
        ProtocolRule(protocol=ProtocolClass.SELF_HARM, words=(), urgent=True, suggest=False, text=HELPLINE_TEXT),
        ProtocolRule(
            protocol=ProtocolClass.CRITICISM, words=(), suggest=False, four_eyes=True, wait=timedelta(minutes=30)
        ),
        ProtocolRule(protocol=ProtocolClass.OWN_ORGANISATION, words=(), suggest=False, four_eyes=True),
        ProtocolRule(protocol=ProtocolClass.PRESS, words=(), suggest=False),
        ProtocolRule(protocol=ProtocolClass.POLITICS, words=(), suggest=False),
        ProtocolRule(protocol=ProtocolClass.FORMAL_COMPLAINT, words=(), suggest=False, text=COMPLAINT_TEXT),
        ProtocolRule(protocol=ProtocolClass.WOO, words=(), suggest=False, text=WOO_TEXT),
        ProtocolRule(protocol=ProtocolClass.INSULT, words=(), suggest=False),
    )
}
# Where a message fits several classes the first counts: danger first, then what binds by law, then who must speak.
_ORDER = (
    ProtocolClass.THREAT,
    ProtocolClass.SELF_HARM,
    ProtocolClass.WOO,
    ProtocolClass.FORMAL_COMPLAINT,
    ProtocolClass.PRESS,
    ProtocolClass.CRITICISM,
    ProtocolClass.OWN_ORGANISATION,
    ProtocolClass.POLITICS,
    ProtocolClass.INSULT,
)
_NEVER_SUGGESTED = frozenset(
    (ProtocolClass.THREAT, ProtocolClass.SELF_HARM, ProtocolClass.PRESS, ProtocolClass.POLITICS, ProtocolClass.WOO)
)

# A figure of speech or a quote takes the edge off: nobody is threatened by a mosquito.
_HARMLESS = PhraseBook((line, heading) for heading, line in sections("harmless"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """A protocol class and the tokens that show it."""

    protocol: ProtocolClass
    first: int
    last: int


class Protocol:
    """The built-in signals and those of the rulebook, ready to look through messages."""

    def __init__(self, rulebook: Rulebook) -> None:
        lines = [(line, ProtocolClass(heading)) for heading, line in sections("protocol")]
        lines += [
            (_literal(words), rule.protocol) for rule in rulebook.protocol for words in rule.words if _literal(words)
        ]
        self._signals = PhraseBook(lines)
        self._rulebook = rulebook

    def find(
        self, tokens: Sequence[str], message: str, *, kind: Kind | None = None, topical: bool = False
    ) -> Verdict | None:
        """Return the class of a message of which ``tokens`` are the words; ``topical``: a rule took it."""
        cues = self._signals.find(tokens)
        if not cues:
            return None
        harmless = [(cue.first, cue.last) for cue in _HARMLESS.find(tokens)]
        cues = [cue for cue in cues if not any(first <= cue.last and cue.first <= last for first, last in harmless)]
        if not cues:
            return None
        first = min(cues, key=lambda cue: _ORDER.index(cue.meaning))
        if first.meaning is ProtocolClass.INSULT and (topical or _really_asks(tokens, message, kind)):
            return None
        return Verdict(first.meaning, first.first, first.last)


def classify(message: Message, rulebook: Rulebook) -> ProtocolClass | None:
    """Return the protocol class of one message; a Router keeps its Protocol and is much faster."""
    verdict = Protocol(rulebook).find(text.tokens(message.text), message.text)
    return verdict.protocol if verdict else None


def treatment(protocol: ProtocolClass, rulebook: Rulebook) -> ProtocolRule:
    """Return what follows for a class: what the rulebook says, and the built-in rule for what it leaves open.

    A threat and a signal of self-harm always go at once, and never with an answer from the knowledge base.
    """
    built_in = _BUILT_IN[protocol]
    own = next((rule for rule in rulebook.protocol if rule.protocol is protocol), None)
    if own is None:
        return built_in
    return replace(
        own,
        urgent=own.urgent or built_in.urgent,
        suggest=own.suggest and protocol not in _NEVER_SUGGESTED,
        text=own.text or built_in.text,
        four_eyes=own.four_eyes or built_in.four_eyes,
        wait=own.wait or built_in.wait,
    )


def _literal(words: str) -> str:
    """Return a phrase of the rulebook without the signs of a phrase book."""
    return " ".join(text.term_tokens(words))


_ASKS = re.compile(r"\b(?:wanneer|hoe|waar|welke?|hoelang|hoeveel|waarom|kan ik|mag ik|moet ik|when|how|where)\b")


def _really_asks(tokens: Sequence[str], message: str, kind: Kind | None) -> bool:
    """Say whether more than abuse is said: 'zijn jullie gek?' is no question."""
    kind = kind or kinds.guess(message, tokens)
    return kind in (Kind.REPORT, Kind.SUGGESTION) or (kind is Kind.QUESTION and bool(_ASKS.search(" ".join(tokens))))
