"""Suggestion: which known answers fit a citizen's message, and how sure that is."""

from knowledge.suggest.ranker import Ranker, build
from knowledge.suggest.shelf import Scored

__all__ = ["Ranker", "Scored", "build"]
