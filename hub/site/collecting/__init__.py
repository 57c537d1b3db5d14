"""Chosen records as one PDF."""
