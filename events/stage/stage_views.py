"""The page of the stage: for those who run it, for those who want to present, for those who watch."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.live.spans import is_live
from events.models import Person, Plan
from events.people import person_of
from events.stage import queries, stage_acts
from events.stage.forms import PitchForm
from events.stage.pages import (
    digest,
    find_stage_desk,
    keeping_context,
    page_context,
    presses_for_another,
    shows_already,
)
from events.stage.refusing import StageRefused
from events.stage.stage_acts import Visit


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_stage(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Who is on stage and who comes next; a place in the line, and the buttons of those who run it.

    ``?stand=`` is what the page shows already: 204 while it is the same. 401 to a press that waited on the
    device for somebody else (``who``).
    """
    now = timezone.now()
    desk, staff = find_stage_desk(request, key, now)
    plan = Plan.objects.filter(desk=desk).first()
    if plan is None:
        return render(request, "events/stage/stage.html", page_context(desk, _("Stage"), staff=staff))
    person = None if staff else person_of(desk, request)
    if person is not None and not queries.may_present(desk, person):
        person = None
    visit = Visit(desk, plan, staff, person, queries.takes_pitches(desk, now))
    if request.method != "POST":
        return _show(request, visit, now)
    return HttpResponse(status=401) if presses_for_another(request, person) else _act(request, visit, now)


def _act(request: HttpRequest, visit: Visit, now: dt.datetime) -> HttpResponse:
    action, form = request.POST.get("do", ""), None
    if not (visit.staff or visit.person):
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.path)
    try:
        if action == "queue":
            form = _build_form(visit, request)
            if not form.is_valid():
                return _show(request, visit, now, form, status=422)
            said = stage_acts.queue(visit, form, now)
        elif action == "withdraw":
            said = stage_acts.withdraw(request, visit, now)
        elif act := stage_acts.STAFF.get(action):
            if not visit.staff:
                raise PermissionDenied
            said = act(request, visit.plan, now)
        else:
            return HttpResponse(_("Unknown action."), status=400)
    except StageRefused as refused:
        return _show(request, visit, now, form, problem=str(refused), status=409)
    if said:
        messages.success(request, said)
    return redirect(request.path)


def _show(
    request: HttpRequest,
    visit: Visit,
    now: dt.datetime,
    form: PitchForm | None = None,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    stage = queries.read_stage(visit.plan.pk)
    if not (visit.staff or is_live(visit.desk, now)):
        stage = queries.hide_names(stage)
    presented = queries.list_presented(visit.plan.pk) if visit.staff else []
    stand = digest(stage, visit.is_open, [(each.pk, each.hands) for each in presented])
    if shows_already(request, stand):
        return HttpResponse(status=204)
    on_stage = stage["on_stage"]
    context: dict[str, Any] = {
        **page_context(visit.desk, _("Stage"), staff=visit.staff),
        **keeping_context(request, now, visit.person),
        "stage": stage,
        "stand": stand,
        "visit": visit,
        "person": visit.person,
        "own": _tell_own(visit.person, stage) if visit.person else [],
        "presented": presented,
        "last": queries.find_last(presented),
        "form": form or (_build_form(visit) if visit.may_queue else None),
        "press": uuid.uuid4(),
        "typed": request.POST.get("hands", ""),
        "counted": on_stage["hands"] or 0 if on_stage else 0,
        "problem": problem,
    }
    return render(request, "events/stage/stage.html", context, status=status)


def _build_form(visit: Visit, request: HttpRequest | None = None) -> PitchForm:
    """With one's own sessions, or all for those who run the stage."""
    sessions = queries.list_presentable(visit.plan.pk, visit.person)
    caller = visit.person.given_name if visit.person else ""
    data = request.POST if request else None
    return PitchForm(sessions, data, caller=caller, by_staff=visit.staff)


def _tell_own(person: Person, stage: queries.Stage) -> list[dict[str, Any]]:
    """One's own sessions: ``ahead`` is how many come before, None if it does not wait."""
    places = {waiting["id"]: number for number, waiting in enumerate(stage["waiting"])}
    return [
        {"pitch": pitch, "ahead": places.get(str(pitch.pk))} for pitch in queries.list_own_pitches(person)
    ]
