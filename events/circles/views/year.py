"""A group's year, opening a workspace, and asking to join."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.circles import mails
from events.circles.access import find_own_group, visit
from events.circles.dates import choose_year, list_dates
from events.circles.feed import feed_address
from events.circles.members import ask_to_join, end, has_asked_lately
from events.circles.queries import (
    list_decisions,
    list_outputs,
    list_questions,
    list_tasks,
    read_year,
    with_dates,
)
from events.circles.views.frame import frame
from events.models import Circle
from events.results.status import list_withdrawn_minutes
from hub.accounts.models import User


@never_cache
@require_safe
def show_year(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Meetings, decisions, questions and results, for all who may read the group's page."""
    found, now = visit(request, key), timezone.now()
    circle, year = found.circle, read_year(request.GET.get("jahr", ""), now)
    all_dates = list_dates(circle, found.viewer, inside=found.takes_part)
    dates = choose_year(all_dates, year)
    questions = [each for each in list_questions(circle) if not each.answered]
    withdrawn = {each.pk for each in list_withdrawn_minutes(circle)} if found.leads else set()
    context = frame(found, "circle") | {
        "year": year,
        "dates": [each for each in dates if not each.is_replaced],
        "replaced": [each for each in dates if each.is_replaced],
        "withdrawn": [each for each in all_dates if each.meeting and each.meeting.pk in withdrawn],
        "decisions": with_dates(list_decisions(circle, year), all_dates),
        "questions": with_dates(questions, all_dates),
        "outputs": list_outputs(found.entry, found.viewer),
        "tasks": [each for each in list_tasks(circle) if not each.done] if found.takes_part else [],
        "waiting": circle.members.filter(left=None, joined=None).count() if found.leads else 0,
        "feed": feed_address(found.joined) if found.joined else "",
    }
    return render(request, "events/circles/year.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_workspace(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Says what a workspace is, and opens it for those who lead the group."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    group = find_own_group(request, key)
    if request.method == "POST":
        Circle.objects.get_or_create(group=group)
        messages.success(request, _("The workspace is open. Next, set up the first meetings."))
    if request.method == "POST" or Circle.objects.filter(group=group).exists():
        return redirect("events:circle", key)
    return render(request, "events/circles/open.html", {"group": group, "key": key})


@require_POST
def join(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Ask to take part; for everybody who belongs to a town, here or on another hub."""
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path())
    found = visit(request, key)
    if not found.is_known:
        raise PermissionDenied
    member = ask_to_join(found.circle, request.user, timezone.now())
    if found.member is None and not has_asked_lately(member):
        mails.tell_asked(member)
    if not found.joined:
        messages.success(request, _("Thank you. Those who lead the group will decide soon. You see it here."))
    return redirect("events:circle", key)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Asks once more, then ends the membership, or takes back what was asked."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    found = visit(request, key)
    if found.member is None:
        return redirect("events:circle", key)
    if request.method == "POST":
        end(found.member, timezone.now())
        messages.success(request, _("You have left the group. The dates leave your calendar by themselves."))
        return redirect("events:circle", key)
    return render(request, "events/circles/leave.html", frame(found, "circle_leave"))
