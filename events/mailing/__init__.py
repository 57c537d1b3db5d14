"""Mails about events: written in the transaction they tell of, sent by the worker."""
