"""Who else comes, as far as they agreed to be named, for those who have a seat."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from events.models import Consent, ConsentText, EventDesk, Person, Registration
from events.people import find_person
from events.phases import is_cancelled
from events.registering.consents import Asked
from events.registering.views import frame

PER_PAGE = 100


def list_named(desk: EventDesk) -> QuerySet[Person]:
    """Who has a seat and agrees now to stand in the list of participants, by family name."""
    agreed = Consent.objects.filter(
        person=OuterRef("pk"), withdrawn=None, text__purpose=ConsentText.Purpose.LIST
    )
    seated = desk.people.filter(Exists(agreed), registration__state=Registration.State.CONFIRMED)
    return seated.order_by("family_name", "given_name", "pk")


def may_see_others(person: Person, registration: Registration | None) -> bool:
    """Whoever has a seat themselves, unless the event is cancelled; no query."""
    has_seat = registration is not None and registration.state == Registration.State.CONFIRMED
    return has_seat and not is_cancelled(person.desk)


def asks_for_list(asked: list[Asked]) -> bool:
    """Whether the event has such a list: its consent is asked, or was and holds still; no query."""
    return any(each.text.purpose == ConsentText.Purpose.LIST for each in asked)


@never_cache
@require_safe
def show_others(request: HttpRequest, token: str) -> HttpResponse:
    """Names and affiliations of those who agreed, and whether one stands there oneself."""
    person = find_person(token)
    if person is None:
        return render(request, "events/registering/unknown.html", status=404)
    registration = Registration.objects.filter(person=person).first()
    if not may_see_others(person, registration):
        messages.error(request, _("Who else comes is shown to those who have a seat."))
        return redirect("events:participation", token)
    named = list_named(person.desk)
    context: dict[str, Any] = {
        "person": person,
        "token": token,
        "listed": named.filter(pk=person.pk).exists(),
        "page": Paginator(named.exclude(pk=person.pk), PER_PAGE).get_page(request.GET.get("seite")),
    }
    return render(request, "events/registering/others.html", frame(person.desk) | context)
