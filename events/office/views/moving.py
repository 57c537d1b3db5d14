"""Moving the whole plan to another day: the number of days, what would move, then the move."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import EventDesk, Plan
from events.office import moving
from events.office.moving_form import MoveForm
from events.office.settings_forms import PhasesForm
from events.office.views.frame import for_organisers, show
from events.planning.outside import count_bands_outside, list_outside


@for_organisers
def move_plan(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """Typed, looked at, then moved. What is in the way is said at the form, which keeps what was typed."""
    if request.method != "POST":
        proposed = moving.propose_days(desk)
        return _show_form(request, desk, MoveForm(initial={"days": proposed or None}))
    form = MoveForm(request.POST)
    if not form.is_valid() or request.POST.get("action") == "change":
        return _show_form(request, desk, form)
    days, phases, now = form.cleaned_data["days"], form.cleaned_data["phases"], timezone.now()
    try:
        if request.POST.get("action") == "move":
            seen = form.cleaned_data["seen"] or 0
            moving.move_plan(desk.pk, days, seen, request.user, now, phases=phases)
            messages.success(
                request, _("All is moved. Release the programme again, so that everybody sees it.")
            )
            return redirect("events:office_bands", desk.event.translation_key)
        outlook = moving.look_ahead(desk, days, now, phases=phases)
    except moving.CannotMove as error:
        form.add_error("days", str(error))
        return _show_form(request, desk, form)
    moments = [(PhasesForm.base_fields[each.name].label, each) for each in outlook.moments]
    context = {"here": "bands", "days": days, "distance": abs(days), "outlook": outlook, "moments": moments}
    return show(request, desk, "move_preview", {**context, "phases": phases})


def _show_form(request: HttpRequest, desk: EventDesk, form: MoveForm) -> HttpResponse:
    return show(request, desk, "move", {"here": "bands", "form": form, **tell_outside(desk)})


def tell_outside(desk: EventDesk) -> dict[str, object]:
    """What lies outside the event: ``outside`` sessions, ``bands_outside`` how many times; three queries."""
    plan = Plan.objects.filter(desk=desk).first()
    if plan is None:
        return {"outside": [], "bands_outside": 0}
    return {
        "outside": list_outside(plan, desk.event),
        "bands_outside": count_bands_outside(plan, desk.event),
    }
