"""The page on which a whole event is cancelled."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext

from events.models import EventDesk
from events.office.cancelling import CannotCancel, cancel_event, count_audience, may_cancel
from events.office.people_forms import CancelEventForm
from events.office.views.frame import for_organisers, show


@for_organisers
def cancel(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """Who will be told, the reason, and the button."""
    now = timezone.now()
    form = CancelEventForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            written = cancel_event(desk.pk, request.user, form.cleaned_data["reason"], now)
        except CannotCancel as error:
            form.add_error(None, str(error))
        else:
            said = ngettext(
                "The event is cancelled. %(n)s mail is on its way.",
                "The event is cancelled. %(n)s mails are on their way.",
                written,
            )
            messages.success(request, said % {"n": written})
            return redirect("events:office", desk.event.translation_key)
    context = {"here": "cancel", "form": form, "may_cancel": may_cancel(desk, now)}
    return show(request, desk, "cancel_event", context | {"audience": count_audience(desk)})
