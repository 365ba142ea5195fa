"""Where citizens speak: one file or folder a platform."""
