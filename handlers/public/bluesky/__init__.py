"""Bluesky (AT Protocol): mentions, replies and quotes in; answers out under a record key of our own."""

from handlers.public.bluesky.channel import Bluesky

__all__ = ["Bluesky"]
