"""Comparing the catalogue with what each peer says of its own entries, and mending what differs."""
