"""Columns that several tables have."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field


def json() -> Any:
    return Field(default_factory=dict, sa_column=Column(JSON, nullable=False, default=dict))
