"""The page on which somebody sees and changes the place of a colleague whom they registered."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.models import Person
from events.people import find_person
from events.registering import groups, limiting
from events.registering.forms import CorrectionForm
from events.registering.line import IN_LINE, is_ahead
from events.registering.refusing import Reason, Refused
from events.registering.views import frame


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def colleague(request: HttpRequest, token: str, key: uuid.UUID) -> HttpResponse:
    """Where they stand, whether mails arrive, cancelling for them, and an address that was mistyped."""
    registrar, now = find_person(token), timezone.now()
    if registrar is None:
        return render(request, "events/registering/unknown.html", status=404)
    registration = groups.find_colleague(registrar, key)
    if registration is None:
        raise Http404
    action = request.POST.get("action") if request.method == "POST" else ""
    form = CorrectionForm(request.POST if action == "address" else None)
    if action == "cancel":
        return _cancel(request, registrar, key, token)
    if action == "address" and form.is_valid() and _correct(request, registrar, key, form):
        messages.success(request, _("The address is corrected. The first mail is on its way there."))
        return redirect("events:colleague", token, key)
    can_act = is_ahead(registrar.desk, now) and registration.state in IN_LINE
    context = frame(registrar.desk) | {
        "token": token,
        "registration": registration,
        "colleague": registration.person,
        "form": form,
        "can_cancel": can_act,
        "can_correct": can_act and groups.may_correct(registration),
    }
    return render(request, "events/registering/colleague.html", context)


def _cancel(request: HttpRequest, registrar: Person, key: uuid.UUID, token: str) -> HttpResponse:
    try:
        if not limiting.may_send(request):
            raise Refused(Reason.TOO_OFTEN)
        is_done = groups.cancel_colleague(registrar, key, timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        _tell_cancelled(request, is_done=is_done)
    return redirect("events:colleague", token, key)


def _tell_cancelled(request: HttpRequest, *, is_done: bool) -> None:
    if is_done:
        messages.success(request, _("The place is cancelled. Your colleague gets a mail about it."))
    else:
        messages.info(request, _("There was nothing to cancel: this person had no place any more."))


def _correct(request: HttpRequest, registrar: Person, key: uuid.UUID, form: CorrectionForm) -> bool:
    """Whether it was done; else the form says why not."""
    email = form.cleaned_data["email"]
    try:
        if not limiting.may_correct(request, key):
            raise Refused(Reason.MANY_CORRECTIONS)
        if reason := limiting.find_excess(request, email):
            raise Refused(reason)
        groups.correct_colleague(registrar, key, email, timezone.now())
    except Refused as refused:
        form.add_error("email", refused.sentence)
    return form.is_valid()
