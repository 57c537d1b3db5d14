"""Calendars after RFC 5545: files to subscribe to, invitations by mail, and a check that readers agree."""
