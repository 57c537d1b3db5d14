"""Feeds, sitemap, embedding: what other sites and programs read of the hub."""
