"""What is new and held until somebody here has released it: all of a peer that is reviewed first, and what is
hidden or held here already under the id it had at another instance.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import structlog
from django.utils.translation import gettext as _

from federation.models import Peer
from federation.notices.documents import uuids_of
from hub.catalogue import overlay
from hub.catalogue.models import CatalogueEntry, Overlay

logger = structlog.get_logger("federation")


@contextmanager
def reviewed_first(peer: Peer, object_ids: Collection[str]) -> Iterator[None]:
    """Hold those of these objects that come to be known inside, if the peer is reviewed first; of other peers
    those that are moderated here under another id, which get their label, too.

    For a transaction that writes entries of the peer. One query, one more for a peer that is reviewed first
    or where something is moderated, and what is held. So nobody reads under a new id what is hidden here;
    what was hidden is so again once the move has been followed, and what was released meanwhile is shown.
    """
    moderated = _moderated(object_ids)
    if not peer.review_first and not moderated:
        yield
        return
    known = set(_entries(object_ids))
    yield
    new = set(object_ids) - known
    covered = {key for key, former in moderated.items() if former.overlay}
    if held := new if peer.review_first else new & covered:
        count = overlay.hold_new(held)
        logger.info("entries held for review", peer=peer.slug, count=count)
    for key in new & moderated.keys():
        if text := moderated[key].label:
            CatalogueEntry.objects.filter(object_id=key).update(label=text)


def set_review_first(peer: Peer, *, on: bool, by: str, release: bool = False) -> int:
    """Have the peer's new items held from now on, or not any more; what is shown already stays.

    With ``release``, when it is turned off, all that is held of it is released; returns how many that were.
    A batch that is being applied meanwhile is refused and comes again.
    """
    Peer.objects.filter(pk=peer.pk).update(review_first=on)
    peer.review_first = on
    logger.info("review first set", peer=peer.slug, on=on, by=by)
    if on or not release:
        return 0
    return overlay.release_all(held_of(peer), by, _("New contributions are not reviewed first any more."))


def held_of(peer: Peer) -> list[str]:
    """The ids of what is held of a peer."""
    held = CatalogueEntry.objects.filter(origin=peer.origin, overlay=Overlay.HELD)
    return list(held.values_list("object_id", flat=True))


def _moderated(object_ids: Collection[str]) -> dict[str, CatalogueEntry]:
    """By the id of each of these, what is hidden, held or labelled here of the same uuid."""
    former = CatalogueEntry.objects.filter(uuid__in=uuids_of(object_ids), moved_to="").exclude(source="")
    rows = former.exclude(overlay="", label="").exclude(object_id__in=object_ids)
    found = {str(row.uuid): row for row in rows.only("uuid", "overlay", "label")}
    ends = {object_id: object_id.rpartition("/")[2] for object_id in object_ids} if found else {}
    return {object_id: found[end] for object_id, end in ends.items() if end in found}


def _entries(object_ids: Collection[str]) -> list[str]:
    known = CatalogueEntry.objects.filter(object_id__in=object_ids)
    return list(known.values_list("object_id", flat=True))
