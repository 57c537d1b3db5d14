"""Putting a collection together, sharing it, and having it made into one PDF."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseForbidden, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from hub.accounts.viewer import viewer_of
from hub.catalogue.queries import find_entry
from hub.catalogue.slugs import slug_of
from hub.documents import DEFAULT_LANGUAGE, Viewer
from hub.env import env
from hub.errors import Overloaded
from hub.site.collecting.answers import PLACE, place_after, say_added, say_moved, with_link
from hub.site.collecting.chosen import (
    MOST,
    TITLE_LENGTH,
    Chosen,
    can_undo,
    clean_title,
    find_records,
    read_chosen,
    read_list,
    undo,
    write_chosen,
)
from hub.site.collecting.models import PrintState
from hub.site.collecting.printing import find_print, open_print, order_print
from hub.site.collecting.rationing import Sender, TooMany
from hub.site.collecting.tasks import print_one

STEPS = {"hoch": -1, "runter": 1}
TAKE_OVER, EMPTY = "uebernehmen", "leeren"
WHOLE = {TAKE_OVER, EMPTY}
REMOVE = "entfernen"
MOVES = {*STEPS, REMOVE}


@never_cache
@require_safe
def collection(request: HttpRequest) -> HttpResponse:
    """The own collection, in its order."""
    chosen, viewer = read_chosen(request.session), viewer_of(request)
    context = {
        **_listed(chosen, viewer),
        "can_undo": can_undo(request.session),
        "most": MOST,
        "title_length": TITLE_LENGTH,
        "shared": f"{env.origin}/sammlung/geteilt/?{chosen.query}" if chosen.records else "",
    }
    return render(request, "site/collecting/collection.html", context)


# A token would set a cookie for each visitor of a document and make each copy of its page another. So this
# form is let in by where it was sent from instead.
@csrf_exempt
@require_POST
def collect(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Add a document the reader may read, and lead back to it."""
    if not _is_from_here(request):
        return HttpResponseForbidden(_("This form belongs to another site."))
    entry = find_entry(key, viewer_of(request))
    if entry is None:
        raise Http404
    chosen = read_chosen(request.session)
    if entry.uuid in chosen.records:
        _tell(request, messages.INFO, _("This is in your collection already."))
    elif chosen.is_full:
        full = _("Your collection is full: %(most)s contributions fit. Remove one first.") % {"most": MOST}
        _tell(request, messages.WARNING, full)
    else:
        chosen = chosen.with_record(entry.uuid)
        write_chosen(request.session, chosen)
        _tell(request, messages.SUCCESS, say_added(len(chosen.records)))
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return redirect(target if safe else entry.get_absolute_url())


@never_cache
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """One change of the own collection: order, title, one less, empty, one step back, or a shared list."""
    chosen = read_chosen(request.session)
    action, _colon, value = request.POST.get("aktion", "").partition(":")
    if action == "rueckgaengig":
        undo(request.session)
        return redirect("site:collection")
    if action in WHOLE:
        changed = _from_address(request.POST) if action == TAKE_OVER else Chosen()
    else:  # what was typed is kept, whichever button was pressed
        changed = _changed(chosen.titled(request.POST.get("titel", chosen.title)), action, value)
    if changed != chosen:
        write_chosen(request.session, changed)
    if action in MOVES:
        return redirect(_lead_on(request, chosen, changed, value))
    return redirect("site:collection")


@never_cache
@require_safe
def shared(request: HttpRequest) -> HttpResponse:
    """A list somebody else put together, as far as the reader may read it; the address holds all of it."""
    chosen, viewer = _from_address(request.GET), viewer_of(request)
    return render(request, "site/collecting/shared.html", _listed(chosen, viewer))


@never_cache
@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Have a list made into one PDF by the worker."""
    viewer, chosen = viewer_of(request), _from_address(request.POST)
    readable = tuple(find_records(chosen.records, viewer))
    if not readable:
        messages.warning(request, _("There is nothing to print yet: add contributions first."))
        return redirect("site:collection")
    own = read_chosen(request.session)
    if own.records == chosen.records and own.title != chosen.title:
        write_chosen(request.session, chosen)
    titled = Chosen(chosen.title or _untitled(), readable)
    try:
        printed, is_new = order_print(titled, viewer, _spoken(), Sender(request))
    except TooMany as error:
        messages.warning(request, str(error))
        return redirect("site:collection")
    except Overloaded:
        messages.warning(request, _("Many collections are being printed. Please try again in a few minutes."))
        return redirect("site:collection")
    if is_new:
        print_one.defer(key=str(printed.pk))
    return redirect("site:print", printed.pk)


@never_cache
@require_safe
def progress(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """How far the PDF is; the page asks again by itself until it is ready."""
    printed = find_print(key, viewer_of(request))
    if printed is None:
        return render(request, "site/collecting/gone.html", status=404)
    waiting = printed.state == PrintState.WAITING
    again = Chosen(printed.title, tuple(printed.records))
    context = {"printed": printed, "waiting": waiting, "ready": bool(printed.digest), "again": again}
    return render(request, "site/collecting/progress.html", context)


@never_cache
@require_safe
def download(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """The finished PDF."""
    printed = find_print(key, viewer_of(request))
    if printed is None or printed.state != PrintState.READY:
        raise Http404
    try:
        content = open_print(printed)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, content_type="application/pdf")
    name = f"{slug_of(printed.title, 'sammlung')}.pdf"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex"
    return response


def _changed(chosen: Chosen, action: str, value: str) -> Chosen:
    records = read_list(value.replace("-", ""))
    if not records:
        return chosen
    if action in STEPS:
        return chosen.moved(records[0], STEPS[action])
    return chosen.without(records[0]) if action == REMOVE else chosen


def _lead_on(request: HttpRequest, before: Chosen, after: Chosen, value: str) -> str:
    """Say what became of a contribution, and return the address at which the reader goes on."""
    record = next((key for key in read_list(value.replace("-", "")) if key in before.records), None)
    if record is None:
        return reverse("site:collection")
    entry = find_records((record,), viewer_of(request)).get(record)
    messages.success(request, say_moved(entry.title if entry else _("this contribution"), after, record))
    return place_after(before, after, record)


def _from_address(fields: QueryDict) -> Chosen:
    return Chosen(clean_title(fields.get("titel", "")), read_list(fields.get("liste", "")))


def _listed(chosen: Chosen, viewer: Viewer) -> dict[str, Any]:
    """The list for a page: ``records`` with None for what cannot be read now, ``hidden`` of them."""
    found = find_records(chosen.records, viewer)
    return {
        "viewer": viewer,
        "chosen": chosen,
        "records": [(key, found.get(key)) for key in chosen.records],
        "entries": list(found.values()),
        "hidden": len(chosen.records) - len(found),
    }


def _untitled() -> str:
    """What a collection without a title is called on paper: where several lie on a desk, the day tells."""
    return _("Collection of %(day)s") % {"day": date_format(timezone.localdate(), "DATE_FORMAT")}


def _tell(request: HttpRequest, level: int, text: str) -> None:
    messages.add_message(request, level, with_link(text), extra_tags=PLACE)


def _spoken() -> str:
    return (get_language() or DEFAULT_LANGUAGE).split("-")[0]


def _is_from_here(request: HttpRequest) -> bool:
    """Browsers say where a form was sent from (Fetch, section 3.1); others come without a session."""
    origin = request.headers.get("Origin", "")
    return not origin or origin in {env.origin, f"{request.scheme}://{request.get_host()}"}
