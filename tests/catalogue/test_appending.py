"""Appending from several transactions at once: gapless, chained, and visible in order."""

from __future__ import annotations

import threading
import time
import uuid

import pytest
from django.db import connection, transaction
from django.utils import timezone

from hub.catalogue import log
from hub.catalogue.models import Change, ChangeType
from hub.env import env
from tests.catalogue.test_concurrency import SETTLERS, together

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

APPENDS = 15


def append_some(number):
    """Append in transactions that stay open for a moment, as a real one does."""
    for _ in range(APPENDS):
        with transaction.atomic():
            object_id = f"{env.origin}/id/{uuid.uuid4()}"
            log.append(env.origin, object_id, 1, ChangeType.PUBLISH, "sha256:0", timezone.now())
            time.sleep(0.002 * number)


def test_appends_at_once_leave_no_gap_and_one_chain():
    together(append_some)
    changes = list(Change.objects.filter(origin=env.origin).order_by("position"))
    assert [change.seq for change in changes] == list(range(1, SETTLERS * APPENDS + 1))
    assert [change.prev_hash for change in changes[1:]] == [change.hash for change in changes[:-1]]
    assert all(change.hash == log.hash_of(change) for change in changes)


def test_a_reader_by_position_never_skips_a_change():
    done = threading.Event()
    seen: list[int] = []

    def read():
        position = 0
        try:
            while True:
                last_round = done.is_set()
                rows = list(Change.objects.filter(position__gt=position).order_by("position"))
                seen.extend(change.position for change in rows)
                position = rows[-1].position if rows else position
                if last_round:
                    return
        finally:
            connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    together(append_some)
    done.set()
    reader.join(timeout=20)
    assert seen == list(Change.objects.order_by("position").values_list("position", flat=True))
    assert len(seen) == SETTLERS * APPENDS
