"""Proposals for sessions, who would come, and votes."""
