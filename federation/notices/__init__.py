"""Signed notices of an instance about itself: new keys, a new domain, items handed over, leaving."""
