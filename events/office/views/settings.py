"""Phases, seats, contact and data protection: one form each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import EventDesk
from events.office.settings_forms import DatesForm, DeskForm, PhasesForm, PrivacyForm, SeatsForm
from events.office.views.frame import for_organisers, show
from events.registering.line import lock_desk
from events.registering.services import fill_seats


@dataclass(frozen=True)
class Part:
    """One of the forms, with the words above it."""

    form: type[DeskForm]
    heading: str | Promise
    lead: str | Promise


PARTS: Mapping[str, Part] = {
    "phasen": Part(
        PhasesForm,
        gettext_lazy("Phases"),
        gettext_lazy("A phase without a beginning is not offered. You can change all of this at any time."),
    ),
    "plaetze": Part(
        SeatsForm,
        gettext_lazy("Seats and waiting list"),
        gettext_lazy("Fewer seats cancel nobody; more seats go to those who wait, in their order."),
    ),
    "termine": Part(
        DatesForm,
        gettext_lazy("Reminder and feedback"),
        gettext_lazy("Mails before and after each date. Whoever cancelled or waits gets none."),
    ),
    "datenschutz": Part(
        PrivacyForm,
        gettext_lazy("Contact and data protection"),
        gettext_lazy("This is what everybody reads before they register."),
    ),
}


@for_organisers
def edit_settings(request: HttpRequest, desk: EventDesk, part: str) -> HttpResponse:
    """One form of the desk. Seats that are added go to those who wait, in the same transaction."""
    if part not in PARTS:
        raise Http404
    chosen = PARTS[part]
    if request.method != "POST":
        form = chosen.form(instance=desk)
        return show(request, desk, "settings", {"here": part, "part": chosen, "form": form})
    with transaction.atomic():
        form = chosen.form(request.POST, instance=lock_desk(desk.pk))
        if not form.is_valid():
            return show(request, desk, "settings", {"here": part, "part": chosen, "form": form})
        saved = form.save()
        if chosen.form is SeatsForm:
            fill_seats(saved, timezone.now())
    messages.success(request, _("Your changes are saved."))
    return redirect("events:office", desk.event.translation_key)
