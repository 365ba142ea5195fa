"""The pages that Balie serves itself: the embedded desk and square."""
