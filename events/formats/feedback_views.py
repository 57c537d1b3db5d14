"""Where participants say how a date was: by the link in their mail, or from their own page."""

from __future__ import annotations

import uuid
from contextlib import suppress

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from events.dates import EventDate, find_event_date
from events.desks import desk_for
from events.formats.feedback import GIVEN, OBSTACLES, Refused, find_newest, find_obstacle, give_feedback
from events.formats.forms import FeedbackForm
from events.models import Person
from events.people import find_person, person_of, write_token
from events.registering import limiting
from events.registering import refusing as registering
from events.registering.views import frame


@never_cache
@require_safe
def find_feedback(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """On to the newest date that is over, for whoever is known here; for others where their link is."""
    desk = desk_for(request, key)
    person, date = person_of(desk, request), find_newest(desk, timezone.now())
    if person is not None and date is not None:
        return redirect("events:feedback", write_token(person), date.stamp)
    context = frame(desk) | {"asks": desk.asks_feedback, "has_ended": date is not None}
    return render(request, "events/formats/feedback_where.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest, token: str, stamp: str) -> HttpResponse:
    """The three questions about one date. Opening it says nothing, since mail filters open links too."""
    person = find_person(token)
    if person is None:
        return render(request, "events/registering/unknown.html", status=404)
    date = find_event_date(person.desk.event.build_schedule(), stamp)
    if date is None:
        raise Http404
    obstacle = find_obstacle(person, date, timezone.now())
    form = FeedbackForm(request.POST if request.method == "POST" else None)
    if not obstacle and form.is_valid() and _give(request, person, date, form):
        return redirect("events:feedback", token, stamp)
    context = frame(person.desk) | {
        "date": date,
        "form": form,
        "token": token,
        "obstacle": OBSTACLES.get(obstacle, ""),
        "is_given": obstacle == GIVEN,
    }
    wrong = form.is_bound and not obstacle
    return render(request, "events/formats/feedback.html", context, status=422 if wrong else 200)


def _give(request: HttpRequest, person: Person, date: EventDate, form: FeedbackForm) -> bool:
    """Whether it is kept, now or by another window before; else the form says why not."""
    if not limiting.may_send(request):
        form.add_error(None, registering.Refused(registering.Reason.TOO_OFTEN).sentence)
        return False
    with suppress(Refused):  # the page says it when it is read again
        give_feedback(person, date, form.read_said(), timezone.now())
    return True
