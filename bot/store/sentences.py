"""Sentences as JSON: the English text and its values, to be translated when they are shown."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from knowledge.sentence import Sentence


def unload(sentence: Sentence | None) -> dict[str, Any]:
    """Return the JSON form; empty for no sentence."""
    if sentence is None:
        return {}
    return {"text": sentence.text, "values": {name: _value(value) for name, value in sentence.values.items()}}


def load(stored: dict[str, Any]) -> Sentence | None:
    if not stored:
        return None
    return Sentence(stored["text"], {name: _loaded(value) for name, value in stored["values"].items()})


def _value(value: object) -> Any:
    if isinstance(value, Sentence):
        return {"sentence": unload(value)}
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, timedelta):
        return {"seconds": value.total_seconds()}
    return value


def _loaded(value: Any) -> object:
    if isinstance(value, dict) and "sentence" in value:
        return load(value["sentence"])
    if isinstance(value, dict) and "at" in value:
        return datetime.fromisoformat(value["at"])
    if isinstance(value, dict) and "seconds" in value:
        return timedelta(seconds=value["seconds"])
    return value
