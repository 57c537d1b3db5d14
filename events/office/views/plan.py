"""Rooms, times of the day, and when hosts are there."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import Band, EventDesk, Host, Room
from events.office import bands, rooms
from events.office.plan_forms import BandForm, GridForm, RoomForm, SpanForm
from events.office.planlock import InUse
from events.office.proposals import build_proposals
from events.office.views.frame import for_organisers, show
from events.office.views.moving import tell_outside
from theme.sheets import send_sheet


@for_organisers
def list_rooms(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """All rooms, and the form that adds one."""
    form = RoomForm(request.POST or None, desk=desk)
    if request.method == "POST" and form.is_valid():
        rooms.add_room(desk, form.save(commit=False))
        messages.success(request, _("The room is added. Add the next one, or go on with the times."))
        return redirect("events:office_rooms", desk.event.translation_key)
    return show(request, desk, "rooms", {"here": "rooms", "rooms": rooms.list_rooms(desk), "form": form})


@for_organisers
def edit_room(request: HttpRequest, desk: EventDesk, room: uuid.UUID) -> HttpResponse:
    """Change a room. A POST with ``action`` moves, hides, shows or deletes it, or changes its times."""
    found = get_object_or_404(Room, pk=room, plan__desk=desk)
    action = request.POST.get("action", "")
    span = SpanForm(request.POST if action == "add_time" else None, prefix="time")
    if action in ("add_time", "remove_time"):
        if _change_times(request, desk, found, span):
            return redirect("events:office_room", desk.event.translation_key, room)
    elif action:
        _act_on_room(request, desk, found, action)
        return redirect("events:office_rooms", desk.event.translation_key)
    typed = request.POST if request.method == "POST" and not action else None
    form = RoomForm(typed, instance=found, desk=desk)
    if form.is_bound and form.is_valid():
        rooms.change_room(desk, found, form.cleaned_data)
        messages.success(request, _("Your changes are saved."))
        return redirect("events:office_rooms", desk.event.translation_key)
    context = {
        "here": "rooms",
        "room": found,
        "form": form,
        "span": span,
        "times": found.availabilities.all(),
    }
    return show(request, desk, "room", context)


@for_organisers
def list_bands(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """All times; a POST with ``action`` makes a whole day, adds, changes or deletes one."""
    if not (desk.event.starts and desk.event.ends):
        return show(request, desk, "bands", {"here": "bands", "has_times": False})
    action = request.POST.get("action", "")
    grid = GridForm(request.POST if action == "grid" else None, desk=desk, prefix="grid")
    band = _find_band(desk, request.POST.get("band") or request.GET.get("band", ""))
    form = BandForm(
        request.POST if action == "save" else None, desk=desk, prefix="band", initial=_initial_of(band)
    )
    if action == "delete":
        _remove(request, desk, band)
        return redirect("events:office_bands", desk.event.translation_key)
    done = ""
    if action == "grid" and grid.is_valid() and grid.grid:
        done = _try(grid, "replace", lambda: _make(desk, grid))
    elif action == "save" and form.is_valid():
        done = _try(form, "starts", lambda: _save(desk, form, band))
    if done:
        messages.success(request, done)
        return redirect("events:office_bands", desk.event.translation_key)
    context = {
        "here": "bands",
        "bands": bands.list_bands(desk),
        "grid": grid,
        "form": form,
        "band": band,
        "has_times": True,
        **tell_outside(desk),
    }
    return show(request, desk, "bands", context)


@for_organisers
def download_proposals(request: HttpRequest, desk: EventDesk) -> HttpResponseBase:
    """All proposals as a table, with names, interest and votes."""
    name = slugify("-".join((_("proposals"), desk.event.title, timezone.localdate().isoformat())))
    return send_sheet(list(build_proposals(desk)), name)


@for_organisers
def list_hosts(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """All hosts and when they are there; a POST adds or removes such a time."""
    action = request.POST.get("action", "")
    form = SpanForm(request.POST if action == "add_time" else None)
    host = _find_host(desk, request.POST.get("host", "")) if action else None
    if action in ("add_time", "remove_time") and host and _change_times(request, desk, host, form):
        if action == "add_time":
            messages.success(request, _("Noted. The grid places their sessions at this time only."))
        return redirect("events:office_hosts", desk.event.translation_key)
    context = {"here": "hosts", "hosts": rooms.list_hosts(desk), "form": form, "chosen": host}
    return show(request, desk, "hosts", context)


def _change_times(request: HttpRequest, desk: EventDesk, owner: Room | Host, span: SpanForm) -> bool:
    """Add or remove a time of a room or host; whether it was done."""
    if request.POST.get("action") == "remove_time":
        rooms.remove_time(desk, owner, _number(request.POST.get("time", "")))
        return True
    if not span.is_valid():
        return False
    rooms.add_time(desk, owner, span.cleaned_data["starts"], span.cleaned_data["ends"])
    return True


def _act_on_room(request: HttpRequest, desk: EventDesk, room: Room, action: str) -> None:
    try:
        if action == "up":
            rooms.move_room_up(desk, room)
        elif action == "hide":
            rooms.hide_room(desk, room)
            messages.success(request, _("The room is hidden. No session can be put there."))
        elif action == "show":
            rooms.show_room(desk, room)
            messages.success(request, _("The room is shown again."))
        elif action == "delete":
            gone = rooms.remove_room(desk, room)
            kept = _("The room was part of a plan, so it is hidden instead of deleted.")
            messages.success(request, _("The room is deleted.") if gone else kept)
        else:
            raise Http404
    except InUse as used:
        messages.error(request, str(used))


def _try(form: GridForm | BandForm, field: str, verb: Callable[[], str]) -> str:
    """What the verb says; what stands in its way is said at the form, which keeps what was typed."""
    try:
        return verb()
    except (InUse, bands.Overlapping) as blocked:
        form.add_error(field, str(blocked))
        return ""


def _make(desk: EventDesk, form: GridForm) -> str:
    assert form.grid is not None  # noqa: S101 - narrows what is_valid grants
    number = bands.make_bands(desk, form.grid, replace=form.cleaned_data["replace"])
    return ngettext("%(n)s time is made.", "%(n)s times are made.", number) % {"n": number}


def _save(desk: EventDesk, form: BandForm, band: Band | None) -> str:
    bands.save_band(desk, form.piece(), band)
    return _("The time is saved.")


def _remove(request: HttpRequest, desk: EventDesk, band: Band | None) -> None:
    if band is None:
        return
    try:
        bands.remove_band(desk, band)
    except InUse as used:
        messages.error(request, str(used))
    else:
        messages.success(request, _("The time is deleted."))


def _find_band(desk: EventDesk, key: str) -> Band | None:
    found = Band.objects.filter(plan__desk=desk, pk=_uuid(key)) if key else Band.objects.none()
    return found.first()


def _find_host(desk: EventDesk, key: str) -> Host:
    return get_object_or_404(Host, plan__desk=desk, pk=_uuid(key))


def _initial_of(band: Band | None) -> dict[str, object]:
    if band is None:
        return {}
    return {
        "starts": band.during.lower,
        "ends": band.during.upper,
        "label": band.label,
        "is_break": band.is_break,
    }


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Http404 from error


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Http404
    return int(text)
