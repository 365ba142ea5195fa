"""The commands of balie, one file a group."""
