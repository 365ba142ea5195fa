"""Where civil servants decide: one file or folder a chat app."""
