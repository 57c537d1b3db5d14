"""Links for those who help: organisers hand them out, a phone opens one."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.door.helper_forms import HelperForm
from events.door.helper_links import NameTaken, default_end, end_helper, hand_out, list_handed
from events.helping import find_helper, latest_end, remember_helper, takes_helpers
from events.models import EventDesk, Helper
from events.office.views.frame import METHODS, for_organisers

PLACES = {Helper.Task.DOOR: "events:door", Helper.Task.WALL: "events:wall"}
"""Where each task is done."""

SHOWN = "zeigen"


@for_organisers
def manage_helpers(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """All links of the event. A POST hands one out, or ends one (``end``)."""
    now = timezone.now()
    if "end" in request.POST:
        return _end(request, desk, now)
    initial = {"task": Helper.Task.DOOR, "until": timezone.localtime(default_end(desk, now))}
    sent = request.POST if request.method == "POST" else None
    form = HelperForm(sent, initial=initial, now=now, latest=latest_end(desk, now))
    if request.method == "POST" and form.is_valid() and (made := _hand_out(request, desk, form)):
        return redirect(f"{_address(desk)}?{SHOWN}={made.pk}#gezeigt")
    handed = list_handed(desk, now, shown=request.GET.get(SHOWN, ""))
    context = {
        "desk": desk,
        "event": desk.event,
        "key": desk.event.translation_key,
        "here": "helpers",
        "form": form,
        "handed": handed,
        "shown": next((each for each in handed if each.link), None),
        "takes_helpers": takes_helpers(desk),
    }
    return render(request, "events/door/helpers.html", context)


@never_cache
@require_http_methods(METHODS)
def become_helper(request: HttpRequest, token: str) -> HttpResponse:
    """What a link is for; with a tap (a POST) this phone is that helper, and goes to its task."""
    helper = find_helper(token, timezone.now())
    if helper is None:
        return render(request, "events/door/link_over.html", status=404)
    event = helper.desk.event
    if request.method == "POST":
        remember_helper(request, token)
        return redirect(PLACES[Helper.Task(helper.task)], event.translation_key)
    return render(request, "events/door/become.html", {"helper": helper, "event": event})


def _hand_out(request: HttpRequest, desk: EventDesk, form: HelperForm) -> Helper | None:
    data: dict[str, Any] = form.cleaned_data
    try:
        return hand_out(desk, data["task"], data["name"], data["until"], request.user)  # type: ignore[arg-type]  # organisers have accounts
    except NameTaken:
        form.add_error("name", _("This name was used for this event already. Please choose another one."))
        return None


def _end(request: HttpRequest, desk: EventDesk, now: dt.datetime) -> HttpResponse:
    try:
        key = uuid.UUID(request.POST["end"])
    except ValueError:
        raise Http404 from None
    if not end_helper(desk, str(key), now):
        raise Http404
    messages.success(request, _("The link is ended. The phone that used it can do nothing more here."))
    return redirect(_address(desk))


def _address(desk: EventDesk) -> str:
    return reverse("events:helpers", args=[desk.event.translation_key])
