"""The minutes of a meeting, written together by those who take part, as notes of sessions are."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.circles.access import Visit, for_leaders, for_members
from events.circles.dates import keep_meeting
from events.circles.minutes import publish_minutes
from events.circles.refusing import Refused
from events.circles.views.meetings import find
from events.noting.pages import Place, show_history, show_page, show_state
from events.noting.services import Author, open_note


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def show_minutes(request: HttpRequest, visit: Visit, series: int, stamp: str) -> HttpResponse:
    """Write the minutes; those who keep them end writing."""
    return show_page(request, _come(request, visit, series, stamp))


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
    """Make the minutes a page that gets to all hubs."""
    found = find(visit, series, stamp)
    try:
        publish_minutes(found, request.user)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("The minutes are published."))
    return redirect("events:circle_meeting", visit.key, series, stamp)


def _come(request: HttpRequest, visit: Visit, series: int, stamp: str) -> Place:
    found, address = find(visit, series, stamp), [visit.key, series, stamp]
    above = [
        (reverse("events:circle", args=[visit.key]), visit.circle.group.title),
        (reverse("events:circle_meeting", args=address), found.when),
    ]
    return Place(
        note=open_note(meeting=keep_meeting(found)),
        author=Author(str(request.user), user=request.user.pk),
        leads=visit.records,
        title=_("Minutes: %(title)s") % {"title": found.title},
        crumbs=above,
        page=reverse("events:circle_minutes", args=address),
        state=reverse("events:circle_minutes_state", args=address),
        history=reverse("events:circle_minutes_history", args=address),
    )
