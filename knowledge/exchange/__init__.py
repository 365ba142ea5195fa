"""Answers in and out of files: YAML, CSV, Excel, JSON and the questions of a web page."""

from knowledge.exchange.columns import guess
from knowledge.exchange.filled import filled
from knowledge.exchange.plan import Change, Kind, Plan, plan
from knowledge.exchange.reading import ENDINGS, read, rows
from knowledge.exchange.values import FIELDS, MAX_BYTES, NAMES, Row, Sheet, Unreadable, named
from knowledge.exchange.writing import WRITTEN, written

__all__ = [
    "ENDINGS",
    "FIELDS",
    "MAX_BYTES",
    "NAMES",
    "WRITTEN",
    "Change",
    "Kind",
    "Plan",
    "Row",
    "Sheet",
    "Unreadable",
    "filled",
    "guess",
    "named",
    "plan",
    "read",
    "rows",
    "written",
]
