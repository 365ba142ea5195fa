"""The rulebook in force, with the advice that follows from it; swapped as a whole when the file changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.model import Who
from knowledge.advisor import Advisor
from knowledge.rulebook.values import Department, Rulebook, Topic


@dataclass(slots=True)
class Rules:
    """Read ``rulebook`` once per decision: a reload may replace it at any moment."""

    rulebook: Rulebook
    advisor: Advisor

    def replace(self, rulebook: Rulebook, advisor: Advisor) -> None:
        self.rulebook, self.advisor = rulebook, advisor


def department_of(rulebook: Rulebook, key: str) -> Department:
    """Return a department, or the catch-all when the file no longer has it: nothing is lost."""
    return rulebook.departments.get(key) or rulebook.departments[rulebook.catch_all]


def topic_of(rulebook: Rulebook, key: str) -> Topic | None:
    return rulebook.topics.get(key)


def who(rulebook: Rulebook, key: str) -> Who | None:
    """Return how a colleague is named; somebody who left keeps their key."""
    if not key:
        return None
    member = rulebook.members.get(key)
    return Who(key=key, name=member.name if member else key)


def local_day(rulebook: Rulebook, moment: datetime) -> date:
    return moment.astimezone(rulebook.town.zone).date()
