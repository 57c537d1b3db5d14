"""Erasing an own item for good: its page with everything kept of it, its body and the salt of its digests.

The log keeps that there was something: the chain verifies without any body, and without the salt nobody
can guess what a digest was over. Every peer does the same when the change reaches it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from contextlib import suppress

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, PageLogEntry
from wagtail_localize.models import (
    SegmentOverride,
    String,
    StringTranslation,
    Template,
    TranslatableObject,
    TranslationSource,
)

from hub.catalogue import entries, guarding, log
from hub.catalogue.models import CatalogueEntry, Change, ChangeType, Mark, ModerationAct, Setback, State
from hub.catalogue.settling import lock_item
from hub.catalogue.tasks import wake_after_commit
from hub.env import env
from hub.errors import CannotErase

logger = structlog.get_logger("hub.catalogue")


def find_erasable(named: str) -> CatalogueEntry:
    """The own entry that is meant by its UUID, its id, or its address here, with or without the host.

    Raises :class:`CannotErase` if there is none, or if it came from another instance.
    """
    plain = named.strip().removeprefix(env.origin)
    path = "/" + plain.partition("?")[0].strip("/") + "/"
    known = CatalogueEntry.objects.filter(path=path) | CatalogueEntry.objects.filter(path=path.rstrip("/"))
    with suppress(ValueError):
        known = CatalogueEntry.objects.filter(uuid=uuid.UUID(plain.rstrip("/").rpartition("/")[2]))
    found = sorted(known, key=lambda entry: bool(entry.source))
    if not found:
        raise CannotErase(
            _("“%(named)s” is no contribution of this instance. Give its address or its UUID.")
            % {"named": named}
        )
    if not found[0].is_local:
        raise CannotErase(
            _("“%(title)s” came from %(origin)s: only that instance can erase it. Here you can hide it.")
            % {"title": found[0].title, "origin": found[0].origin}
        )
    return found[0]


def erase(object_id: str) -> Change | None:
    """Erase the own item with that id; returns the change for the peers, None if they never had it.

    Pages in all languages go with their versions and comments. An erased item can be erased again, which
    removes pages that came back. Raises :class:`CannotErase` for an id that is not held as an own one, and
    where pages of other items stand below; :class:`hub.errors.NotCurrent` while publishing waits.
    """
    guarding.ensure_current()
    key = find_erasable(object_id).uuid
    with transaction.atomic():
        lock_item(key)
        entry = CatalogueEntry.objects.select_for_update().get(origin=env.origin, uuid=key, source="")
        forget_pages(key)
        if entry.state == State.ERASED:
            return None
        change = _log_erasure(entry)
        position = change.position if change else log.next_position()
        entry.recovered, entry.page_id = False, None
        take_erased(entry, entry.revision + 1, timezone.now(), position)
        wake_after_commit()
    logger.warning("item erased", object_id=entry.object_id)
    return change


def forget_pages(key: uuid.UUID) -> int:
    """Delete the pages of an item with their versions, comments, log and translated strings; their number.

    Inside the caller's transaction. Raises :class:`CannotErase` where pages of other items stand below.
    """
    pages = list(Page.objects.filter(translation_key=key).order_by("-depth"))
    for page in pages:
        if page.get_descendants().exclude(translation_key=key).exists():
            raise CannotErase(
                _("Other pages stand below “%(title)s”. Move or delete them first; nothing was erased.")
                % {"title": page.title}
            )
    for page in pages:
        if fresh := Page.objects.filter(pk=page.pk).first():  # its aliases have gone with another one
            fresh.specific.delete()
    # What Wagtail has noted down of a page, its end included, is kept with the title.
    PageLogEntry.objects.filter(page__in=[page.pk for page in pages]).update(label="", data={})
    _forget_strings(key)
    Mark.objects.filter(key=key).delete()
    return len(pages)


def _log_erasure(entry: CatalogueEntry) -> Change | None:
    if not Change.objects.filter(object_id=entry.object_id).exists():
        return None
    revision, now = entry.revision + 1, timezone.now()
    return log.append(env.origin, entry.object_id, revision, ChangeType.ERASE, "", now)


def _forget_strings(key: uuid.UUID) -> None:
    """What was taken apart for translating, unless another page has the same wording."""
    strings = list(String.objects.filter(segments__source__object=key).values_list("pk", flat=True))
    templates = list(Template.objects.filter(segments__source__object=key).values_list("pk", flat=True))
    StringTranslation.objects.filter(context__object=key).delete()
    SegmentOverride.objects.filter(context__object=key).delete()
    TranslationSource.objects.filter(object=key).delete()
    TranslatableObject.objects.filter(pk=key).delete()
    String.objects.filter(pk__in=strings, segments=None).delete()
    Template.objects.filter(pk__in=templates, segments=None).delete()


def take_erased(entry: CatalogueEntry, revision: int, changed: dt.datetime, position: int) -> None:
    """Make an entry what an erasure leaves of it, and save; with it goes what this instance noted down.

    Inside the caller's transaction, which has locked the entry.
    """
    entries.take_offline(entry, State.ERASED, revision, changed, position)
    forget_words([entry.object_id])


def forget_words(object_ids: Collection[str]) -> None:
    """What this instance itself has noted down of erased items, its own or others'.

    That somebody moderated one of them stays, without its title.
    """
    if object_ids:
        Setback.objects.filter(object_id__in=object_ids).delete()
        ModerationAct.objects.filter(object_id__in=object_ids).update(title="", label="")
        CatalogueEntry.objects.filter(object_id__in=object_ids).exclude(label="").update(label="")
