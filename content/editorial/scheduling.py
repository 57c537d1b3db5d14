"""Scheduled go-live and expiry, each item for itself: one that fails is noted and holds up no other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from wagtail.log_actions import log
from wagtail.models import Page, PageLogEntry, Revision

from content.editorial.queries import SCHEDULE_FAILED, publishers_of
from hub.accounts.mails import post, whole_url

logger = structlog.get_logger("hub.jobs")


@dataclass
class Run:
    """How many items went live, went offline and failed."""

    published: int = 0
    withdrawn: int = 0
    failed: int = 0


def run_schedule(now: dt.datetime) -> Run:
    """Take offline what has expired and publish what is due at ``now``, oldest first.

    Each item has a transaction of its own. What fails stays as it is, is tried again with the next run,
    is noted in the page's history, and its editors get one mail.
    """
    run = Run()
    for page in Page.objects.filter(live=True, expire_at__lt=now).order_by("expire_at", "pk"):
        withdraw = partial(page.unpublish, set_expired=True, log_action="wagtail.unpublish.scheduled")
        done = _attempt(withdraw, page.pk, None)
        run.withdrawn, run.failed = run.withdrawn + done, run.failed + (not done)
    due = Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at", "pk")
    for revision in due:
        publish = partial(revision.publish, log_action="wagtail.publish.scheduled")
        done = _attempt(publish, int(revision.object_id), revision.pk)
        run.published, run.failed = run.published + done, run.failed + (not done)
    return run


def _attempt(step: Callable[[], object], page: int, revision: int | None) -> bool:
    """Whether the step succeeded; if not, it is undone and noted."""
    try:
        with transaction.atomic():
            step()
    except ValidationError as error:
        _note(page, revision, " ".join(error.messages), error)
    except Exception as error:
        _note(page, revision, gettext("An unexpected fault. The operators find it in the log."), error)
    else:
        return True
    return False


def _note(key: int, revision: int | None, reason: str, error: Exception) -> None:
    """Log each failure; note it in the history and mail it when its reason is new."""
    logger.error("a scheduled item failed", page=key, revision=revision, exc_info=error)
    data = {"revision": revision, "reason": reason}
    page = Page.objects.filter(pk=key).first()
    noted = PageLogEntry.objects.filter(page=key, action=SCHEDULE_FAILED, data=data)
    if page is None or noted.exists():
        return
    with transaction.atomic():
        log(instance=page.specific_deferred, action=SCHEDULE_FAILED, data=data)
        facts = {"page": page, "reason": reason, "expiring": revision is None}
        for person in publishers_of(page):
            post("schedule_failed", person, **facts, link=whole_url("wagtailadmin_pages:edit", key))
