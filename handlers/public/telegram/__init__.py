"""Telegram: private messages, groups and comments on a channel, through a bot; no key, no way to look back."""

from handlers.public.telegram.channel import Telegram
from handlers.public.telegram.webhook import telegram_route

__all__ = ["Telegram", "telegram_route"]
