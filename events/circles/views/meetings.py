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
from events.circles.calling_off import cancel_following, restore_date
from events.circles.dates import MeetingDate, find_date, keep_meeting
from events.circles.forms import MoveForm, SeriesForm, read_rhythm
from events.circles.refusing import Refused
from events.circles.views.frame import frame, say, typed
from events.circles.work_forms import AgendaForm
from events.models import AgendaItem, Note


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
    """One date with its agenda and all that belongs to it; everybody who takes part proposes items."""
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
    return render(request, "events/circles/meeting.html", context | _read_kept(visit, found))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_leaders
def change(request: HttpRequest, visit: Visit, series: int, stamp: str) -> HttpResponse:
    """Move one date, or let it take place as planned after all."""
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
def cancel(request: HttpRequest, visit: Visit, series: int, stamp: str) -> HttpResponse:
    """Says what is cancelled, then cancels this date, or it and all that follow."""
    found, now = find(visit, series, stamp), timezone.now()
    problem = ""
    if request.method == "POST":
        try:
            words = _cancel(request, found, now)
        except Refused as refused:
            problem = refused.sentence
        else:
            messages.success(request, words)
            return redirect("events:circle", visit.key)
    following = verbs.split_dates(found)[1] if found.repeats and not found.is_gone else []
    following = [each for each in following if not each.is_cancelled]
    context = frame(visit) | {"found": found, "following": following, "problem": problem}
    return render(request, "events/circles/cancel.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_leaders
def change_following(request: HttpRequest, visit: Visit, series: int, stamp: str) -> HttpResponse:
    """End the series before this date, and begin another from there."""
    found, now = find(visit, series, stamp), timezone.now()
    usual = {"title": found.title, "location": found.facts.location, "online_url": found.facts.online_url}
    initial = _initial(found) | usual | read_rhythm(found.facts)
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
        case "restore":
            restore_date(found, request.user, now)
            return _("The date takes place as planned. All members hear of it.")
        case "restore_following":
            restore_date(found, request.user, now, following=True)
            return _("The dates take place as planned. All members hear of it.")
    raise Refused(_("Nothing was changed. Please try again."))


def _cancel(request: HttpRequest, found: MeetingDate, now: dt.datetime) -> str:
    match request.POST.get("action", ""):
        case "one":
            verbs.cancel_date(found, request.user, now)
            return _("The date is cancelled. All members hear of it.")
        case "following":
            cancel_following(found, request.user, now)
            return _("This date and all that follow are cancelled. All members hear of it.")
    raise Refused(_("Nothing was changed. Please try again."))


def _read_kept(visit: Visit, found: MeetingDate) -> dict[str, Any]:
    """What hangs on a date: its agenda and minutes, and what was decided, asked and given in it."""
    meeting = found.meeting
    if meeting is None:
        return {}
    agenda = list(meeting.agenda.select_related("by__user"))
    return {
        "agenda": [(item, may_edit_item(visit, item)) for item in agenda],
        "note": Note.objects.filter(meeting=meeting).first(),
        "decisions": list(meeting.decisions.select_related("replaces", "replaced_by")),
        "questions": list(meeting.questions_raised.all()),
        "tasks": list(meeting.tasks_given.select_related("member__user")),
    }


def may_edit_item(visit: Visit, item: AgendaItem) -> bool:
    """Whether it is theirs to change: they proposed it, or keep the minutes."""
    return visit.records or (visit.joined is not None and item.by_id == visit.joined.pk)


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
