"""Calendars to subscribe to and invitations (RFC 5545, RFC 5546)."""
