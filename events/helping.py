"""Helpers of the day: whoever holds their link may do their task, without an account."""

from __future__ import annotations

import datetime as dt
import uuid

from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from events.desks import require_organiser
from events.models import EventDesk, Helper
from events.phases import is_cancelled
from hub.documents.series import last_end
from hub.env import env

SALT = "events.helper"

AT_MOST = dt.timedelta(days=2)
"""How long after the event a link may last, however it was handed out."""

KNOWN = "events_helper"
"""The key in the browser's session: the signed token of the helper this phone is."""


def write_helper_link(helper: Helper) -> str:
    """The address that makes a phone this helper; it ends with the helper."""
    token = Signer(salt=SALT).sign(helper.pk.hex).replace(":", "~")
    return env.origin + reverse("events:helper", args=[token])


def find_helper(token: str, now: dt.datetime) -> Helper | None:
    """The helper of a link, with desk and event; None if it is forged, ended or over, or the event is off."""
    try:
        key = uuid.UUID(hex=Signer(salt=SALT).unsign(token.replace("~", ":")))
    except (BadSignature, ValueError):
        return None
    helpers = Helper.objects.select_related("desk__event")
    helper = helpers.filter(pk=key, ended=None, until__gt=now).first()
    return helper if helper and takes_helpers(helper.desk) and now < latest_end(helper.desk, now) else None


def takes_helpers(desk: EventDesk) -> bool:
    """Whether links work at all: not while the event is no longer, or not yet, published, or is cancelled."""
    return desk.event.live and not is_cancelled(desk)


def latest_end(desk: EventDesk, now: dt.datetime) -> dt.datetime:
    """When every link of the event ends: some days after its last date, counted from now without dates."""
    schedule = desk.event.build_schedule()
    return (last_end(schedule) if schedule else now) + AT_MOST


def remember_helper(request: HttpRequest, token: str) -> None:
    """This browser is that helper until its session ends, or another link is opened in it.

    The session gets a new key, so that nobody who knew the old one is this helper too. One in which somebody
    is signed in got it then, and is noted by it (:mod:`hub.accounts.sessions`).
    """
    if not request.user.is_authenticated:
        request.session.cycle_key()
    request.session[KNOWN] = token


def helper_of(request: HttpRequest, desk: EventDesk, task: str, now: dt.datetime) -> Helper | None:
    """The helper this browser is, if it is one for that task at this event. One query."""
    if not (token := request.session.get(KNOWN)):
        return None
    helper = find_helper(token, now)
    return helper if helper and helper.desk_id == desk.pk and helper.task == task else None


def require_helper(
    request: HttpRequest, key: uuid.UUID, task: str, now: dt.datetime
) -> tuple[EventDesk, Helper | None] | HttpResponse:
    """The desk, for a helper with that task or an organiser (then without helper).

    As :func:`events.desks.require_organiser` for everybody else: a redirect for visitors who are not signed
    in, ``Http404`` where nothing is organised, ``PermissionDenied`` otherwise.
    """
    if token := request.session.get(KNOWN):
        helper = find_helper(token, now)
        if helper and helper.desk.event.translation_key == key:
            if helper.task != task:
                raise PermissionDenied
            return helper.desk, helper
    found = require_organiser(request, key)
    return found if isinstance(found, HttpResponse) else (found, None)
