"""The pages on which somebody loads a copy of their data."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.models import Person
from events.people import find_person
from events.registering import copying, limiting
from events.registering.refusing import Reason, Refused
from events.registering.views import frame


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, token: str) -> HttpResponse:
    """What the event stores about somebody, and the way to the copy over all events."""
    person = find_person(token)
    if person is None:
        return _unknown(request)
    if request.method == "POST" and request.POST.get("action") == "everywhere":
        return _send(request, person, token)
    if request.method == "POST" and limiting.may_send(request):
        return _hand_over(copying.build_copy(person))
    if request.method == "POST":
        messages.error(request, Refused(Reason.TOO_OFTEN).sentence)
    return render(request, "events/registering/copy.html", _describe(person) | {"token": token})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def copies(request: HttpRequest, proof: str) -> HttpResponse:
    """The same over all events, by the link that was sent to their address."""
    person = copying.read_proof(proof)
    if person is None:
        return _unknown(request)
    if request.method == "POST" and limiting.may_send(request):
        return _hand_over(copying.build_copy(person, everywhere=True))
    if request.method == "POST":
        messages.error(request, Refused(Reason.TOO_OFTEN).sentence)
    people = copying.list_people(person).select_related("desk__event").order_by("created", "pk")
    context = _describe(person) | {"titles": [each.desk.event.title for each in people]}
    return render(request, "events/registering/copies.html", context)


def _send(request: HttpRequest, person: Person, token: str) -> HttpResponse:
    if not may_ask(person):
        return redirect("events:participation_copy", token)
    if reason := limiting.find_excess(request, person.email):
        messages.error(request, Refused(reason).sentence)
    else:
        copying.send_copy_link(person, timezone.now())
        messages.success(request, _("A mail with the link is on its way."))
    return redirect("events:participation_copy", token)


def may_ask(person: Person) -> bool:
    """Whoever confirmed the address and has no account: with one, the copy is there."""
    return person.confirmed is not None and person.user_id is None


def _describe(person: Person) -> dict[str, Any]:
    return frame(person.desk) | {"person": person, "may_ask": may_ask(person)}


def _hand_over(written: str) -> HttpResponse:
    response = HttpResponse(written, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="meine-daten.json"'
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "events/registering/unknown.html", status=404)
