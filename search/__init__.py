"""Site search and answers: what reads the catalogue by words.

Key files: ``analysis`` (German terms), ``expansion`` (queries), ``records``, ``engines`` (the seam and
PostgreSQL), ``consumers`` (following the catalogue), ``views``; ``answers`` (passages and retrieval).
"""
