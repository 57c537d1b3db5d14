"""Fills a database with made-up documents and their passages, as the consumers would write them."""

from __future__ import annotations

import os
import resource
import time
from itertools import islice
from typing import Any

from django.core.management import call_command
from django.db import connection

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.env import env
from search.answers.indexing import write_passages
from search.answers.models import Passage
from search.engines.choosing import engines
from search.rebuilding import rebuild
from search.targets import EngineTarget
from tests.load.search_documents import make_documents
from tests.load.search_filling import CITY, fill_bodies, follow_no_more, store

BATCH = 200
MOST_DOCUMENTS = 1_000_000
TABLES = ("search_passage", "search_passagevector")


def measure(count: str) -> dict[str, Any]:
    """Write so many passages; seconds of that alone, bytes of their tables, memory of this process."""
    wanted = int(count)
    with open(os.devnull, "w") as nowhere:
        call_command("load_demo", CITY, stdout=nowhere)
    settle()
    fill_bodies()
    made = make_documents(MOST_DOCUMENTS, env.origin)
    passages, seconds, documents = 0, 0.0, 0
    while passages < wanted:
        batch = list(islice(made, BATCH))
        store(batch)
        documents += len(batch)
        ids = [each.document.id for each in batch]
        began = time.perf_counter()
        for entry in CatalogueEntry.objects.filter(object_id__in=ids):
            passages += write_passages(entry)
        seconds += time.perf_counter() - began
    follow_no_more()
    engine = next(each for each in engines() if each.name == "postgres")
    rebuild(EngineTarget(engine))  # questions are read by the words that site search knows
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    held = Passage.objects.count()
    told = {"passages": held, "documents": documents, "seconds": seconds}
    return {**told, "written": passages, "size": _size(), "memory": memory}


def _size() -> int:
    """Bytes of the passages with their indexes and vectors."""
    with connection.cursor() as cursor:
        total = "SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(%s::text[]) AS name"
        cursor.execute(total, [list(TABLES)])
        return int(cursor.fetchone()[0])
