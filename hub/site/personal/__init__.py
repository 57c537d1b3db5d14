"""The personal area: what waits for somebody, settings, the copy of their data, and the way out."""
