"""Engines of site search. Which one answers is decided in :func:`current_engine` alone."""

from __future__ import annotations

from search.engines.base import Engine


def current_engine() -> Engine:
    """The engine of this instance."""
    from search.engines.postgres import PostgresEngine  # models are ready only after the apps

    return PostgresEngine()
