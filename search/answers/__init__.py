"""Answers from the collected documents: verbatim passages, nothing phrased.

Key files: ``passages`` (cutting), ``embedding``, ``indexing``, ``components`` and ``pipeline``
(retrieval through Haystack), ``verdicts`` (what was found), ``service`` (one question).
"""
