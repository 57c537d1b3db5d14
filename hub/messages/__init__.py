"""Directed messages between bodies, here and on other hubs."""
