"""Moderation of what other instances publish: the admin, and peers whose items are reviewed first."""
