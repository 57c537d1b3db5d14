"""What organisers print for the day."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from events.desks import require_organiser
from events.models import EventDesk, Registration
from events.planning.releases import preview_release
from events.printing.answering import send_private
from events.printing.attendance import (
    count_meals,
    erase_day,
    list_countable,
    list_days,
    list_lines,
    list_near_days,
)
from events.printing.badges import build_badges
from events.printing.codes import Codes
from events.printing.paper import Sheets
from events.printing.parts import BADGES, CARDS, LINES, SIGNS, list_parts, take_part
from events.printing.people import list_attending
from events.printing.released import Released, find_released
from events.printing.signs import build_cards, build_signs, list_sessions
from hub.instants import localise

QUESTION = re.compile("[0-9]{1,9}")
View = Callable[[HttpRequest, EventDesk], HttpResponse]


def for_organisers(view: View) -> Callable[[HttpRequest, uuid.UUID], HttpResponse]:
    """A view of a desk for those who organise the event, which only reads."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        desk = require_organiser(request, key)
        return desk if isinstance(desk, HttpResponse) else view(request, desk)

    return guarded


@for_organisers
def choose_print(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """What can be printed, and what is missing for it."""
    attending = Registration.objects.filter(person__desk=desk, state=Registration.State.CONFIRMED).count()
    released = find_released(desk)
    plan = getattr(desk, "plan", None)
    context = {
        "desk": desk,
        "key": desk.event.translation_key,
        "here": "printing",
        "event": desk.event,
        "released": released,
        "is_older": bool(released and plan and preview_release(plan).diff),
        "attending": attending,
        "signed": _list_signed(list_near_days(list_days(desk), _today(desk))),
        "questions": list_countable(desk),
        "erased": erase_day(desk),
        "sign_parts": list_parts(len(build_signs(released)) if released else 0, SIGNS),
        "card_parts": list_parts(len(released.slots) if released else 0, CARDS),
        "badge_parts": list_parts(attending, BADGES),
        "line_parts": list_parts(attending, LINES),
    }
    return render(request, "events/printing/choose.html", context)


@for_organisers
def print_signs(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """Signs for the doors."""
    released = _released(desk)
    codes = Codes()
    code = codes.add(f"{released.address}#programm")
    signs, part = take_part(request, build_signs(released), SIGNS)
    sheets = Sheets("signs", codes, released=released, signs=signs, code=code)
    return send_private(request, desk, sheets, _name("raeume", desk, part))


@for_organisers
def print_cards(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """Cards for the wall."""
    released = _released(desk)
    codes = Codes()
    slots, part = take_part(request, list_sessions(released), CARDS)
    cards = build_cards(released, slots, codes)
    sheets = Sheets("cards", codes, released=released, sheets=_by_four(cards))
    return send_private(request, desk, sheets, _name("sessionkarten", desk, part))


@for_organisers
def print_badges(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """Badges of those who have a seat; 404 while nobody has."""
    chosen, part = take_part(request, list_attending(desk), BADGES)
    if not chosen:
        raise Http404
    codes = Codes()
    badges = build_badges(desk, chosen, codes)
    sheets = Sheets("badges", codes, event=desk.event, sheets=_by_four(badges), part=part)
    return send_private(request, desk, sheets, _name("namensschilder", desk, part))


@for_organisers
def print_signatures(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """A list to sign, for one day of the event: ``?tag=2027-03-12``, else that which comes first today."""
    days = list_days(desk)
    near = next((day for day in days if day >= _today(desk)), next(iter(days), None))
    day = _read_day(request.GET["tag"]) if "tag" in request.GET else near
    if day is None or day not in days:
        raise Http404
    lines, part = take_part(request, list_lines(desk, with_affiliation=True), LINES)
    return _send_list(request, desk, "signatures", _name("unterschriften", desk, part), lines=lines, day=day)


@for_organisers
def print_evacuation(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """A list to tick off at the assembly point."""
    everybody = list_lines(desk, with_affiliation=False)
    lines, part = take_part(request, everybody, LINES)
    name = _name("evakuierung", desk, part)
    return _send_list(request, desk, "evacuation", name, lines=lines, total=len(everybody))


@for_organisers
def print_meals(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """Numbers for the caterers, without any name: ``?frage=1&frage=2`` chooses what is counted."""
    chosen = [int(each) for each in request.GET.getlist("frage") if QUESTION.fullmatch(each)]
    total, counts = count_meals(desk, chosen)
    return _send_list(request, desk, "meals", _name("verpflegung", desk), total=total, counts=counts)


def _send_list(
    request: HttpRequest, desk: EventDesk, template: str, name: str, **context: object
) -> HttpResponse:
    about = {"desk": desk, "event": desk.event, "erased": erase_day(desk), **context}
    return send_private(request, desk, Sheets(template, Codes(), **about), name)


def _released(desk: EventDesk) -> Released:
    """The newest release. Raises ``Http404`` while there is none: the page that leads here says so."""
    released = find_released(desk)
    if released is None or not released.slots:
        raise Http404
    return released


def _today(desk: EventDesk) -> dt.date:
    return localise(timezone.now(), desk.event.time_zone).date()


def _read_day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _by_four(items: list[Any]) -> list[list[Any]]:
    return [items[first : first + 4] for first in range(0, len(items), 4)]


def _list_signed(days: list[dt.date]) -> list[tuple[str, str]]:
    """What the list to sign is called on each day, and how it is asked for."""
    name = _("Signature list (PDF)")
    if len(days) == 1:
        return [(name, "")]
    return [(f"{name}, {date_format(day, 'D, j. F')}", f"&tag={day.isoformat()}") for day in days]


def _name(what: str, desk: EventDesk, part: int = 1) -> str:
    return f"{what}-{desk.event.slug}{f'-{part}' if part > 1 else ''}.pdf"
