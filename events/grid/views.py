"""The editor of the plan, and the forms behind each session for whoever has no scripts."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.desks import require_organiser
from events.grid.forms import OrderForm, PlaceForm, RemoveForm, SwapForm
from events.grid.pages import page_context, read_stand
from events.grid.plain import build_table, find_session, tell_place
from events.grid.words import WORDS
from events.models import Plan
from events.planning.orders import Order, Undo
from events.planning.refusing import Blocked, Refused
from events.planning.services import carry_out


@never_cache
@require_safe
def edit_plan(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The editor; without scripts a table whose sessions lead to their forms."""
    desk = require_organiser(request, key)
    if isinstance(desk, HttpResponse):
        return desk
    found = read_stand(desk)
    stand = found[1] if found else None
    context = {
        **page_context(desk, _("Plan the programme"), is_organiser=True),
        "stand": stand,
        "table": build_table(stand) if stand else None,
        "words": {name: str(text) for name, text in WORDS.items()},
        "token_cookie": settings.CSRF_COOKIE_NAME,
        "outside": sum(each["kind"] == "outside" for each in stand["warnings"]) if stand else 0,
    }
    return render(request, "events/grid/editor.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit_session(request: HttpRequest, key: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """One session: place it, swap it, take it out. What does not go is said above its form."""
    desk = require_organiser(request, key)
    if isinstance(desk, HttpResponse):
        return desk
    found = read_stand(desk)
    session = find_session(found[1], str(session_id)) if found else None
    if found is None or session is None:
        raise Http404
    plan, stand = found
    forms = _bind(request, stand, session)
    status = 200
    if request.method == "POST":
        wish = forms.get(request.POST.get("do", ""))
        if wish is None:
            return HttpResponse(_("Unknown action."), status=400)
        if wish.is_valid():
            status = _try(request, plan, wish.build_order(session_id), wish)
            if status == 200:
                return redirect("events:grid", key)
            # Whoever has read the sentence may order it again, knowing how things are now.
            stand = read_stand(desk)[1]  # type: ignore[index]  # there was a plan a moment ago
            session = find_session(stand, str(session_id)) or session
            wish.renew(session)
    context = {
        **page_context(desk, session["title"], is_organiser=True),
        "session": session,
        "place": tell_place(stand, session),
        "forms": forms,
        "hosts": ", ".join(host["name"] for host in session["hosts"]),
    }
    return render(request, "events/grid/session.html", context, status=status)


@never_cache
@require_POST
def undo_change(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Undo one change by its number, then back to where the button was."""
    desk = require_organiser(request, key)
    if isinstance(desk, HttpResponse):
        return desk
    plan = Plan.objects.filter(desk=desk).first()
    number = request.POST.get("number", "")
    if plan is None or not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Http404
    _try(request, plan, Undo(uuid.uuid4(), int(number)))
    return redirect("events:history" if request.POST.get("back") == "history" else "events:grid", key)


def _bind(request: HttpRequest, stand: Any, session: Any) -> dict[str, OrderForm]:
    """The forms, the one that was sent with what it holds."""
    sent = request.POST.get("do") if request.method == "POST" else None

    def data(name: str) -> QueryDict | None:
        return request.POST.copy() if name == sent else None

    return {
        "place": PlaceForm(stand, session, data("place")),
        "swap": SwapForm(stand, session, data("swap")),
        "remove": RemoveForm(session, data("remove")),
    }


def _try(request: HttpRequest, plan: Plan, order: Order, form: OrderForm | None = None) -> int:
    """Carry out an order, and say how it went: a status of HTTP."""
    try:
        done = carry_out(plan.pk, order, request.user, timezone.now())
    except (Blocked, Refused) as error:
        if form is not None:
            form.add_error(None, error.text)
        else:
            messages.error(request, error.text)
        return 409 if isinstance(error, Blocked) else 422
    messages.success(request, done.text)
    return 200
