"""Which generation of the PostgreSQL index answers, for statements and for queries of the ORM.

The table says so; where it says nothing, as on a new instance, rows are written and read as the first one.
Each statement so sees one generation whole, also while another takes its place.
"""

from __future__ import annotations

from typing import Any

from django.db.models.expressions import RawSQL

from search.models import SearchIndex

POSTGRES = "postgres"
FIRST = 1
LIVE = (
    "(SELECT coalesce(max(generation), 1) FROM search_searchindex "
    "WHERE engine = 'postgres' AND generation > 0)"
)
"""SQL of the number of the generation that answers."""


def live() -> Any:
    """The same as an expression: ``VocabularyWord.objects.filter(generation=live())``."""
    return RawSQL(LIVE, [])  # noqa: S611 - a constant


def live_generation() -> int:
    """The number itself; one query."""
    found = SearchIndex.objects.filter(engine=POSTGRES, generation__gt=0)
    return found.values_list("generation", flat=True).first() or FIRST
