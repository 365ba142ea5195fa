"""routing_rules.yaml: reading it, checking it, and the frozen values that come of it."""
