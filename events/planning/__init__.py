"""The plan: placing sessions, its history, its releases."""
