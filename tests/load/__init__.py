"""Figures of a running network: ``make bench``. One table, ratios to a baseline of the same run.

Key files: ``network`` (starts, memory), ``propagation`` (publish to visible), ``pages`` (throughput and
query counts), ``table`` (the rows). Nothing here fails on a slow machine: it measures.
"""
