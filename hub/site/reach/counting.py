"""Counting what is read and downloaded: in memory first, written in batches after responses.

A request costs no query for being counted. What is held is the day, the document, the file and a number;
of the person nothing: no address, no session, no cookie, no referrer, no user agent. See
docs/decisions/0010.
"""

from __future__ import annotations

import atexit
import datetime as dt
import uuid
from collections import Counter
from typing import Any, NamedTuple

from django.core.signals import request_finished
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from hub.catalogue.models import CatalogueEntry
from hub.counts import Buffer, write_at_end, write_quietly
from hub.readers import is_reader, takes_file
from hub.site.reach.models import Measure

EVERY_SECONDS = 10.0
"""How long counts wait in memory at least; a process that is killed loses no more than came since."""

# Rows are sent in one order, so that two processes that write the same ones wait and never lock each other.
UPSERT = """
    INSERT INTO site_daycount (day, uuid, measure, digest, form, count)
    SELECT * FROM unnest(%s::date[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::bigint[])
    ON CONFLICT (uuid, day, measure, digest, form)
    DO UPDATE SET count = site_daycount.count + EXCLUDED.count
"""


class Key(NamedTuple):
    """What is counted apart."""

    day: dt.date
    uuid: uuid.UUID
    measure: str
    digest: str = ""
    form: str = ""


buffer: Buffer[Key] = Buffer()


def count_view(request: HttpRequest, entry: CatalogueEntry) -> None:
    """Count that a document's page was read. Previews, crawlers and what is loaded ahead do not count."""
    if entry.pk is not None and is_reader(request):
        buffer.add(Key(timezone.localdate(), entry.uuid, Measure.VIEW))


def count_download(request: HttpRequest, uuid: uuid.UUID, digest: str = "", form: str = "") -> None:
    """Count that a file of a document was downloaded, or the document itself as ``form`` (``pdf``, ``md``…).

    For answers that hand it out whole; :func:`begins_file` tells. Crawlers do not count.
    """
    if takes_file(request):
        buffer.add(Key(timezone.localdate(), uuid, Measure.DOWNLOAD, digest, form))


def begins_file(response: HttpResponseBase) -> bool:
    """Whether an answer hands out a file from its first byte: a download that goes on later is one."""
    if response.status_code == 206:
        return response.headers.get("Content-Range", "").startswith("bytes 0-")
    return response.status_code == 200


def flush() -> int:
    """Write what is held now; returns how many rows. What the database refuses is held on, and raised."""
    return _write(buffer.take())


def flush_when_due(**_signal: Any) -> None:
    """Write what is held if the last time is long enough ago; a failure is logged and tried again later."""
    write_quietly(buffer.take(EVERY_SECONDS), _write)


def keep_flushing() -> None:
    """Have this process write its counts after responses and at its end. For processes that serve pages."""
    request_finished.connect(flush_when_due, dispatch_uid="reach.flush")
    atexit.register(write_at_end, flush)


def _write(counts: Counter[Key]) -> int:
    if not counts:
        return 0
    rows = [(*key, number) for key, number in sorted(counts.items())]
    try:
        with connection.cursor() as cursor:
            cursor.execute(UPSERT, [list(column) for column in zip(*rows, strict=True)])
    except BaseException:
        buffer.give_back(counts)
        raise
    return len(rows)
