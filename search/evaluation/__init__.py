"""How good site search is: a judged set of queries, measured the same way for every engine.

The format of a set and the meaning of the figures are in ``docs/relevanz.md``.
"""
