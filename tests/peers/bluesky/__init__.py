"""Bluesky's own servers on this machine, and the handler against them."""
