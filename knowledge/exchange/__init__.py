"""Answers in and out of files: YAML, CSV, Excel, JSON and the questions of a web page."""

from knowledge.exchange.plan import Change, Kind, Plan, plan
from knowledge.exchange.values import Row, Sheet, Unreadable

__all__ = ["Change", "Kind", "Plan", "Row", "Sheet", "Unreadable", "plan"]
