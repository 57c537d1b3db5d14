"""Saying of a published report that it still holds, without publishing anything else."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Q
from wagtail.log_actions import log
from wagtail.models import Locale, Revision

from content.models import CaseReportPage
from hub.accounts.models import User

CONFIRMED = "content.confirmed"
"""The action under which a page's history notes it."""


def find_report(key: uuid.UUID) -> CaseReportPage | None:
    """The published report with that uuid, in the language written first where there is one."""
    found = CaseReportPage.objects.filter(translation_key=key, live=True, alias_of=None)
    first = Locale.get_default().pk
    return min(found, key=lambda page: (page.locale_id != first, page.pk), default=None)


def confirm_report(page: CaseReportPage, user: User, today: dt.date) -> None:
    """Set the day on the published page, and in the versions that may be published next.

    Drafts keep their wording and stay drafts; a later day that is there already stays.
    """
    with transaction.atomic():
        row = CaseReportPage.objects.select_for_update(of=("self",)).get(pk=page.pk)
        row.confirmed_on = max(row.confirmed_on or today, today)
        row.save(clean=False, update_fields=["confirmed_on"])
        versions = Q(pk__in=[row.live_revision_id, row.latest_revision_id]) | Q(
            approved_go_live_at__isnull=False
        )
        for revision in Revision.objects.for_instance(row).filter(versions).select_for_update():
            revision.content["confirmed_on"] = row.confirmed_on.isoformat()
            revision.save(update_fields=["content"])
        log(instance=row, action=CONFIRMED, user=user)
