"""The hub as a source for assistants: a server of the Model Context Protocol at ``/mcp`` that only reads.

Key files: ``tools`` (what an assistant can call), ``finding`` and ``reading`` (what it gets), ``server`` (the
protocol, by the package ``mcp``), ``bridge`` (from a request of Django to the package, and back).
"""
