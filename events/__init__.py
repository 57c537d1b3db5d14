"""Events: their pages, programmes and calendars."""
