"""The page on which organisers register somebody by hand."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import EventDesk, Registration
from events.office.entering import KnownAlready, Typed, enter, may_enter
from events.office.people_forms import EnterForm
from events.office.views.frame import for_organisers, show
from events.registering.line import is_ahead, read_line
from events.registering.refusing import Reason, Refused


@for_organisers
def enter_person(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """The form, with how many seats are taken. Somebody who is known already is shown instead."""
    now, key = timezone.now(), desk.event.translation_key
    form = EnterForm(request.POST or None, initial={"key": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            registration = enter(desk.pk, Typed(**form.cleaned_data), now)
        except KnownAlready as known:
            messages.info(request, _("This address is known already. Here you see how the person stands."))
            return redirect("events:office_person", key, known.person.pk)
        except Refused as refused:
            _say_refused(form, refused)
        else:
            messages.success(request, _tell_done(registration))
            return redirect("events:office_person", key, registration.person_id)
    context = {"here": "people", "form": form, "line": read_line(desk), "may_enter": may_enter(desk, now)}
    return show(request, desk, "enter", {**context, "is_ahead": is_ahead(desk, now)})


def _say_refused(form: EnterForm, refused: Refused) -> None:
    if refused.reason is Reason.FULL:
        form.add_error("beyond", _("All seats are taken. Tick this to give one all the same."))
    else:
        form.add_error(None, refused.sentence)


def _tell_done(registration: Registration) -> str:
    if not registration.person.has_address:
        if registration.state == Registration.State.WAITING:
            return _("Entered: on the waiting list. No mail goes out; tell the person yourself.")
        return _("Entered: the person has a seat. No mail goes out; tell the person yourself.")
    if registration.state == Registration.State.WAITING:
        return _("Entered: on the waiting list. The mail with the person’s link is on its way.")
    return _("Entered: the person has a seat. The mail with the person’s link is on its way.")
