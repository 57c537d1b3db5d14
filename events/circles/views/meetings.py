"""Meetings: a series of them, one date with its agenda, and changing one or all that follow."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.circles import series as verbs
from events.circles import work
from events.circles.access import Visit, for_leaders, for_members
from events.circles.dates import MeetingDate, find_date, keep_meeting
from events.circles.forms import AgendaForm, MoveForm, SeriesForm
from events.circles.refusing import Refused
from events.circles.views.frame import frame, say, typed


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_leaders
def begin(request: HttpRequest, visit: Visit) -> HttpResponse:
    """A new series, or a meeting beside it."""
    now = timezone.now()
    form = SeriesForm(typed(request), now=now, initial={"title": visit.circle.group.title, "rhythm": "month"})
    if request.method == "POST" and form.is_valid():
        try:
            verbs.begin_series(visit.circle, form.read_wish(), request.user, now)
        except Refused as refused:
            say(form, refused)
        else:
            messages.success(request, _("The meetings are public. All members get them for their calendar."))
            return redirect("events:circle", visit.key)
    return render(request, "events/circles/series.html", frame(visit, "circle_begin") | {"form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def show_meeting(request: HttpRequest, visit: Visit, series: int, stamp: str) -> HttpResponse:
    """One date with its agenda; everybody who takes part proposes items."""
    found = find(visit, series, stamp)
    form = AgendaForm(typed(request) if "item" not in request.POST else None)
    if request.method == "POST" and "item" in request.POST:
        if visit.records and found.meeting and request.POST["item"].isdecimal():
            work.shift_item(found.meeting, int(request.POST["item"]), request.POST.get("to", ""))
        return _to_meeting(visit, found)
    if request.method == "POST" and form.is_valid():
        work.propose_item(keep_meeting(found), form.save(commit=False), visit.joined)
        messages.success(request, _("The item is on the agenda."))
        return _to_meeting(visit, found)
    context = frame(visit) | {"found": found, "form": form, "now": timezone.now()}
    if found.meeting:
        context["agenda"] = list(found.meeting.agenda.select_related("by__user"))
    return render(request, "events/circles/meeting.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_leaders
def change(request: HttpRequest, visit: Visit, series: int, stamp: str) -> HttpResponse:
    """Move, cancel or restore one date."""
    found, now = find(visit, series, stamp), timezone.now()
    moves = request.method == "POST" and request.POST.get("action") == "move"
    form = MoveForm(request.POST if moves else None, now=now, initial=_initial(found))
    if moves and not form.is_valid():
        return _answer_change(request, visit, found, form)
    if request.method == "POST":
        try:
            words = _carry_out(request, found, form, now)
        except Refused as refused:
            if not moves:
                form = MoveForm({**_initial(found), "minutes": _minutes(found)}, now=now)
                form.is_valid()
            say(form, refused)
            return _answer_change(request, visit, found, form)
        messages.success(request, words)
        return redirect("events:circle", visit.key)
    return _answer_change(request, visit, found, form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_leaders
def change_following(request: HttpRequest, visit: Visit, series: int, stamp: str) -> HttpResponse:
    """End the series before this date, and begin another from there."""
    found, now = find(visit, series, stamp), timezone.now()
    usual = {"title": found.title, "location": found.facts.location, "online_url": found.facts.online_url}
    initial = _initial(found) | usual | {"rhythm": "month"}
    form = SeriesForm(typed(request), now=now, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.change_following(found, form.read_wish(), request.user, now)
        except Refused as refused:
            say(form, refused)
        else:
            messages.success(request, _("This date and all that follow are changed. All members hear of it."))
            return redirect("events:circle", visit.key)
    return render(request, "events/circles/series.html", frame(visit) | {"form": form, "found": found})


def _carry_out(request: HttpRequest, found: MeetingDate, form: MoveForm, now: dt.datetime) -> str:
    match request.POST.get("action", ""):
        case "move":
            verbs.move_date(found, form.read_move(), request.user, now)
            return _("The date is moved. All members hear of it.")
        case "cancel":
            verbs.cancel_date(found, request.user, now)
            return _("The date is cancelled. All members hear of it.")
        case "restore":
            verbs.restore_date(found, request.user, now)
            return _("The date takes place as planned. All members hear of it.")
    raise Refused(_("Nothing was changed. Please try again."))


def find(visit: Visit, series: int, stamp: str) -> MeetingDate:
    """The date with that stamp. Raises ``Http404`` where there is none."""
    found = find_date(visit.circle, series, stamp)
    if found is None:
        raise Http404
    found.series.circle = visit.circle
    return found


def _initial(found: MeetingDate) -> dict[str, Any]:
    own = found.date.exception.location if found.date.exception else ""
    return {"starts": found.date.starts, "minutes": _minutes(found), "location": own}


def _minutes(found: MeetingDate) -> int:
    return int((found.date.ends - found.date.starts).total_seconds() // 60)


def _to_meeting(visit: Visit, found: MeetingDate) -> HttpResponse:
    return redirect("events:circle_meeting", visit.key, found.series.pk, found.stamp)


def _answer_change(request: HttpRequest, visit: Visit, found: MeetingDate, form: MoveForm) -> HttpResponse:
    return render(request, "events/circles/change.html", frame(visit) | {"found": found, "form": form})
