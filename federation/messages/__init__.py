"""Directed messages between hubs: outside the log, acknowledged one by one, tried until they arrive."""
