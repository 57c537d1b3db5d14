"""The catalogue's consumer for the Fediverse: what becomes public, changes or goes is told to followers.

What was public before this instance spoke to the Fediverse is known there without having been told: it
stands in the outboxes, and only its changes are sent. While nobody follows, nothing is written down to send.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation

from federation.activitypub import activities
from federation.activitypub.models import Activity, Follower, PublicObject
from federation.activitypub.objects import can_be_announced, owner_of
from federation.activitypub.sending import enqueue_followers
from federation.identity import KeyPairs, own_keys
from federation.notices.keys import hold_keys
from hub.catalogue.models import CatalogueEntry, Cursor, State
from hub.catalogue.queries import newest_position
from hub.documents import UNLISTED, Audience
from theme.topics import Vocabulary, read_vocabulary

CONSUMER = "federation.activities"
CHUNK = 1_000


def follow(entries: Sequence[CatalogueEntry]) -> None:
    """Write down what followers are to be told of these entries, and enqueue telling them."""
    own = [entry for entry in entries if entry.is_local and entry.kind not in UNLISTED]
    if not own:
        return
    with translation.override(settings.LANGUAGE_CODE):
        if _Telling(own).tell():
            enqueue_followers()


def begin(**kwargs: Any) -> None:
    """After migrating: where the consumer is new, all that is public counts as known and nothing is sent."""
    tables = {Cursor._meta.db_table, PublicObject._meta.db_table}
    if not tables <= set(connection.introspection.table_names()):
        return  # migrated back to before there was either
    with transaction.atomic():
        _, is_new = Cursor.objects.get_or_create(consumer=CONSUMER, defaults={"position": newest_position()})
        if not is_new:
            return
        held = CatalogueEntry.objects.filter(source="", state=State.LIVE, audience=Audience.PUBLIC)
        known = [
            PublicObject(uuid=key, digest=digest, published=published, updated=changed)
            for key, digest, published, changed in held.exclude(kind__in=UNLISTED).values_list(
                "uuid", "digest", "first_published", "changed"
            )
        ]
        PublicObject.objects.bulk_create(known, ignore_conflicts=True, batch_size=CHUNK)


def withdraw_expired() -> int:
    """Tell that what has expired since is gone; returns how many did. Nothing else changes an entry then."""
    with transaction.atomic():
        # The consumer's own lock: activities are numbered in the order in which they can be seen.
        Cursor.objects.select_for_update().filter(consumer=CONSUMER).first()
        shown = PublicObject.objects.exclude(digest="").values("uuid")
        expired = CatalogueEntry.objects.filter(
            source="", uuid__in=shown, expires__lt=timezone.localdate()
        ).order_by("pk")[:CHUNK]
        follow(found := list(expired))
    return len(found)


class _Telling:
    """What is known of a batch of entries, and what becomes of it."""

    def __init__(self, entries: Sequence[CatalogueEntry]) -> None:
        self._entries = entries
        keys = [entry.uuid for entry in entries]
        self._known = PublicObject.objects.in_bulk(keys)
        self._owners = _last_owners(keys)
        self._is_followed = Follower.objects.exists()
        self._told = 0

    def tell(self) -> int:
        """Write the activities; returns how many."""
        hold_keys(alone=False)  # before any activity is touched: whoever changes the keys holds them first
        for entry in self._entries:
            known = self._known.get(entry.uuid)
            if _is_shown(entry):
                self._show(entry, known)
            elif known is not None and known.digest and not _is_passing(entry):
                self._withdraw(entry, known)
        return self._told

    def _show(self, entry: CatalogueEntry, known: PublicObject | None) -> None:
        if known is not None and known.digest and self._owner(entry) != owner_of(entry):
            self._withdraw(entry, known)  # others take an update from its first publisher alone
        if known is None:
            known = PublicObject(uuid=entry.uuid, published=entry.first_published)
        elif not known.digest:
            known.life, known.published = known.life + 1, entry.changed
        elif known.digest == entry.digest:
            return
        is_new = not known.digest
        known.digest, known.updated = entry.digest, entry.changed
        known.save()
        self._forget_wordings(entry, known)
        if not self._is_followed:
            return
        kind = activities.CREATE if is_new else activities.UPDATE
        self._write(entry, kind, activities.publication(kind, entry, known, self._vocabulary, self._keys))
        if is_new and owner_of(entry):
            announcement = activities.announcement(entry, known, self._keys)
            self._write(entry, activities.ANNOUNCE, announcement, publishers=[])

    def _withdraw(self, entry: CatalogueEntry, known: PublicObject) -> None:
        owner = self._owner(entry)
        Activity.objects.filter(object_uuid=entry.uuid).exclude(type=activities.DELETE).delete()
        known.digest, known.updated = "", timezone.now()
        known.save()
        if not self._is_followed:
            return
        publishers = [owner, *entry.publishers] if owner else entry.publishers
        activity = activities.withdrawal(entry, known, owner, self._keys)
        self._write(entry, activities.DELETE, activity, publishers=list(dict.fromkeys(publishers)))

    def _forget_wordings(self, entry: CatalogueEntry, known: PublicObject) -> None:
        """No superseded wording is kept: who has not got the ``Create`` yet gets it as it reads now."""
        earlier = Activity.objects.filter(object_uuid=entry.uuid)
        earlier.filter(type=activities.UPDATE).delete()
        for created in earlier.filter(type=activities.CREATE):
            newest = activities.publication(activities.CREATE, entry, known, self._vocabulary, self._keys)
            created.body = activities.as_text(newest)
            created.save(update_fields=["body"])

    def _write(
        self, entry: CatalogueEntry, kind: str, activity: dict[str, Any], publishers: list[str] | None = None
    ) -> None:
        Activity.objects.create(
            type=kind,
            object_uuid=entry.uuid,
            publishers=entry.publishers if publishers is None else publishers,
            body=activities.as_text(activity),
        )
        self._told += 1

    def _owner(self, entry: CatalogueEntry) -> str:
        """Who published it last, as far as anybody was told; else who does now."""
        return self._owners.get(entry.uuid, owner_of(entry))

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return read_vocabulary()

    @cached_property
    def _keys(self) -> KeyPairs:
        return own_keys()


def _is_shown(entry: CatalogueEntry) -> bool:
    expired = entry.expires is not None and entry.expires < timezone.localdate()
    return can_be_announced(entry) and entry.state == State.LIVE and not entry.hidden and not expired


def _is_passing(entry: CatalogueEntry) -> bool:
    """Hidden only until its page is read again, which follows at once and says what became of it."""
    return entry.state == State.LIVE and entry.hidden


def _last_owners(keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Whose ``Create``, ``Update`` or ``Delete`` of these objects was the last; one query."""
    said = Activity.objects.filter(object_uuid__in=keys).exclude(type=activities.ANNOUNCE)
    last = said.order_by("object_uuid", "-pk").distinct("object_uuid")
    return {each.object_uuid: each.publishers[0] if each.publishers else "" for each in last.defer("body")}
