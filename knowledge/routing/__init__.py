"""Which department owns a message, and why."""

from knowledge.routing.router import Router

__all__ = ["Router"]
