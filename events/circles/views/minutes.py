"""The minutes of a meeting, written together by those who take part, as notes of sessions are."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.circles.access import Visit, for_leaders, for_members, refuse, visit
from events.circles.dates import keep_meeting
from events.circles.minutes import publish_minutes
from events.circles.refusing import Refused
from events.circles.views.meetings import find
from events.models import Note
from events.noting.pages import Place, show_history, show_page, show_state
from events.noting.services import author_of, find_author, open_note
from events.results.translations import TOLD


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_minutes(request: HttpRequest, key: uuid.UUID, series: int, stamp: str) -> HttpResponse:
    """Write the minutes; those who keep them end writing. Who wrote and left the group still answers."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    found = visit(request, key)
    if found.lack and not found.takes_part:
        return refuse(request, found)
    note = _find_left(request, found, series, stamp)
    return show_page(request, _come(request, found, series, stamp, note))


@require_safe
@for_members
def show_minutes_state(request: HttpRequest, visit: Visit, series: int, stamp: str) -> HttpResponse:
    """The same for scripts."""
    return show_state(request, _come(request, visit, series, stamp))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def show_minutes_history(request: HttpRequest, visit: Visit, series: int, stamp: str) -> HttpResponse:
    """Its older versions."""
    return show_history(request, _come(request, visit, series, stamp))


@require_POST
@for_leaders
def publish(request: HttpRequest, visit: Visit, series: int, stamp: str) -> HttpResponse:
    """Make the minutes a page that gets to all hubs, or the page anew with the text as it is now."""
    found = find(visit, series, stamp)
    try:
        _page, reset = publish_minutes(found, request.user)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("The minutes are published as they are now."))
        if reset:
            messages.warning(request, TOLD)
    return redirect("events:circle_meeting", visit.key, series, stamp)


def _find_left(request: HttpRequest, visit: Visit, series: int, stamp: str) -> Note | None:
    """The note in which somebody wrote who takes part no more; None for those who do.

    Raises ``PermissionDenied`` for everybody else.
    """
    if visit.takes_part:
        return None
    note = Note.objects.filter(meeting=find(visit, series, stamp).meeting, meeting__isnull=False).first()
    if note is None or find_author(note, author_of(request.user)) is None:
        raise PermissionDenied
    return note


def _come(request: HttpRequest, visit: Visit, series: int, stamp: str, left: Note | None = None) -> Place:
    """The minutes as this visitor finds them; ``left``: they wrote in it and answer, no more."""
    found, address = find(visit, series, stamp), [visit.key, series, stamp]
    above = [
        (reverse("events:circle", args=[visit.key]), visit.circle.group.title),
        (reverse("events:circle_meeting", args=address), found.when),
    ]
    return Place(
        note=left or open_note(meeting=keep_meeting(found)),
        author=author_of(request.user),
        leads=visit.records,
        title=_("Minutes: %(title)s") % {"title": found.title},
        crumbs=above,
        page=reverse("events:circle_minutes", args=address),
        state=reverse("events:circle_minutes_state", args=address),
        history=reverse("events:circle_minutes_history", args=address),
        writes=left is None,
    )
