"""The forms by which somebody has their link sent again, whatever is open for the event."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.desks import desk_for
from events.models import Person
from events.registering import limiting
from events.registering.addresses import send_link_again
from events.registering.forms import LinkForm
from events.registering.queries import list_known
from events.registering.refusing import Refused
from events.registering.views import frame


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_link(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The link for one event, for whoever is known to it; also while registration is closed or it is over."""
    desk = desk_for(request, key)
    form = LinkForm(request.POST if request.method == "POST" else None)
    done = form.is_valid() and _may_write(request, form)
    if done:
        _send(desk.people.filter(email__iexact=form.cleaned_data["email"]))
    return _answer(request, form, done=done, context=frame(desk))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_links(request: HttpRequest) -> HttpResponse:
    """The same where nobody knows which event it is about: for those to come, or going on now."""
    form = LinkForm(request.POST if request.method == "POST" else None)
    done = form.is_valid() and _may_write(request, form)
    if done:
        _send(list_known(form.cleaned_data["email"], timezone.now()))
    return _answer(request, form, done=done, context={})


def _may_write(request: HttpRequest, form: LinkForm) -> bool:
    """Whether no limit is in the way; the form says which. Known or not, it counts alike."""
    if reason := limiting.find_excess(request, form.cleaned_data["email"]):
        form.add_error("email", Refused(reason).sentence)
    return not reason


def _send(people: Iterable[Person]) -> None:
    for person in people:
        send_link_again(person, timezone.now())


def _answer(request: HttpRequest, form: LinkForm, *, done: bool, context: dict[str, Any]) -> HttpResponse:
    """The same for every address, known or not."""
    return render(request, "events/registering/link_again.html", {**context, "form": form, "done": done})
