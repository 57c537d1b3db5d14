"""The last release: what the programme was at the end of the event."""

from __future__ import annotations

import datetime as dt

import structlog
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from events.models import EventDesk, EventPage, Plan, Release
from events.planning.refusing import Refused
from events.planning.releases import newest_release, release_programme
from hub.documents.series import last_end

logger = structlog.get_logger("hub.events")

LATEST = dt.timedelta(days=7)
"""How long after the end a programme is still released by itself."""


def release_final_programmes(now: dt.datetime) -> list[Release]:
    """Release the plan of each event that is over as it was at its end; nobody gets a mail of it.

    Once for each event: what organisers correct afterwards they release themselves. A plan in which nothing
    differs from the newest release stays as it is.
    """
    just_ended = {"event__ends__lte": now, "event__ends__gt": now - LATEST}
    open_desks = EventDesk.objects.filter(**just_ended, event__live=True, forgotten=None, plan__isnull=False)
    ended = open_desks.exclude(event__status=EventPage.Status.CANCELLED)
    made = (_release_final(desk, now) for desk in ended.select_related("event", "plan").order_by("pk"))
    return [release for release in made if release]


def _release_final(desk: EventDesk, now: dt.datetime) -> Release | None:
    schedule, newest = desk.event.build_schedule(), newest_release(desk.plan)
    if schedule is None or (end := last_end(schedule)) > now:
        return None
    if newest and newest.at >= end:
        return None
    try:
        with translation.override(settings.LANGUAGE_CODE):
            name = _name_release(desk.plan)
            return release_programme(desk.plan, name, "", None, now, tells=False)
    except Refused as refused:
        if refused.reason != "unchanged":
            logger.warning("no final release", event=desk.event.pk, reason=refused.reason)
        return None


def _name_release(plan: Plan) -> str:
    """A name that no release of the plan has."""
    name, number = _("Programme at the end"), 1
    taken = set(Release.objects.filter(plan=plan).values_list("name", flat=True))
    while (candidate := name if number == 1 else f"{name} {number}") in taken:
        number += 1
    return candidate
