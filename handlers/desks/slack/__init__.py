"""Slack as a desk: cards in the channels of the departments, dialogs for everything that is decided."""
