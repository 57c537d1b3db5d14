"""What the programme's pages have in common: who may see them, their ways to each other."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from events.desks import desk_for, find_desk, organises
from events.models import EventDesk, Plan
from events.planning.queries import build_stand


def find_readable_desk(request: HttpRequest, key: uuid.UUID) -> tuple[EventDesk, bool]:
    """The desk, and whether the visitor organises it: organisers see drafts. Raises ``Http404``."""
    desk = find_desk(key)
    if desk is not None and request.user.is_authenticated and organises(request.user, desk):
        return desk, True
    return desk_for(request, key), False


def read_stand(desk: EventDesk, *, public: bool = False) -> tuple[Plan, dict[str, Any]] | None:
    """The plan of an event with times, and its state (:func:`build_stand`); None while there is none."""
    plan = Plan.objects.filter(desk=desk).first()
    if plan is None or desk.event.starts is None or desk.event.ends is None:
        return None
    return plan, build_stand(desk, plan, public=public)


def page_context(desk: EventDesk, here: str, *, is_organiser: bool) -> dict[str, Any]:
    """What the layout needs. ``here`` is the title of the page."""
    key = desk.event.translation_key
    crumbs = [("/", _("Home")), ("/termine/", _("Events"))]
    if desk.event.live and desk.event.url:
        crumbs.append((desk.event.url, desk.event.title))
    elif is_organiser:
        crumbs.append((reverse("events:office", args=[key]), desk.event.title))
    names = {
        "grid": _("Plan the programme"),
        "releases": pgettext("grid", "Releases"),
        "history": _("History"),
        "board": _("Programme"),
        "office": _("Organise"),
    }
    return {
        "desk": desk,
        "key": key,
        "here": here,
        "crumbs": crumbs,
        "is_organiser": is_organiser,
        "pages": [(name, reverse(f"events:{name}", args=[key]), title) for name, title in names.items()],
    }
