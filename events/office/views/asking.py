"""Questions and consents: the list of each, and one of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from events.models import EventDesk
from events.office import asking
from events.office.views.frame import for_organisers, show

CONSENTS = "einwilligungen"


@for_organisers
def list_asked(request: HttpRequest, desk: EventDesk, kind: str) -> HttpResponse:
    """All of them, and the form that adds one."""
    chosen, consents = _kind(kind), kind == CONSENTS
    if consents and request.POST.get("action") == "photos":
        asking.ask_for_photos(desk)
        messages.success(request, _("Added. Everybody who registers from now on is asked."))
        return redirect("events:office_asked", desk.event.translation_key, kind)
    form = chosen.form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asking.add(desk, form.save(commit=False))
        messages.success(request, _("Added. Everybody who registers from now on is asked."))
        return redirect("events:office_asked", desk.event.translation_key, kind)
    context = {"here": kind, "kind": kind, "rows": chosen.rows(desk), "form": form}
    context["photos"] = asking.word_photos(desk) if consents and not asking.asks_for_photos(desk) else ""
    return show(request, desk, "asked", context)


@for_organisers
def edit_asked(request: HttpRequest, desk: EventDesk, kind: str, pk: int) -> HttpResponse:
    """Change one. A POST with ``action`` moves it up, asks it no longer or again, or deletes it."""
    chosen = _kind(kind)
    row = chosen.find(desk, pk)
    if request.method == "POST" and (action := request.POST.get("action", "")):
        _do(request, row, action)
        return redirect("events:office_asked", desk.event.translation_key, kind)
    held = {name: getattr(row, name) for name in chosen.fields}
    form = chosen.form(request.POST or None, initial=held)
    if request.method == "POST" and form.is_valid():
        _say_revised(request, anew=asking.revise(row, form.cleaned_data))
        return redirect("events:office_asked", desk.event.translation_key, kind)
    return show(request, desk, "asked_one", {"here": kind, "kind": kind, "row": row, "form": form})


def _do(request: HttpRequest, row: Any, action: str) -> None:
    if action == "up":
        asking.move_up(row)
    elif action in ("retire", "restore"):
        asking.retire(row, retired=action == "retire")
        done = {
            "retire": _("It is no longer asked. Answers stay readable."),
            "restore": _("It is asked again."),
        }
        messages.success(request, done[action])
    elif action == "delete":
        if asking.remove(row):
            messages.success(request, _("Deleted."))
        else:
            messages.info(request, _("Somebody has answered it, so it is kept, but no longer asked."))
    else:
        raise Http404


def _say_revised(request: HttpRequest, *, anew: bool) -> None:
    if anew:
        said = _("Somebody had answered already: yours is asked as a new one, and the old one no longer.")
        messages.info(request, said)
    else:
        messages.success(request, _("Your changes are saved."))


def _kind(name: str) -> asking.Kind:
    if name not in asking.KINDS:
        raise Http404
    return asking.KINDS[name]
