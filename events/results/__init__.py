"""What became of the sessions of an event: their status, their pages, and the documentation of the whole."""
