"""The wall of the room on a phone: a card is typed or picked, then its place is tapped."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.grid.pages import read_stand
from events.grid.plain import Stand, find_session, tell_place
from events.helping import require_helper
from events.models import EventDesk, Helper, Plan
from events.planning.orders import Order, read_order
from events.planning.queries import build_stand
from events.planning.services import Blocked, Refused, carry_out
from events.planning.wording import Clock
from events.proposing.refusals import ProposalRefused
from events.proposing.reviewing import add
from events.proposing.services import Wording
from events.stage import stage_acts
from events.stage.forms import CardForm
from events.stage.pages import digest, keeping_context, page_context, presses_for_another, shows_already
from events.stage.queries import list_presented
from events.stage.refusing import StageRefused
from events.stage.walls import build_wall

CHOSEN = "karte"
"""The parameter that names the card in the hand."""


@dataclass(frozen=True)
class Problem:
    """What was refused, and a status of HTTP for it."""

    text: str
    status: int


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_wall(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Cards and times; ``?karte=`` is the card in the hand, ``?stand=`` what the page shows already.

    401 to a press that waited on the device for somebody else (``who``), whether or not they may press here.
    """
    now = timezone.now()
    if request.method == "POST" and presses_for_another(request, None):
        return HttpResponse(status=401)
    found = require_helper(request, key, Helper.Task.WALL, now)
    if isinstance(found, HttpResponse):
        return found
    desk, helper = found
    held = read_stand(desk, public=helper is not None)
    if held is None:
        context = page_context(desk, _("Wall"), staff=True)
        status = 409 if request.method == "POST" else 200
        return render(request, "events/stage/wall.html", context, status=status)
    if request.method != "POST":
        return show(request, desk, held, now)
    if "add" in request.POST:
        return _add(request, desk, held, now)
    if request.POST.get("do") == "correct":
        return _correct(request, desk, held, now)
    return _order(request, desk, held[0], now, by_helper=helper is not None)


def show(
    request: HttpRequest,
    desk: EventDesk,
    held: tuple[Plan, Stand],
    now: dt.datetime,
    *,
    chosen: str | None = None,
    form: CardForm | None = None,
    problem: Problem | None = None,
) -> HttpResponse:
    """The page; a card that is ``chosen`` stays in the hand."""
    plan, stand = held
    context = {
        **page_context(desk, _("Wall"), staff=True),
        **keeping_context(request, now),
        **wall_context(plan, desk, stand, request.GET.get(CHOSEN, "") if chosen is None else chosen, now),
        "form": form or CardForm(),
        "problem": problem.text if problem else "",
    }
    if shows_already(request, str(context["stand_digest"])):
        return HttpResponse(status=204)
    return render(request, "events/stage/wall.html", context, status=problem.status if problem else 200)


def wall_context(plan: Plan, desk: EventDesk, stand: Stand, chosen: str, now: dt.datetime) -> dict[str, Any]:
    """The wall with a card in the hand, if that id is one. One query beside those of the stand."""
    presented = {str(pitch.session_id): pitch for pitch in list_presented(plan.pk)}
    hands = {key: pitch.hands for key, pitch in presented.items()}
    session = find_session(stand, chosen)
    return {
        "wall": build_wall(stand, Clock.of(desk.event), session, hands, now),
        "chosen": session,
        "chosen_pitch": presented.get(chosen),
        "chosen_place": tell_place(stand, session) if session else "",
        "can_undo": stand["can_undo"],
        "press": uuid.uuid4(),
        "stand_digest": digest(stand["version"], hands, chosen, len(stand["sessions"])),
    }


def _add(request: HttpRequest, desk: EventDesk, held: tuple[Plan, Stand], now: dt.datetime) -> HttpResponse:
    """A card that was typed; it is in the hand then."""
    form = CardForm(request.POST)
    if not form.is_valid():
        return show(request, desk, held, now, form=form, problem=Problem("", 422))
    wording = Wording(form.read_line("title"), co_hosts=form.read_line("host"))
    try:
        session = add(desk, form.cleaned_data["key"], wording)
    except ProposalRefused as refused:
        return show(request, desk, held, now, form=form, problem=Problem(str(refused), 409))
    return redirect(f"{request.path}?{CHOSEN}={session.pk}")


def _correct(
    request: HttpRequest, desk: EventDesk, held: tuple[Plan, Stand], now: dt.datetime
) -> HttpResponse:
    """Another number of hands; the card stays in the hand."""
    chosen = request.POST.get("session", "")
    try:
        said = stage_acts.correct(request, held[0], now)
    except StageRefused as refused:
        return show(request, desk, held, now, chosen=chosen, problem=Problem(str(refused), 409))
    if said:
        messages.success(request, said)
    return redirect(f"{request.path}?{urlencode({CHOSEN: chosen})}")


def _order(
    request: HttpRequest, desk: EventDesk, plan: Plan, now: dt.datetime, *, by_helper: bool
) -> HttpResponse:
    """Place, swap, take down or undo; what is in the way is said above the card, which stays in the hand.

    To a helper hosts are named as they agreed to be.
    """
    chosen = request.POST.get("session", "")
    try:
        done = carry_out(plan.pk, _read_order(request), request.user, now)
    except Blocked as error:
        problem = Problem(error.public_text if by_helper else error.text, 409)
    except Refused as error:
        problem = Problem(error.text, 422)
    else:
        messages.success(request, done.text)
        return _lead_back(request, desk, chosen)
    held = plan, build_stand(desk, plan, public=by_helper)
    return show(request, desk, held, now, chosen=chosen, problem=problem)


def _lead_back(request: HttpRequest, desk: EventDesk, chosen: str) -> HttpResponseRedirectBase:
    if request.POST.get("back") == "card" and chosen:
        return redirect(reverse("events:card", args=[desk.event.translation_key, uuid.UUID(chosen)]))
    return redirect(request.path)


def _read_order(request: HttpRequest) -> Order:
    """The order that a button sends. Its key is that of the form, for this button of it."""
    sent = request.POST
    do = next((name for name in ("place", "swap", "remove", "undo") if name in sent), "")
    first, _slash, second = sent.get(do, "").partition("/")
    try:
        key = str(uuid.uuid5(uuid.UUID(sent.get("key", "")), f"{do} {sent.get(do)}"))
    except ValueError:
        key = ""
    order: dict[str, object] = {"do": do, "key": key, "session": sent.get("session")}
    order["seen"] = _number(sent.get("seen", ""))
    if do == "place":
        order |= {"room": first, "starts": second}
    elif do == "swap":
        order |= {"other": first, "seen_other": _number(second)}
    elif do == "undo":
        order["number"] = _number(first)
    return read_order(order)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
