"""Engines of site search. Which one answers is decided in :mod:`search.engines.choosing` alone."""
