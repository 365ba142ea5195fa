"""A gallery of every card and dialog in every state, to look at and to compare in tests."""
