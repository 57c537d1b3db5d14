"""Mark, then settle: how a page's state becomes the catalogue's.

Wagtail's signals fire at the wrong moments to carry the truth, so database triggers mark every
touched page in its own transaction. :func:`settle` re-reads what is marked and commits entry,
change and removal of the mark together. It may run at any time, any number of times, in any
number of processes.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Min, Q
from django.utils import timezone
from wagtail.models import Locale, Page

from hub.catalogue import entries, guarding, log
from hub.catalogue.models import CatalogueEntry, Change, ChangeType, Mark, State
from hub.catalogue.pages import ShareablePage
from hub.catalogue.tasks import wake_after_commit
from hub.catalogue.versions import same_as_said, same_content
from hub.documents import Audience, Document, digest_of
from hub.env import env
from hub.errors import NotCurrent

logger = structlog.get_logger("hub.catalogue")

RETRY_SECONDS = (2, 10, 60, 600)
EVER = dt.datetime.min.replace(tzinfo=dt.UTC)
Sameness = Callable[[CatalogueEntry, Document], bool]
NARROWING = (Audience.PUBLIC, Audience.MEMBERS, Audience.INSTANCE)


def settle() -> int:
    """Settle everything that is marked and due; returns how many entries changed.

    An item whose builder fails keeps its mark, is tried again later and holds up no other. While the own
    log may be older than what peers hold of it, all marks wait.
    """
    try:
        guarding.ensure_current()
    except NotCurrent as error:
        logger.warning("publishing waits", reason=str(error))
        return 0
    guarding.confirm()
    due = Q(not_before__isnull=True) | Q(not_before__lte=timezone.now())
    keys = Mark.objects.filter(due).values("key").annotate(first=Min("id")).order_by("first")
    return sum(_settle_safely(row["key"]) for row in keys)


def settle_key(key: uuid.UUID) -> bool:
    """Settle one item if it is marked; returns whether its entry changed.

    Raises :class:`hub.errors.NotCurrent` while the own log may be older than what peers hold of it.
    """
    guarding.ensure_current()
    with transaction.atomic():
        lock_item(key)
        removed, _ = Mark.objects.filter(key=key).delete()
        changed = bool(removed) and _apply(key)
        if changed:
            wake_after_commit()
        return changed


def lock_item(key: uuid.UUID) -> None:
    """One settler an item until the transaction ends: two would lock the same marks in different orders."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(key)])


def _settle_safely(key: uuid.UUID) -> bool:
    try:
        return settle_key(key)
    except Exception as error:  # whatever a builder raises must not hold up the other items
        logger.exception("settling failed", key=str(key))
        _postpone(key, error)
        return False


def read_again(key: uuid.UUID, same: Sameness) -> bool:
    """Read one item again that nobody has marked; returns whether its entry changed.

    ``same`` says whether what is built is what was published. A builder that fails leaves a mark, so that it
    is tried again.
    """
    try:
        with transaction.atomic():
            lock_item(key)
            changed = _apply(key, same)
            if changed:
                wake_after_commit()
            return changed
    except Exception as error:  # whatever a builder raises must not hold up the other items
        logger.exception("reading again failed", key=str(key))
        Mark.objects.create(key=key)
        _postpone(key, error)
        return False


def _postpone(key: uuid.UUID, error: Exception) -> None:
    worst = Mark.objects.filter(key=key).order_by("-failures").values_list("failures", flat=True).first() or 0
    delay = RETRY_SECONDS[min(worst, len(RETRY_SECONDS) - 1)]
    Mark.objects.filter(key=key).update(
        failures=F("failures") + 1,
        error=f"{type(error).__name__}: {error}"[:2000],
        not_before=timezone.now() + dt.timedelta(seconds=delay),
    )


def primary_page(key: uuid.UUID) -> ShareablePage | None:
    """The live page that stands for an item: its German one, else its first. Aliases never do."""
    found = list(Page.objects.filter(translation_key=key, live=True, alias_of__isnull=True).order_by("pk"))
    if not found:
        return None
    german = Locale.objects.filter(language_code=settings.LANGUAGE_CODE).values_list("pk", flat=True).first()
    page = next((p for p in found if p.locale_id == german), found[0]).specific
    return page if isinstance(page, ShareablePage) else None


def build_document(page: ShareablePage) -> Document:
    """The page's document with its effective audience.

    It holds the wording of every language, so the narrowest audience of its pages counts for all of
    it, and a restriction of any of them, its own or inherited, means ``instance``.
    """
    document = page.to_document()
    audience = document.audience
    wordings = Page.objects.filter(translation_key=page.translation_key, live=True, alias_of__isnull=True)
    for wording in wordings.specific():
        if wording.get_view_restrictions().exists():
            audience = Audience.INSTANCE
        elif isinstance(wording, ShareablePage):
            audience = max(audience, Audience(wording.audience), key=NARROWING.index)
    return document if audience is document.audience else document.model_copy(update={"audience": audience})


def _apply(key: uuid.UUID, same: Sameness = same_content) -> bool:
    page = primary_page(key)
    entry = CatalogueEntry.objects.select_for_update().filter(origin=env.origin, uuid=key).first()
    if entry is not None and entry.state == State.ERASED:
        if page is not None:
            logger.error("what was erased is not published again", object_id=entry.object_id, page=page.pk)
        return False
    if entry is not None and entry.moved_to and page is not None:
        logger.warning("what lives elsewhere now is not published", object_id=entry.object_id, page=page.pk)
        return False
    if entry is not None and entry.recovered and not is_newer(page, entry):
        return False
    if page is not None:
        return _publish(entry, page, same)
    if entry is not None and entry.state == State.LIVE:
        return withdraw(entry)
    return False


def is_newer(page: Page | None, entry: CatalogueEntry) -> bool:
    """Whether somebody has published the page after the publication that was brought back without it."""
    return page is not None and (page.last_published_at or page.first_published_at or EVER) > entry.changed


def _publish(entry: CatalogueEntry | None, page: ShareablePage, same: Sameness) -> bool:
    document = build_document(page)
    address = _address(page)
    if entry is not None and entry.state == State.LIVE and same(entry, document):
        if entry.recovered or (entry.page_id, entry.path) != (page.pk, address):
            facts = {"page_id": page.pk, "path": address, "recovered": False}
            CatalogueEntry.objects.filter(pk=entry.pk).update(**facts)
        if entry.hidden:
            # Consumers may have read it while it was hidden: a new position lets them read it again.
            CatalogueEntry.objects.filter(pk=entry.pk).update(hidden=False, position=log.next_position())
            wake_after_commit()
        return False
    now = timezone.now()
    salt = secrets.token_hex(16)
    body = document.to_bytes()
    digest = digest_of(body, salt)
    revision = entry.revision + 1 if entry else 1
    position = _append(entry, document, revision, digest, now)
    if entry is None:
        entry = CatalogueEntry(
            object_id=document.id, uuid=page.translation_key, origin=env.origin, first_published=now
        )
    entries.fill(entry, document, body.decode(), digest, salt, revision, now, position)
    entry.page_id, entry.path, entry.recovered = page.pk, address, False
    entry.save()
    return True


def _append(
    entry: CatalogueEntry | None, document: Document, revision: int, digest: str, now: dt.datetime
) -> int:
    """Log what peers must know and return the position: an ``instance`` item is withdrawn from them."""
    if document.audience is not Audience.INSTANCE:
        return log.append(env.origin, document.id, revision, ChangeType.PUBLISH, digest, now).position
    if entry is not None and _peers_have(entry.object_id):
        return log.append(env.origin, document.id, revision, ChangeType.WITHDRAW, "", now).position
    return log.next_position()


def withdraw(entry: CatalogueEntry) -> bool:
    """Withdraw an own live entry that the caller's transaction has locked; always true."""
    now = timezone.now()
    revision = entry.revision + 1
    if _peers_have(entry.object_id):
        position = log.append(env.origin, entry.object_id, revision, ChangeType.WITHDRAW, "", now).position
    else:
        position = log.next_position()
    entries.take_offline(entry, State.WITHDRAWN, revision, now, position)
    return True


def _peers_have(object_id: str) -> bool:
    last = (
        Change.objects.filter(object_id=object_id)
        .order_by("-position")
        .values_list("type", flat=True)
        .first()
    )
    return last == ChangeType.PUBLISH


def _address(page: Page) -> str:
    parts = page.get_url_parts()
    return parts[2] if parts else ""


def mark_pages(page_ids: list[int]) -> None:
    """Mark pages by id, for what no trigger sees: a changed picture, file or snippet they use."""
    keys = Page.objects.filter(pk__in=page_ids).values_list("translation_key", flat=True).distinct()
    Mark.objects.bulk_create([Mark(key=key) for key in keys])


@dataclass(frozen=True)
class Reconciliation:
    """What ``reconcile`` found: how many items it read, and the ids of those it had to mend."""

    read: int
    mended: tuple[str, ...]


def reconcile() -> Reconciliation:
    """Read every item again and mend what differs, which should be nothing.

    Raises :class:`hub.errors.NotCurrent` while the own log may be older than what peers hold of it.
    """
    guarding.ensure_current()
    settle()
    keys = set(Page.objects.filter(depth__gt=1).values_list("translation_key", flat=True))
    keys |= set(CatalogueEntry.objects.filter(source="").values_list("uuid", flat=True))
    mended = []
    for key in sorted(keys):
        if read_again(key, same_as_said):
            mended.append(f"{env.origin}/id/{key}")
    return Reconciliation(len(keys), tuple(mended))
