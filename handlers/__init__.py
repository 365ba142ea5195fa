"""Every outside surface: platforms, web pages, command line; and the wiring."""
