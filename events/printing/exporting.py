"""The schedule of an event as a file for programme apps."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.db.models import TextField
from django.db.models.functions import MD5, Cast
from django.urls import reverse
from django.utils import translation

from events.models import EventDesk, Release, Room, Session
from events.printing.formats import write_json, write_xml
from events.printing.released import find_released
from events.printing.schedule import Schedule, build_schedule
from hub.documents import DEFAULT_LANGUAGE
from hub.env import env

FORMS: dict[str, tuple[str, Callable[[Schedule, str], bytes]]] = {
    "xml": ("application/xml; charset=utf-8", write_xml),
    "json": ("application/json", write_json),
}
"""The media type of each form, and what writes it."""

EDITION = 1
"""To be raised whenever the same programme is written otherwise, so that apps fetch it again."""


def tag_schedule(desk: EventDesk, form: str) -> str | None:
    """What changes whenever :func:`export_schedule` gives other bytes; None while nothing is released.

    Three queries: the entries of the release are summed up in the database and not read.
    """
    releases = Release.objects.filter(plan__desk=desk).order_by("-number")
    summed = releases.annotate(digest=MD5(Cast("slots", TextField())))
    release = summed.values_list("plan_id", "pk", "name", "digest").first()
    if release is None:
        return None
    event, plan = desk.event, release[0]
    said = (
        EDITION,
        form,
        env.origin,
        release,
        (event.pk, event.title, event.slug, event.time_zone, bool(event.online_url), event.locale_id),
        list(Room.objects.filter(plan=plan).values_list("name", "capacity")),
        list(Session.objects.filter(plan=plan).order_by("pk").values_list("pk", flat=True)),
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()


def export_schedule(desk: EventDesk, form: str) -> bytes | None:
    """The released programme as ``xml`` or ``json``; None while none is. The same gives the same bytes."""
    with translation.override(DEFAULT_LANGUAGE):
        released = find_released(desk)
    if released is None or not released.slots:
        return None
    address = env.origin + reverse(f"events:schedule_{form}", args=[desk.event.translation_key])
    return FORMS[form][1](build_schedule(released), address)
