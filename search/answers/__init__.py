"""Answers from the collected documents: verbatim passages, or claims that they prove (``generation``).

Key files: ``passages`` (cutting), ``embedding``, ``vectors`` and ``reembedding`` (vectors), ``indexing``,
``components`` and ``pipeline`` (retrieval through Haystack), ``verdicts`` (what was found), ``service`` (one
question).
"""

from __future__ import annotations

import os

# Haystack reads both while it is imported, wherever that is: no figures of use leave the house.
os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
os.environ["HAYSTACK_LOGGING_IGNORE_STRUCTLOG"] = "true"
