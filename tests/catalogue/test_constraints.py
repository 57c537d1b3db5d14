"""Invariants of the catalogue stand in the database; each is broken on purpose."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError
from django.utils import timezone

from hub.catalogue.models import CatalogueEntry, Change, Position

pytestmark = pytest.mark.django_db


def entry(**fields):
    key = fields.pop("uuid", uuid.uuid4())
    values = {
        "object_id": f"https://a.example/id/{key}",
        "uuid": key,
        "origin": "https://a.example",
        "source": "a",
        "revision": 1,
        "digest": "sha256:0",
        "body": "{}",
        "position": 1,
        "first_published": timezone.now(),
        "changed": timezone.now(),
        "kind": "case_report",
        "audience": "public",
        "title": "x",
    }
    return CatalogueEntry.objects.create(**values | fields)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"revision": 0}, "entry_revision_from_one"),
        ({"body": ""}, "entry_live_has_body"),
        ({"audience": "instance"}, "entry_instance_is_local"),
    ],
)
def test_entry_rules(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        entry(**fields)


def test_one_entry_per_origin_and_uuid():
    key = uuid.uuid4()
    entry(uuid=key)
    with pytest.raises(IntegrityError, match="entry_once_per_origin"):
        entry(uuid=key, object_id="https://a.example/id/other", position=2)


def change(**fields):
    values = {
        "position": 1,
        "origin": "https://a.example",
        "epoch": 1,
        "seq": 1,
        "hash": "0",
        "object_id": "https://a.example/id/1",
        "revision": 1,
        "type": "publish",
        "object_digest": "sha256:0",
        "created": timezone.now(),
    }
    return Change.objects.create(**values | fields)


def test_a_sequence_number_is_given_once():
    change()
    with pytest.raises(IntegrityError, match="change_seq_once"):
        change(position=2)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [({"seq": 0}, "change_seq_from_one"), ({"object_digest": ""}, "change_publish_has_digest")],
)
def test_change_rules(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        change(**fields)


def test_there_is_one_position_row():
    with pytest.raises(IntegrityError, match="position_one_row"):
        Position.objects.create(singleton=False)
