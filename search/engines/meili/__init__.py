"""Site search in Meilisearch. All German is done by :mod:`search.analysis`; the server ranks tokens.

Nothing of Meilisearch's own reading of words takes part (no typos, no prefixes, no synonyms, no splitting of
German words): what it holds are tokens of ``[a-z0-9]`` that stand for stems, pairs of parts and spellings of
one meaning, so that it finds what PostgreSQL finds.
"""
