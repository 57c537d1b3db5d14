"""Building index and passages again, in one transaction: readers see the old ones until the end."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db import transaction

from hub.catalogue.consumers import rewind, run_consumers
from search.answers.indexing import drop_orphans
from search.consumers import PASSAGES, SEARCH
from search.engines import current_engine
from search.models import Passage, SearchRecord


@dataclass(frozen=True)
class Rebuilt:
    """What was built, and how long it took."""

    records: int
    passages: int
    seconds: float


def rebuild() -> Rebuilt:
    """Empty the index, let both consumers read the whole catalogue again, drop what no entry has."""
    started = time.monotonic()
    with transaction.atomic():
        current_engine().clear()
        for consumer in (SEARCH, PASSAGES):
            rewind(consumer)
            run_consumers(consumer)
        drop_orphans()
    return Rebuilt(SearchRecord.objects.count(), Passage.objects.count(), time.monotonic() - started)
