"""Webhooks: other systems are told what has been published here."""
