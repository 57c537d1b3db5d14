"""Releases of the programme, and its history."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from events.desks import require_organiser
from events.grid.pages import page_context
from events.grid.release_form import ReleaseForm
from events.grid.telling import tell_diff
from events.models import EventDesk, Plan, Release, Session
from events.planning.queries import list_history
from events.planning.refusing import Blocked, Refused
from events.planning.releases import preview_release, release_programme
from events.planning.warning import list_warnings_of
from events.planning.wording import Clock

PER_PAGE = 25


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def releases(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What was released, what is new since, and the form that releases it once it is confirmed."""
    desk = require_organiser(request, key)
    if isinstance(desk, HttpResponse):
        return desk
    plan = _plan_of(desk)
    form = ReleaseForm(plan, request.POST or None) if plan else None
    status = 200
    if plan and form and request.method == "POST" and form.is_valid():
        if _release(request, plan, form):
            return redirect("events:releases", key)
        status = 409
    shown = _preview(desk, plan) if plan else {}
    if form:
        form.show_below(shown["preview"].digest)
    context = {
        **page_context(desk, pgettext("grid", "Releases"), is_organiser=True),
        "form": form,
        "found": Paginator(_releases_of(plan), PER_PAGE).get_page(request.GET.get("seite")),
        **shown,
    }
    context["page"] = context["found"]
    return render(request, "events/grid/releases.html", context, status=status)


@never_cache
@require_safe
def history(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Who changed what and when, the newest first, each with its undo."""
    desk = require_organiser(request, key)
    if isinstance(desk, HttpResponse):
        return desk
    plan = _plan_of(desk)
    changes = plan.changes.select_related("user", "undone_by").order_by("-number") if plan else ()
    page = Paginator(changes, PER_PAGE).get_page(request.GET.get("seite"))
    told = list_history(desk, plan, page.object_list) if plan else []
    context = {**page_context(desk, _("History"), is_organiser=True), "page": page, "changes": told}
    return render(request, "events/grid/history.html", context)


def _release(request: HttpRequest, plan: Plan, form: ReleaseForm) -> bool:
    """Whether it was released; else the form says why not."""
    typed, now = form.cleaned_data, timezone.now()
    try:
        release = release_programme(plan, typed["name"], typed["note"], request.user, now, seen=typed["seen"])
    except (Blocked, Refused) as refused:
        form.refuse(refused.reason, refused.text)
        return False
    told = _("“%(name)s” is released. Everybody reads it now; the mails are on their way.")
    messages.success(request, told % {"name": release.name})
    return True


def _plan_of(desk: EventDesk) -> Plan | None:
    if desk.event.starts is None or desk.event.ends is None:
        return None
    return Plan.objects.filter(desk=desk).first()


def _releases_of(plan: Plan | None) -> Any:
    found = Release.objects.filter(plan=plan) if plan else Release.objects.none()
    return found.select_related("user").defer("slots").order_by("-number")


def _preview(desk: EventDesk, plan: Plan) -> dict[str, Any]:
    """What a release announces, and what is odd about it."""
    preview, warnings = preview_release(plan), list_warnings_of(plan)
    waiting = Session.objects.filter(plan=plan, state=Session.State.ACCEPTED, placement=None).count()
    return {
        "preview": preview,
        "diff": tell_diff(preview.diff, Clock.of(desk.event)),
        "warnings": warnings,
        "waiting": waiting,
        "outside": sum(each["kind"] == "outside" for each in warnings),
    }
