"""Telegram: private messages, groups and comments on a channel, through a bot; no key, no way to look back."""

from handlers.public.telegram.channel import Telegram

__all__ = ["Telegram"]
