"""Which known answers fit a message: first those in the citizen's language, then those in the town's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.advice import Route, Suggestion
from knowledge.faq import Entry
from knowledge.rulebook.values import Kind, ProtocolClass
from knowledge.suggest.confidence import PERHAPS
from knowledge.suggest.elsewhere import organisations
from knowledge.suggest.meaning import Model
from knowledge.suggest.phrasings import Phrasings
from knowledge.suggest.shelf import Scored, Shelf, fill

SUGGESTED = 3
FOREIGN = 0.6  # what a chance is worth that rests on the words of another language
# What never gets an answer from the knowledge base, whatever the rulebook says.
SILENT = frozenset(
    {
        ProtocolClass.THREAT,
        ProtocolClass.SELF_HARM,
        ProtocolClass.INSULT,
        ProtocolClass.PRESS,
        ProtocolClass.POLITICS,
        ProtocolClass.WOO,
    }
)
NOTHING_ASKED = frozenset({Kind.THANKS, Kind.SPAM})
MOST_CHARACTERS = 2_000  # of a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranker:
    """A knowledge base that can be asked, from any thread; ``build`` makes one, nothing changes it."""

    shelves: Mapping[str, Shelf]  # by language; the first is the town's own: that of most entries

    def suggest(self, text: str, route: Route, *, today: date) -> tuple[Suggestion, ...]:
        """Return what a civil servant is offered: valid entries that may fit, or where else the citizen must be.

        Entries in the citizen's language go first; then those in the town's own, and never those in a third.
        """
        if route.protocol in SILENT or route.kind in NOTHING_ASKED:
            return ()
        department = route.department if route.rule else ""
        found = self.rank(text, department=department, today=today, language=route.language)
        if route.language != self._own_language:
            found += [self._doubted(scored) for scored in self.rank(text, department=department, today=today)]
        fitting = [scored.suggestion for scored in found if scored.score >= PERHAPS]
        return tuple(fitting[:SUGGESTED]) or _referrals(text)

    def rank(
        self, text: str, *, department: str = "", limit: int = SUGGESTED, today: date | None = None, language: str = ""
    ) -> list[Scored]:
        """Return the entries in a language, the town's own by default, that fit best, with the chance that each does.

        Best first. With ``today`` only those that are still valid then.
        """
        shelf = self.shelves.get(language or self._own_language)
        return shelf.rank(text[:MOST_CHARACTERS], department=department, limit=limit, today=today) if shelf else []

    def search(self, text: str, *, limit: int, today: date | None = None) -> list[Scored]:
        """Return the entries in any language that fit best what a colleague typed."""
        found = [scored for each in self.shelves for scored in self.rank(text, limit=limit, today=today, language=each)]
        return sorted(found, key=lambda scored: -scored.score)[:limit]

    def matched(self, text: str, key: str) -> tuple[tuple[int, int], ...]:
        """Return where the words stand in a message by which an entry fits it, to be highlighted."""
        marked = (shelf.matched(text, key) for shelf in self.shelves.values())
        return next((spans for spans in marked if spans is not None), ())

    def _doubted(self, scored: Scored) -> Scored:
        """Return it less sure when only words say so: words of two languages look alike and mean something else."""
        by_meaning = self.shelves[self._own_language].by_meaning
        return scored if by_meaning else Scored(scored.entry, FOREIGN * scored.score)

    @property
    def _own_language(self) -> str:
        return next(iter(self.shelves), "")


def _referrals(text: str) -> tuple[Suggestion, ...]:
    """Return where the citizen must be instead, when one other organisation is meant and nothing of ours fits."""
    other = organisations(text)
    return tuple(
        Suggestion(entry="", title=each.name, answer=each.referral, score=PERHAPS) for each in other if len(other) == 1
    )


def build(
    entries: Iterable[Entry],
    *,
    confirmed: Mapping[str, Sequence[str]] | None = None,
    rejected: Mapping[str, Sequence[str]] | None = None,
    synonyms: Iterable[Sequence[str]] = (),
    model: Model | None = None,
) -> Ranker:
    """Build a ranker; ``confirmed`` and ``rejected`` hold citizens' phrasings by the key of an entry.

    With a ``model`` the meaning counts too. Takes seconds: run it off the event loop.
    """
    known = [
        Phrasings(
            entry=entry,
            confirmed=tuple((confirmed or {}).get(entry.key, ())),
            rejected=tuple((rejected or {}).get(entry.key, ())),
        )
        for entry in entries
    ]
    groups = tuple(tuple(group) for group in synonyms)
    languages = [language for language, _ in Counter(each.entry.language for each in known).most_common()]
    return Ranker(
        shelves={
            language: fill([each for each in known if each.entry.language == language], synonyms=groups, model=model)
            for language in languages
        }
    )
