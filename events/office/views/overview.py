"""The first page of the office, opening a desk and preparing the next edition."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.models import EventDesk
from events.office import overview
from events.office.links import list_links
from events.office.opening import NextEdition, can_copy, copy_event, find_own_event, open_desk
from events.office.opening_form import CopyForm
from events.office.steps import list_steps, read_progress
from events.office.views.frame import METHODS, for_organisers, show
from events.registering.line import lock_desk


@for_organisers
def show_office(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """How the event stands. A POST with ``close`` closes a desk that nobody has used yet."""
    unused = overview.is_unused(desk)
    if request.method == "POST" and "close" in request.POST:
        return _close(request, desk)
    now = timezone.now()
    there = read_progress(desk)
    steps = list_steps(desk, there)
    context = {
        "here": "office",
        "now": now,
        "phases": overview.list_phases(desk, now),
        "steps": steps,
        "steps_open": sum(1 for step in steps if step.needed and not step.done),
        "figures": overview.count_figures(desk),
        "links": list_links(desk, is_released=there.released),
        "outside": there.outside,
        "unused": unused,
        "may_copy": can_copy(request.user, desk.event),
    }
    return show(request, desk, "overview", context)


@never_cache
@require_http_methods(METHODS)
def open_office(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What a desk is, and the button that opens it for an event."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    event = find_own_event(request.user, key)
    has_times = bool(event.starts and event.ends)
    opened = EventDesk.objects.filter(event=event).exists()
    if request.method == "POST" and has_times:
        open_desk(event)
        messages.success(
            request,
            _(
                "The office is open. Registration and proposals are not: follow the steps below, one after "
                "the other."
            ),
        )
        opened = True
    if opened:
        return redirect("events:office", key)
    return render(request, "events/office/open.html", {"event": event, "key": key, "has_times": has_times})


@for_organisers
def prepare_next(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """The form that copies the event with all that was set up to another day."""
    if not can_copy(request.user, desk.event):
        raise PermissionDenied
    if desk.event.starts is None:
        messages.error(request, _("The event has no day yet. Set it on its page first."))
        return redirect("events:office", desk.event.translation_key)
    form = CopyForm(request.POST or None, event=desk.event)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        edition = NextEdition(data["title"], data["day"], data["key"])
        copied = copy_event(desk, edition, request.user)
        messages.success(
            request,
            _("The copy is there, as a draft. Check its page and its phases, then publish it."),
        )
        return redirect("events:office", copied.event.translation_key)
    return show(request, desk, "copy", {"here": "copy", "form": form})


def _close(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    with transaction.atomic():
        held = lock_desk(desk.pk)  # whoever registers meanwhile waits for it
        unused = overview.is_unused(held)
        if unused:
            held.delete()
    if not unused:
        messages.error(request, _("People or proposals are in it already, so the office stays open."))
        return redirect("events:office", desk.event.translation_key)
    messages.success(request, _("The office is closed. You can open it again at any time."))
    return redirect("wagtailadmin_pages:edit", desk.event.pk)
