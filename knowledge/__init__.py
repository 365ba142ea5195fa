"""Text and rules in, advice out; pure."""
