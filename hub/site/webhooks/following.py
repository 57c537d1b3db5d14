"""The catalogue's consumer: each change becomes one message to each webhook it concerns."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.publishing import all_publishers
from hub.catalogue.queries import entries, is_gone
from hub.documents import Audience, Viewer
from hub.site.webhooks.models import Delivery, DeliveryState, Event, Webhook
from hub.site.webhooks.payloads import describe

NAME = "webhooks"
UNTOLD = frozenset({"topic"})
"""Kinds nobody is told of."""
SHOWING = frozenset({Event.PUBLISHED, Event.CHANGED})
"""Messages that hold a record's wording."""

Told = frozenset[tuple[uuid.UUID, uuid.UUID | None]]
"""Webhook and record of which a message was made."""

Publishers = Mapping[int, Sequence[str]]
"""The bodies in whose name entries count, by primary key."""


def follow(changed: Sequence[CatalogueEntry]) -> None:
    """Make the messages; sending them is a job's.

    Three queries, and one where a webhook is about certain bodies, whatever the number of entries.
    """
    from hub.site.webhooks.tasks import enqueue_sending  # tasks import this package

    webhooks = list(Webhook.objects.filter(off=""))
    if not webhooks:
        return
    records = [entry.uuid for entry in changed]
    known = Delivery.objects.filter(webhook__in=webhooks, record__in=records)
    told: Told = frozenset(known.values_list("webhook_id", "record"))
    named = _publishers_of(changed) if any(webhook.publishers for webhook in webhooks) else {}
    made = Delivery.objects.bulk_create(_messages(changed, webhooks, told, named), ignore_conflicts=True)
    for key in {message.webhook_id for message in made}:
        enqueue_sending(key)


def _publishers_of(changed: Sequence[CatalogueEntry]) -> Publishers:
    """Owners and the co-publishers that have confirmed it before everybody."""
    found = CatalogueEntry.objects.filter(pk__in=[entry.pk for entry in changed])
    return dict(found.values_list("pk", all_publishers(Viewer.anonymous())))


def _messages(
    changed: Sequence[CatalogueEntry], webhooks: list[Webhook], told: Told, named: Publishers
) -> Iterator[Delivery]:
    now = timezone.now()
    for entry in changed:
        for webhook in webhooks:
            if event := event_for(
                webhook, entry, named.get(entry.pk, ()), told=(webhook.pk, entry.uuid) in told
            ):
                yield Delivery(
                    webhook=webhook,
                    record=entry.uuid,
                    position=entry.position,
                    title="" if event == Event.WITHDRAWN else entry.title,
                    event=event,
                    body=describe(entry, event),
                    due=now,
                )


def event_for(
    webhook: Webhook, entry: CatalogueEntry, publishers: Sequence[str], *, told: bool
) -> Event | None:
    """What the webhook has to be told of the entry, None for nothing. ``publishers`` are the bodies in whose
    name it counts, asked for only where the webhook is about certain bodies.

    Only what everybody may read is told. Who was told of a record learns that it is gone, nobody else:
    one that was never public is not named by its withdrawal.
    """
    if entry.position <= webhook.since or entry.kind in UNTOLD:
        return None
    if entry.audience != Audience.PUBLIC or is_gone(entry):
        return Event.WITHDRAWN if told else None
    if not _concerns(webhook, entry, publishers):
        return None
    return Event.CHANGED if told or entry.revision > 1 else Event.PUBLISHED


def tell_withdrawn(webhook: uuid.UUID, record: uuid.UUID | None = None) -> None:
    """Make the withdrawals that a webhook has missed, of one ``record`` or of all it was told of.

    Six queries, whatever their number. What nothing was ever sent of is not named.
    """
    told = Delivery.objects.filter(webhook=webhook, record__isnull=False)
    if record:
        told = told.filter(record=record)
    newest = told.order_by("record", "-created", F("position").desc(nulls_first=True)).distinct("record")
    last = dict(newest.values_list("record", "event"))
    tried = Q(state=DeliveryState.DELIVERED) | Q(attempts__gt=0) | Q(status__isnull=False)
    known = told.filter(tried).values_list("record", flat=True)
    missed = {key for key in known if key and last[key] in SHOWING}
    missed -= readable(missed)
    taken = set(told.values_list("position", flat=True))
    now, made = timezone.now(), {}
    for entry in CatalogueEntry.objects.filter(uuid__in=missed).defer("body").order_by("-source", "-pk"):
        made[entry.uuid] = Delivery(
            webhook_id=webhook,
            record=entry.uuid,
            # One that went by its day or was hidden has the position at which it was told.
            position=None if entry.position in taken else entry.position,
            event=Event.WITHDRAWN,
            body=describe(entry, Event.WITHDRAWN),
            due=now,
        )
    Delivery.objects.bulk_create(made.values(), ignore_conflicts=True)


def readable(records: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the records that everybody may read now; one query."""
    return set(entries(Viewer.anonymous()).filter(uuid__in=set(records)).values_list("uuid", flat=True))


def _concerns(webhook: Webhook, entry: CatalogueEntry, publishers: Sequence[str]) -> bool:
    chosen = (
        (webhook.kinds, {entry.kind}),
        (webhook.topics, set(entry.topics)),
        (webhook.publishers, set(publishers)),
    )
    return all(not wanted or bool(set(wanted) & given) for wanted, given in chosen)


def purge(before: dt.datetime) -> int:
    """Delete messages that are done and older than ``before``, but the newest of each record; their number.

    That one tells whether a withdrawal has to be told.
    """
    newer = Delivery.objects.filter(
        webhook=OuterRef("webhook"), record=OuterRef("record"), position__gt=OuterRef("position")
    )
    done = Delivery.objects.exclude(state=DeliveryState.WAITING).filter(created__lt=before)
    return done.filter(Q(record__isnull=True) | Exists(newer)).delete()[0]
