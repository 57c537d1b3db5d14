"""In the end all instances hold the same, whatever happened in between; and three faults do not go unseen."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from federation import transport
from hub.catalogue import applying, log
from hub.catalogue.models import Change, LogHead
from tests.federation.machine.exchange import Exchange
from tests.federation.machine.instances import Instance

MANY = settings(
    max_examples=30,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

pytestmark = pytest.mark.django_db


def test_whatever_happens_nothing_is_lost_forged_or_doubled():
    run_state_machine_as_test(Exchange, settings=MANY)


def test_without_the_digest_check_it_fails(monkeypatch):
    monkeypatch.setattr(transport, "_check_body", lambda received: None)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Exchange, settings=MANY)


def test_without_the_cursor_check_it_fails(monkeypatch):
    monkeypatch.setattr(applying, "check_follows", lambda change, head: None)
    with pytest.raises((AssertionError, ExceptionGroup)):
        run_state_machine_as_test(Exchange, settings=MANY)


def test_with_numbers_from_a_database_sequence_it_fails(monkeypatch):
    prepare = Instance.prepare

    def with_sequence(self: Instance) -> None:
        prepare(self)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SEQUENCE {self.schema}.own_log")

    monkeypatch.setattr(Instance, "prepare", with_sequence)
    monkeypatch.setattr(log, "append", append_by_sequence)
    with pytest.raises((AssertionError, ExceptionGroup)):
        run_state_machine_as_test(Exchange, settings=MANY)


def append_by_sequence(
    origin: str, object_id: str, revision: int, kind: str, digest: str, created: dt.datetime
) -> Change:
    """What :func:`hub.catalogue.log.append` must not be."""
    LogHead.objects.get_or_create(origin=origin)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('own_log')")
        seq = cursor.fetchone()[0]
    head = LogHead.objects.get(origin=origin)
    change = Change(
        origin=origin,
        epoch=head.epoch,
        seq=seq,
        prev_hash=head.head_hash,
        object_id=object_id,
        revision=revision,
        type=kind,
        object_digest=digest,
        created=created,
        position=log.next_position(),
    )
    change.hash = log.hash_of(change)
    LogHead.objects.filter(origin=origin).update(seq=seq, head_hash=change.hash)
    change.save(force_insert=True)
    return change
