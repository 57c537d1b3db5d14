"""Saving a search, changing and deleting it, and taking the deletion back."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from hub.accounts.models import User
from hub.catalogue.queries import newest_position
from hub.site.searches.models import Rhythm, SavedSearch

MOST = 50
"""Searches that one account keeps."""


class TooMany(Exception):
    """The account keeps :data:`MOST` searches already. Delete one that is not used any more."""


@dataclass(frozen=True)
class Deleted:
    """A search that was deleted, as long as that can be taken back. Held in the session, not in a table."""

    name: str
    query: str
    rhythm: str
    told: int

    @classmethod
    def of(cls, stored: Any) -> Deleted | None:
        """What the session holds."""
        return cls(**stored) if stored else None


def save_search(user: User, name: str, query: str, rhythm: str, now: dt.datetime) -> tuple[SavedSearch, bool]:
    """Keep a search, and tell of what is new from now on; whether it was not kept before.

    One that is kept already under another name stays as it is. Raises :class:`TooMany`.
    """
    values = {"name": name, "rhythm": rhythm, "told": newest_position(), "sent_until": now}
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        held = SavedSearch.objects.filter(user=user)
        if known := held.filter(query=query).first():
            return known, False
        if held.count() >= MOST:
            raise TooMany
        return SavedSearch.objects.create(user=user, query=query, **values), True


def change_search(search: SavedSearch, name: str, rhythm: str, now: dt.datetime) -> None:
    """Another name or rhythm. Who had no mails is told of what is new from now on."""
    if search.rhythm == Rhythm.NONE and rhythm != Rhythm.NONE:
        search.told, search.sent_until, search.refused = newest_position(), now, []
    search.name, search.rhythm = name, rhythm
    search.save(update_fields=["name", "rhythm", "told", "sent_until", "refused"])


def delete_search(search: SavedSearch) -> Deleted:
    """Delete it; returns what it takes to take that back."""
    search.delete()
    return Deleted(search.name, search.query, search.rhythm, search.told)


def restore_search(user: User, deleted: Deleted, now: dt.datetime) -> SavedSearch:
    """Keep a deleted search again, and tell of what is new since it last told. Raises :class:`TooMany`."""
    search, is_new = save_search(user, deleted.name, deleted.query, deleted.rhythm, now)
    if is_new:
        search.told = deleted.told
        search.save(update_fields=["told"])
    return search


def stop_mails(key: uuid.UUID) -> None:
    """No more mails for a search; it stays. Doing it twice is the same as once."""
    SavedSearch.objects.filter(pk=key).update(rhythm=Rhythm.NONE)
