"""Moderation: what this instance alone does with a received entry, whatever its origin says.

Hiding, holding and labelling are an overlay of the entry: later revisions leave it as it is, peers never
learn of it, and comparing catalogues leaves it out. Each verb writes its act and the column in one
transaction and gives the entry a new position, so that search, answers, feeds and webhooks follow. Locks are
taken as in :mod:`hub.catalogue.log`: entries by their primary key, then the position.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hub.catalogue import log
from hub.catalogue.models import CatalogueEntry, Change, ChangeType, ModerationAct, Overlay, State
from hub.catalogue.tasks import wake_after_commit
from hub.errors import HubError

Action = ModerationAct.Action

LEADS_TO = {Action.HIDE: Overlay.HIDDEN, Action.HOLD: Overlay.HELD}
LABEL_LENGTH = 200
CHUNK = 500
FIELDS = ("object_id", "title", "revision", "source", "state", "overlay", "label")


class ModerationRefused(HubError):
    """An item cannot be moderated like this: the sentence says why and what to do."""


def hide(object_id: str, reason: str, by: str) -> ModerationAct:
    """Show it nowhere on this instance any more; its address answers 410.

    Raises :class:`ModerationRefused`.
    """
    return _cover(object_id, Action.HIDE, reason, by)


def hold(object_id: str, reason: str, by: str) -> ModerationAct:
    """Show it nowhere until it is released; its address answers 404. Raises :class:`ModerationRefused`."""
    return _cover(object_id, Action.HOLD, reason, by)


def release(object_id: str, by: str, reason: str = "") -> ModerationAct:
    """Show it again; of one that has changed since its release, note that the new revision was looked at.

    Raises :class:`ModerationRefused`.
    """
    with transaction.atomic():
        entry = _lock(object_id)
        if not entry.overlay and not _changed_since_release(entry):
            raise ModerationRefused(_("This contribution is neither hidden nor held; it is shown already."))
        if entry.overlay:
            _uncover([entry])
        return _note(entry, Action.RELEASE, by, reason)


def release_all(object_ids: Collection[str], by: str, reason: str = "") -> int:
    """Release those of them that are held, some hundred in a transaction; returns how many that were."""
    ids, count = sorted(object_ids), 0
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            held = list(_received().filter(object_id__in=ids[start : start + CHUNK], overlay=Overlay.HELD))
            if held:
                _uncover(held)
                _note_all(held, Action.RELEASE, by, reason)
        count += len(held)
    return count


def label(object_id: str, text: str, reason: str, by: str) -> ModerationAct:
    """Show a short text of this instance with it. Raises :class:`ModerationRefused`."""
    text = " ".join(text.split())
    if not text:
        raise ModerationRefused(_("Please write the note that is shown with the contribution."))
    if len(text) > LABEL_LENGTH:
        raise ModerationRefused(
            _("The note is too long: %(length)s characters, at most %(most)s are possible.")
            % {"length": len(text), "most": LABEL_LENGTH}
        )
    _require(reason)
    with transaction.atomic():
        entry = _lock(object_id)
        if entry.label == text:
            raise ModerationRefused(_("This contribution has that note already."))
        return _set_label(entry, Action.LABEL, text, reason, by)


def unlabel(object_id: str, by: str, reason: str = "") -> ModerationAct:
    """Take the label away. Raises :class:`ModerationRefused`."""
    with transaction.atomic():
        entry = _lock(object_id)
        if not entry.label:
            raise ModerationRefused(_("This contribution has no note that could be removed."))
        return _set_label(entry, Action.UNLABEL, "", reason, by)


def hold_new(object_ids: Collection[str]) -> int:
    """Hold entries that were received in this very transaction; returns how many.

    For peers that are reviewed first. Their positions are new, so nobody has seen them yet.
    """
    new = list(_received().filter(object_id__in=object_ids, overlay=""))
    if new:
        CatalogueEntry.objects.filter(pk__in=[entry.pk for entry in new]).update(overlay=Overlay.HELD)
        _note_all(new, Action.HOLD, "", "")
    return len(new)


def _cover(object_id: str, action: ModerationAct.Action, reason: str, by: str) -> ModerationAct:
    _require(reason)
    with transaction.atomic():
        entry = _lock(object_id)
        if entry.overlay == LEADS_TO[action]:
            raise ModerationRefused(_("Somebody has done that already: have a look at the acts below."))
        _update(entry, overlay=LEADS_TO[action])
        return _note(entry, action, by, reason)


def _set_label(
    entry: CatalogueEntry, action: ModerationAct.Action, text: str, reason: str, by: str
) -> ModerationAct:
    _update(entry, label=text)
    return _note(entry, action, by, reason, text)


def _require(reason: str) -> None:
    if not reason.strip():
        raise ModerationRefused(_("Please give a reason. It stays in this instance and is kept for good."))


def _received() -> QuerySet[CatalogueEntry]:
    """Received entries, locked in the order in which applying locks them."""
    received = CatalogueEntry.objects.exclude(source="").order_by("pk")
    return received.select_for_update().only(*FIELDS)


def _lock(object_id: str) -> CatalogueEntry:
    """The received entry of that id, locked. Raises :class:`ModerationRefused` if it cannot be moderated."""
    entry = CatalogueEntry.objects.select_for_update().only(*FIELDS).filter(object_id=object_id).first()
    if entry is None:
        raise ModerationRefused(_("This instance does not know a contribution with that address."))
    if entry.is_local:
        raise ModerationRefused(
            _("This is a contribution of this instance itself: withdraw or change it in the editor.")
        )
    if entry.state == State.ERASED:
        raise ModerationRefused(
            _("Its origin has erased this contribution for good: nothing is left to show.")
        )
    return entry


def _update(entry: CatalogueEntry, **values: str) -> None:
    CatalogueEntry.objects.filter(pk=entry.pk).update(position=log.next_position(), **values)
    wake_after_commit()


def _uncover(held: Sequence[CatalogueEntry]) -> None:
    """Show these again. Of one that was never shown, what was published counts as new from now on."""
    moved = _unseen_changes([entry.object_id for entry in held])
    given = list(log.next_positions(len(moved) + len(held)))
    _move_changes(moved, given[: len(moved)])
    for entry, position in zip(held, given[len(moved) :], strict=True):
        entry.overlay, entry.position = "", position
    CatalogueEntry.objects.bulk_update(held, ["overlay", "position"])
    wake_after_commit()


def _unseen_changes(object_ids: Collection[str]) -> list[int]:
    """Positions of what was published of those that were held as they came and never released, in order."""
    acts = ModerationAct.objects.filter(object_id__in=object_ids)
    shown = acts.filter(action=Action.RELEASE).values("object_id")
    unseen = acts.filter(action=Action.HOLD, by="").exclude(object_id__in=shown).values("object_id")
    published = Change.objects.filter(object_id__in=unseen, type=ChangeType.PUBLISH)
    return list(published.order_by("position").values_list("position", flat=True))


def _move_changes(old: Sequence[int], new: Sequence[int]) -> None:
    """Digests tell by these positions what is new; those of a log are ordered by sequence."""
    if not old:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalogue_change SET position = moved.new "
            "FROM unnest(%s::bigint[], %s::bigint[]) AS moved(old, new) WHERE position = moved.old",
            [list(old), list(new)],
        )


def _changed_since_release(entry: CatalogueEntry) -> bool:
    released = ModerationAct.objects.filter(object_id=entry.object_id, action=Action.RELEASE).first()
    return released is not None and released.revision < entry.revision


def _note(
    entry: CatalogueEntry, action: ModerationAct.Action, by: str, reason: str, text: str = ""
) -> ModerationAct:
    return _note_all([entry], action, by, reason, text)[0]


def _note_all(
    moderated: Iterable[CatalogueEntry], action: ModerationAct.Action, by: str, reason: str, text: str = ""
) -> list[ModerationAct]:
    return ModerationAct.objects.bulk_create(
        ModerationAct(
            object_id=entry.object_id,
            title=entry.title,
            revision=entry.revision,
            action=action,
            label=text,
            reason=reason.strip(),
            by=by[:200],
        )
        for entry in moderated
    )
