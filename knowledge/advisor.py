"""Everything that Balie advises about a text, from one rulebook and one knowledge base."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache, partial

from knowledge import privacy, suggest
from knowledge.advice import Advice, Found, Message, Route, Suggestion
from knowledge.faq import Entry
from knowledge.protocol import EMERGENCY_TEXT, treatment
from knowledge.routing import Router
from knowledge.rulebook.values import Rulebook
from knowledge.suggest.meaning import Model
from knowledge.text import clean, tokens
from knowledge.wordings import impersonal

SEARCHED = 8  # entries that a search by hand shows
RECENT = 256  # texts whose personal data is remembered: a text is advised about, and then drawn
# What a citizen reads when the answer would be about personal circumstances.
PRIVATE_TEXT = "Stuur ons een privébericht. Zet hier geen persoonlijke gegevens. Dan helpen wij u verder."


class Advisor:
    """Safe to ask from any thread; a changed rulebook or knowledge base makes a new one."""

    def __init__(
        self,
        rulebook: Rulebook,
        entries: Iterable[Entry] = (),
        *,
        confirmed: Mapping[str, Sequence[str]] | None = None,
        rejected: Mapping[str, Sequence[str]] | None = None,
        model: Model | None = None,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        entries = tuple(entries)
        self._rulebook = rulebook
        self._router = Router(rulebook)
        self._ranker = suggest.build(entries, confirmed=confirmed, rejected=rejected, model=model)
        self._today = today
        self._found = lru_cache(maxsize=RECENT)(partial(privacy.find, own=rulebook.contacts))
        self._vocabulary = frozenset(word for entry in entries for word in _words(entry))

    def advise(self, message: Message) -> Advice:
        """Return where a message goes, what may be answered and which personal data it holds."""
        route = self._router.route(message)
        return Advice(
            route=route, suggestions=self._suggestions(message.text, route), personal=self.personal(message.text)
        )

    def search(self, text: str) -> tuple[Suggestion, ...]:
        """Return the entries that fit what a colleague typed, however little."""
        return tuple(found.suggestion for found in self._ranker.search(text, limit=SEARCHED, today=self._today()))

    def matched(self, text: str, key: str) -> tuple[tuple[int, int], ...]:
        """Return where the words stand in a message by which an entry fits it, to be highlighted."""
        return self._ranker.matched(text, key)

    def personal(self, text: str) -> tuple[Found, ...]:
        """Return the personal data in a text; the town's own numbers and mailboxes are none."""
        return self._found(text)

    def mask(self, text: str) -> str:
        """Return the text with each citizen service number masked: this is what may be stored."""
        return privacy.mask_bsn(text)

    def shown(self, text: str) -> str:
        """Return a citizen's text as it may be shown: nothing in it that hides or reorders other text."""
        return clean(text)

    def presentable(self, text: str) -> str:
        """Return a citizen's text for a card that many see: also without personal data."""
        cleaned = clean(text)
        return privacy.redact(cleaned, self.personal(cleaned))

    def wording(self, text: str, *, author: str) -> str:
        """Return what may be learned from a message; empty when too little is left."""
        return impersonal(text, author=author, vocabulary=self._vocabulary)

    def _suggestions(self, text: str, route: Route) -> tuple[Suggestion, ...]:
        topic = self._rulebook.topics.get(route.topic)
        rule = treatment(route.protocol, self._rulebook) if route.protocol else None
        if rule and not rule.suggest:
            return (Suggestion(entry="", title="", answer=rule.text),) if rule.text else ()
        fixed = rule.text if rule and rule.text else topic.text if topic else ""
        if not fixed and topic and topic.sensitive:
            fixed = PRIVATE_TEXT
        if not fixed and route.urgent:
            fixed = EMERGENCY_TEXT
        if fixed:
            return (Suggestion(entry="", title=topic.name if topic else "", answer=fixed),)
        return self._ranker.suggest(text, route, today=self._today())


def _words(entry: Entry) -> Iterator[str]:
    for text in (entry.question, *entry.variants, entry.answer):
        yield from tokens(text)
