"""The check-in: its page, also without scripts, and what its scripts ask and send."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.door import queries
from events.door.answering import Answer, Result, say_name
from events.door.badges import read_badge
from events.door.dates import DoorDates
from events.door.frame import at_the_door, may_seat
from events.door.helper_links import default_end
from events.door.scans import Scan, Unreadable, read_batch, read_key
from events.door.services import Doorkeeper, check_in, undo
from events.door.walk_ins import NotNow, admit, is_day
from events.door.words import WORDS
from events.helping import latest_end
from events.models import EventDesk, Registration


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_door
def show_door(request: HttpRequest, desk: EventDesk, by: Doorkeeper) -> HttpResponse:
    """The page; ``?q=`` searches without scripts. A POST checks in, takes back or gives a seat."""
    if request.method == "POST":
        return _act(request, desk, by)
    asked, now = request.GET.get("q", "")[:100], timezone.now()
    found = queries.search(desk, asked, now)
    date = DoorDates.of(desk.event).nearest(now)
    seats = may_seat(request, desk)
    context = {
        "desk": desk,
        "event": desk.event,
        "key": desk.event.translation_key,
        "keeper": by.helper.name if by.helper else _("Organisers"),
        "counts": queries.count_there(desk, now),
        "date": date.when if date else "",
        "asked": asked,
        "found": [(each, queries.state_of(each), uuid.uuid4()) for each in found],
        "may_seat": seats and is_day(desk, now),
        "is_organiser": seats,
        "words": {name: str(text) for name, text in WORDS.items()},
        "token_cookie": settings.CSRF_COOKIE_NAME,
        "until": _end_of(desk, by, now).isoformat(),
    }
    return render(request, "events/door/door.html", context)


def _end_of(desk: EventDesk, by: Doorkeeper, now: dt.datetime) -> dt.datetime:
    """Until when a device may hold who is to come: as long as its link lasts, or until the event is over."""
    return min(by.helper.until, latest_end(desk, now)) if by.helper else default_end(desk, now)


@require_POST
@at_the_door
def take_batch(request: HttpRequest, desk: EventDesk, by: Doorkeeper) -> JsonResponse:
    """Scans of a device: ``{"device_now", "scans": [{"key", "badge", "at"}]}``, moments in ISO 8601.

    Answers ``{"server_now", "answers": [{"key", "result", "text", "name", "since"}], "counts"}``, one answer
    for each scan in their order; 400 with a ``text`` where it cannot be read.
    """
    now = timezone.now()
    try:
        scans = read_batch(request.body, now)
    except Unreadable:
        return JsonResponse({"text": str(WORDS["odd"])}, status=400)
    answers = check_in(desk.pk, by, scans, now)
    counts = queries.count_there(desk, now)
    return JsonResponse(
        {
            "server_now": now.isoformat(),
            "answers": [answer.data for answer in answers],
            "counts": {"there": counts.there, "expected": counts.expected},
        }
    )


@require_safe
@at_the_door
def send_list(request: HttpRequest, desk: EventDesk, by: Doorkeeper) -> HttpResponse:
    """What a device needs while it is offline; 304 while nothing has changed."""
    people = queries.list_offline(desk, timezone.now())
    tag = quote_etag(queries.tag_of(people))
    unchanged = get_conditional_response(request, etag=tag)
    response = unchanged or JsonResponse({"people": people})
    response["ETag"] = tag
    return response


@require_safe
@at_the_door
def find_people(request: HttpRequest, desk: EventDesk, by: Doorkeeper) -> JsonResponse:
    """People by words (``?q=``) with their whole names."""
    found = queries.search(desk, request.GET.get("q", "")[:100], timezone.now())
    return JsonResponse({"people": queries.describe_found(found)})


@require_POST
@at_the_door
def take_back(request: HttpRequest, desk: EventDesk, by: Doorkeeper) -> JsonResponse:
    """Whoever was checked in by ``key`` is not there; 404 where this event has no such check-in."""
    key, now = read_key(request.POST.get("key")), timezone.now()
    registration = undo(desk.pk, key, now) if key else None
    if registration is None:
        return JsonResponse({"text": str(WORDS["odd"])}, status=404)
    counts = queries.count_there(desk, now)
    return JsonResponse(
        {
            "name": say_name(registration.person),
            "counts": {"there": counts.there, "expected": counts.expected},
        }
    )


def _act(request: HttpRequest, desk: EventDesk, by: Doorkeeper) -> HttpResponse:
    key, now, action = read_key(request.POST.get("key")), timezone.now(), request.POST.get("action")
    if key is None:
        raise Http404
    if action == "undo":
        gone = undo(desk.pk, key, now)
        if gone is None:
            raise Http404
        said = _("Taken back: %(name)s is not here.") % {"name": say_name(gone.person)}
        messages.success(request, said)
    elif action == "admit":
        _admit(request, desk, by, key)
    else:
        scan = Scan(str(key), key, read_badge(request.POST.get("badge", "")), now)
        tell(request, check_in(desk.pk, by, [scan], now)[0])
    return redirect("events:door", desk.event.translation_key)


def _admit(request: HttpRequest, desk: EventDesk, by: Doorkeeper, key: uuid.UUID) -> None:
    number = request.POST.get("registration", "")
    if not may_seat(request, desk) or not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Http404
    try:
        tell(request, admit(desk.pk, by, int(number), key, timezone.now()))
    except Registration.DoesNotExist:
        raise Http404 from None
    except NotNow:
        messages.error(request, _("Seats are given at the door on the day of the event only."))


def tell(request: HttpRequest, answer: Answer) -> None:
    """Say on the next page how a check-in went."""
    how = messages.success if answer.result == Result.IN else messages.warning
    how(request, answer.text)
