"""The page on which somebody without a registration is written down at the door."""

from __future__ import annotations

import uuid

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from events.door.frame import at_the_door, may_seat
from events.door.queries import count_there
from events.door.services import Doorkeeper
from events.door.views import tell
from events.door.walk_ins import AskOrganisers, NotNow, WalkIn, add_walk_in, is_day
from events.models import EventDesk


class WalkInForm(forms.Form):
    """Who came."""

    given_name = forms.CharField(label=gettext_lazy("Given name"), max_length=100)
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=100)
    affiliation = forms.CharField(
        label=gettext_lazy("Municipality or organisation"), max_length=200, required=False
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        help_text=gettext_lazy("So that the person can ask what is stored and have it deleted."),
        error_messages={
            "invalid": gettext_lazy("This is no e-mail address. It looks like name@example-town.de.")
        },
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_door
def write_down(request: HttpRequest, desk: EventDesk, by: Doorkeeper) -> HttpResponse:
    """The form; sent, the person is registered and checked in."""
    key = desk.event.translation_key
    form = WalkInForm(request.POST) if request.method == "POST" else WalkInForm(initial={"key": uuid.uuid4()})
    if request.method == "POST" and form.is_valid() and _write_down(request, desk, by, form):
        return redirect("events:door", key)
    now = timezone.now()
    context = {"desk": desk, "event": desk.event, "key": key, "form": form, "counts": count_there(desk, now)}
    context["is_day"] = is_day(desk, now)
    return render(request, "events/door/walk_in.html", context)


def _write_down(request: HttpRequest, desk: EventDesk, by: Doorkeeper, form: WalkInForm) -> bool:
    data = dict(form.cleaned_data)
    key: uuid.UUID = data.pop("key")
    try:
        seats = may_seat(request, desk)
        tell(request, add_walk_in(desk.pk, by, WalkIn(**data), key, timezone.now(), may_seat=seats))
    except NotNow:
        form.add_error(None, _("Seats are given at the door on the day of the event only."))
    except AskOrganisers:
        form.add_error(
            None,
            _("This address is known for the event, but has no seat. Please ask the organisers."),
        )
    return not form.errors
