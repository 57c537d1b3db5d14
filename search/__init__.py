"""Site search and answers: what reads the catalogue by words.

Key files: ``analysis`` (German terms), ``language`` and ``words`` (the words and synonyms in force, and those
of this instance), ``expansion`` (queries), ``records``, ``engines`` (the seam in ``base``, ``choosing``,
PostgreSQL, and Meilisearch in ``meili``), ``consumers`` (following the catalogue), ``rebuilding`` and
``watching`` (indexes), ``reading`` and ``file_texts`` (attached files), ``site_search`` and ``views`` (the
page), ``asked`` (what was sought), ``evaluation`` (how well is found); ``answers`` (passages and retrieval).
"""
