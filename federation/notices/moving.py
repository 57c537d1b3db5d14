"""What lives elsewhere now: a new domain and handed over items take effect entry by entry, as they arrive.

An entry is followed only where both sides are there: the notice of its origin, which names where it goes,
and the new entry from there. So nobody takes anything over by publishing under its uuid, and nothing is out
of sight in between. What refers to the old id refers to the new one from then on.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.models import Page

from federation.jobs import enqueue_carry_over
from federation.models import Notice, NoticeType, Peer, Quarantined
from federation.notices.documents import uuids_of
from federation.notices.queries import lineage, whereabouts
from federation.peers import set_bodies
from hub.catalogue import entries as catalogue_entries
from hub.catalogue import log
from hub.catalogue.models import CatalogueEntry, Overlay, State
from hub.catalogue.tasks import wake_after_commit
from hub.env import env
from hub.errors import UnreadableDocument
from hub.files.models import FileState, StoredFile

logger = structlog.get_logger("federation")

CHUNK = 200
MOVING = (NoticeType.MOVE, NoticeType.HANDOVER)
BODY = "body"
Pairs = Sequence[tuple[int, int]]
"""Primary keys: of an entry that a notice is about, and of the one it lives in now."""


def follow(batch: Sequence[CatalogueEntry]) -> None:
    """The catalogue's consumer: what has arrived at its new place is followed there, references too.

    All of it in one go, since whoever holds the position locks nothing more. An entry that moves in two steps
    at once takes the second when it comes again, by its new position.
    """
    keys = [entry.uuid for entry in batch]
    notices = list(Notice.objects.filter(type__in=MOVING, done=None).order_by("created"))
    pairs: dict[int, int] = {}
    places: set[int] = set()
    for notice in notices:
        for old, new in _arrived(notice, keys):
            if old not in places and new not in pairs:
                pairs.setdefault(old, new)
                places.add(new)
    if _move(list(pairs.items()), _moved_targets(batch)):
        for notice in notices:
            if notice.type == NoticeType.HANDOVER:
                enqueue_carry_over(notice.pk)


def carry_over(notice: Notice) -> int:
    """Follow everything that has arrived of a notice; returns how many entries moved.

    An own item's page is unpublished: its addresses lead to the new place from now on. Not for use in a
    transaction: each batch is one of its own, so that nobody waits for all of them.
    """
    count = 0
    while batch := _arrived(notice):
        with transaction.atomic():
            count += _move(batch)
    if notice.type == NoticeType.HANDOVER:
        _close_handover(notice)
    return count


def open_handovers() -> QuerySet[Notice]:
    """Handovers of which something has not been followed yet."""
    return Notice.objects.filter(type=NoticeType.HANDOVER, done=None)


def finish_move(peer: Peer) -> None:
    """After all of a peer's new log is held: what has not come along with its domain is withdrawn.

    One query unless the peer has just moved.
    """
    moves = Notice.objects.filter(type=NoticeType.MOVE, done=None, document__to=peer.origin)
    for notice in moves:
        if notice.origin not in lineage(peer.origin):
            continue  # somebody else has announced it and was not followed
        carry_over(notice)
        waiting = Quarantined.objects.filter(peer=peer).values_list("object_id", flat=True)
        keys = uuids_of(waiting)
        left = CatalogueEntry.objects.filter(origin=notice.origin, state=State.LIVE, moved_to="")
        with transaction.atomic():
            for entry in left.exclude(source="").exclude(uuid__in=keys).select_for_update().order_by("pk"):
                catalogue_entries.take_offline(
                    entry, State.WITHDRAWN, entry.revision, notice.created, log.next_position()
                )
            if not keys:
                Notice.objects.filter(pk=notice.pk).update(done=timezone.now())
            wake_after_commit()


def _arrived(notice: Notice, keys: Collection[uuid.UUID] | None = None) -> Pairs:
    """Some of what a notice is about, of these ``keys``, that is at both places; nothing is locked yet."""
    old = _named(notice)
    if keys is not None:
        old = old.filter(uuid__in=keys)
    new = _takers(notice)
    # Own pages stay until the new ones are readable here.
    covered = Q(uuid__in=old.filter(source="").values("uuid")) & ~Q(overlay="")
    there = new.filter(uuid__in=old.values("uuid")).exclude(covered)
    found = dict(there.values_list("uuid", "pk")[:CHUNK])
    pairs = [(pk, found[key]) for pk, key in old.filter(uuid__in=found).values_list("pk", "uuid")]
    pages = new if notice.origin not in lineage(env.origin) else new.filter(overlay="")
    return pairs + _bodies_pages(_named(notice), pages, set(found))


def _takers(notice: Notice) -> QuerySet[CatalogueEntry]:
    """The entries in which what the notice is about may live now: of the instance it names alone, wherever
    that is now, and of those handed over only for the bodies it hands over.
    """
    to = notice.document["to"]
    there = whereabouts(to)[-1]
    peer = Peer.objects.filter(origin=there).first()
    followed = notice.type != NoticeType.MOVE or to in whereabouts(notice.origin)
    if not followed or (peer is None and there != env.origin):
        return CatalogueEntry.objects.none()
    new = CatalogueEntry.objects.filter(origin=there, source=peer.slug if peer else "")
    if notice.type == NoticeType.HANDOVER:
        new = new.filter(publishers__contained_by=notice.document["bodies"])
    return new.filter(state=State.LIVE, hidden=False, moved_to="")


def _named(notice: Notice) -> QuerySet[CatalogueEntry]:
    """The entries a notice is about that have not moved yet, also where its origin has moved meanwhile."""
    if notice.type == NoticeType.MOVE:
        return CatalogueEntry.objects.filter(origin=notice.origin, moved_to="")
    places = whereabouts(notice.origin)
    return CatalogueEntry.objects.filter(
        origin__in=places, moved_to="", uuid__in=notice.document["uuids"]
    ).exclude(origin=whereabouts(notice.document["to"])[-1])


def _bodies_pages(
    old: QuerySet[CatalogueEntry], new: QuerySet[CatalogueEntry], found: set[uuid.UUID]
) -> list[tuple[int, int]]:
    """A body has one page about itself: where it has one at the new place, the old one leads there."""
    there = new.filter(kind=BODY).values_list("publishers", "pk")
    pages = {tuple(publishers): pk for publishers, pk in there}
    held = old.filter(kind=BODY).exclude(uuid__in=found).values_list("pk", "publishers")
    return [(pk, pages[tuple(publishers)]) for pk, publishers in held if tuple(publishers) in pages]


def _move(pairs: Pairs, known: Mapping[str, str] | None = None) -> int:
    """Let the old of each pair lead to the new one, in the caller's transaction; returns how many do now.

    What points at an old id, or at one that ``known`` says has moved before, points at the new one. Locks:
    the pages of own items, then all entries concerned by their primary key, at last the position.
    """
    known = known or {}
    if not pairs and not known:
        return 0
    ids = {pk for pair in pairs for pk in pair}
    _lock_pages(ids)
    former = CatalogueEntry.objects.filter(pk__in=[old for old, _new in pairs])
    gone = [*former.values_list("object_id", flat=True), *known]
    referring = set(_lock(Q(pk__in=ids) | _refers_to(gone))) - ids
    held = CatalogueEntry.objects.in_bulk(ids)
    moving = [
        (held[old], held[new])
        for old, new in pairs
        if {old, new} <= held.keys() and _fit(held[old], held[new])
    ]
    for old, new in moving:
        _lead(old, new)
        _share_files(old, new)
    _repoint(referring | ids, {**known, **{old.object_id: new.object_id for old, new in moving}})
    if not moving:
        return 0
    _unpublish([old for old, new in moving if old.is_local and not new.is_local])
    _save({entry.pk: entry for pair in moving for entry in pair}.values())
    wake_after_commit()
    logger.info("entries followed", count=len(moving), origin=moving[0][0].origin, to=moving[0][1].origin)
    return len(moving)


def _lock_pages(ids: Collection[int]) -> None:
    """Whoever edits a page locks it before its entry."""
    own = CatalogueEntry.objects.filter(pk__in=ids, source="").values("uuid")
    pages = Page.objects.select_for_update(of=("self",)).filter(translation_key__in=own)
    list(pages.order_by("pk").values_list("pk"))


def _lock(which: Q) -> list[int]:
    rows = CatalogueEntry.objects.select_for_update().filter(which).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _refers_to(object_ids: Collection[str]) -> Q:
    named = list(object_ids)
    return (
        Q(about__in=named) & ~Q(about="")
        | Q(related__overlap=named)
        | Q(moved_to__in=named) & ~Q(moved_to="")
    )


def _fit(old: CatalogueEntry, new: CatalogueEntry) -> bool:
    """Whether both are still what they were before they were locked. An own page does not give way to what
    nobody can read here.
    """
    readable = not new.hidden and not (old.is_local and new.overlay)
    return readable and not old.moved_to and new.state == State.LIVE and not new.moved_to


def _lead(old: CatalogueEntry, new: CatalogueEntry) -> None:
    old.moved_to = new.object_id
    new.first_published = min(old.first_published, new.first_published)
    if new.source and old.source:
        new.overlay, new.label = _overlay(old, new), old.label or new.label


def _save(changed: Collection[CatalogueEntry]) -> None:
    """Store them with new positions, so that all consumers follow."""
    for entry, position in zip(changed, log.next_positions(len(changed)), strict=True):
        entry.position = position
    columns = ["moved_to", "first_published", "overlay", "label", "position"]
    CatalogueEntry.objects.bulk_update(changed, columns)


def _overlay(old: CatalogueEntry, new: CatalogueEntry) -> str:
    """What was hidden here stays hidden; what was shown need not be reviewed for coming along."""
    if old.overlay:
        return old.overlay
    return "" if new.overlay == Overlay.HELD else new.overlay


def _moved_targets(batch: Sequence[CatalogueEntry]) -> dict[str, str]:
    """What has just come in and points at an old id: where that lives now, by the id; one query."""
    targets = {target for entry in batch for target in (entry.about, *entry.related) if target}
    moved = CatalogueEntry.objects.filter(object_id__in=targets).exclude(moved_to="")
    return dict(moved.values_list("object_id", "moved_to")) if targets else {}


def _repoint(locked: Collection[int], places: Mapping[str, str]) -> None:
    """Let ``about``, ``related`` and ``moved_to`` of these entries name the new ids in place of the old."""
    rows = CatalogueEntry.objects.filter(_refers_to(places), pk__in=locked)
    changed = list(rows.only("about", "related", "moved_to").order_by("pk"))
    for row in changed:
        row.about = places.get(row.about, row.about)
        row.moved_to = places.get(row.moved_to, row.moved_to)
        row.related = list(dict.fromkeys(places.get(target, target) for target in row.related))
    CatalogueEntry.objects.bulk_update(changed, ["about", "related", "moved_to"], batch_size=CHUNK)


def _share_files(old: CatalogueEntry, new: CatalogueEntry) -> None:
    """The files that the old document has brought are those of the new one: nothing is fetched again."""
    if not new.source:
        return
    try:
        digests = {attachment.digest for attachment in old.document.attachments} if old.body else set()
        named = {attachment.digest for attachment in new.document.attachments}
    except UnreadableDocument:
        return
    held = StoredFile.objects.filter(
        digest__in=digests & named, origin="" if old.is_local else old.origin, state=FileState.STORED
    )
    for record in held:
        facts = {"size": record.size, "media_type": record.media_type, "state": FileState.STORED}
        StoredFile.objects.update_or_create(
            digest=record.digest,
            origin=new.origin,
            defaults={**facts, "reason": "", "retry_at": None},
            create_defaults={**facts, "source": record.source.replace(old.origin, new.origin, 1)},
        )


def _unpublish(own: Sequence[CatalogueEntry]) -> None:
    keys = [entry.uuid for entry in own]
    for page in Page.objects.filter(translation_key__in=keys, live=True, alias_of=None).specific():
        page.unpublish()


def _close_handover(notice: Notice) -> None:
    """When all of it has arrived, the giver no longer publishes for these bodies here."""
    at = whereabouts(notice.origin)[-1]
    moved = CatalogueEntry.objects.filter(
        origin__in=whereabouts(notice.origin), uuid__in=notice.document["uuids"]
    ).exclude(moved_to="")
    if moved.values("uuid").distinct().count() < len(notice.document["uuids"]):
        return
    giver = Peer.objects.filter(origin=at).first()
    with transaction.atomic():
        if giver is not None and at != env.origin:
            others = open_handovers().filter(origin__in=lineage(at)).exclude(pk=notice.pk)
            still = {key for keys in others.values_list("document__bodies", flat=True) for key in keys}
            set_bodies(giver, set(giver.bodies) - (set(notice.document["bodies"]) - still))
        Notice.objects.filter(pk=notice.pk, done=None).update(done=timezone.now())
