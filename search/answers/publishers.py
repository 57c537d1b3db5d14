"""The words of a question that name a body which publishes here."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db.models import Exists, Func, OuterRef

from hub.catalogue.queries import entries
from hub.documents import Viewer
from hub.municipalities.models import Body
from search.analysis import analyse


def publisher_terms(terms: Iterable[str], viewer: Viewer) -> frozenset[str]:
    """Which of these terms stand in the name of a body that published something readable. One query.

    Not in any body's: in the whole directory there are towns called Wissen and Brücken.
    """
    asked = frozenset(term for term in terms if term.isalnum())
    if not asked:
        return asked
    key = Func(OuterRef("key"), template="ARRAY[%(expressions)s]::varchar[]")
    publishes = Exists(entries(viewer).filter(publishers__contains=key))
    begins = rf"\m({'|'.join(map(re.escape, sorted(asked)))})"
    names = Body.objects.filter(publishes, search_name__regex=begins).values_list("name", flat=True)
    return asked & {token.term for name in names for token in analyse(name)}
