"""The page on which an account registers colleagues of its town."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.desks import desk_for
from events.models import EventDesk, Person
from events.people import write_token
from events.phases import Phase, is_open
from events.registering import limiting, services
from events.registering.forms import BaseColleagues, colleagues
from events.registering.groups import Colleague, register_colleagues
from events.registering.line import lock_open_desk, read_line
from events.registering.queries import count_left, list_registered
from events.registering.refusing import Reason, Refused
from events.registering.views import body_of, frame, may_register_others, phases_of
from hub.accounts.models import User

ROWS = 10


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def register_group(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Rows for colleagues, as many as may still be registered; for those who work for a body."""
    desk, user, now = desk_for(request, key), request.user, timezone.now()
    assert isinstance(user, User)  # noqa: S101 - narrows what login_required grants
    if not desk.group_size:
        raise Http404
    if not may_register_others(request):
        raise PermissionDenied
    context = frame(desk) | phases_of(desk, now)
    if not is_open(desk, Phase.REGISTRATION, now):
        return render(request, "events/registering/closed.html", context)
    person = desk.people.filter(user=user, confirmed__isnull=False).first()
    if not user.email and person is None:
        return redirect("events:register", key)  # whoever registers others has an address themselves
    held = list_registered(person) if person else []
    left = count_left(desk, held)
    form = colleagues(min(left, ROWS), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _may_write(request, form):
        try:
            return _register(request, desk, user, form)
        except Refused as refused:
            context["problem"] = refused.sentence
    context |= {"formset": form, "left": left, "line": read_line(desk), "held": held}
    context["token"] = write_token(person) if person else ""
    return render(request, "events/registering/group.html", context)


def _may_write(request: HttpRequest, form: BaseColleagues) -> bool:
    """Whether no mailbox gets too many mails by it; the rows say which does."""
    for row in form.filled:
        if not limiting.may_write_to(request, row.cleaned_data["email"]):
            row.add_error("email", Refused(Reason.MANY_MAILS).sentence)
    return not form.total_error_count()


def _register(request: HttpRequest, desk: EventDesk, user: User, form: BaseColleagues) -> HttpResponse:
    if not limiting.may_send(request):
        raise Refused(Reason.TOO_MANY)
    registrar = find_registrar(desk, user)
    people = [Colleague(**each.cleaned_data) for each in form.filled]
    register_colleagues(registrar, people, body_of(user)[1], timezone.now())
    words = ngettext(
        "Your list of %(n)s colleague has arrived. Whoever does not take part yet gets a mail.",
        "Your list of %(n)s colleagues has arrived. Whoever does not take part yet gets a mail.",
        len(people),
    )
    messages.success(request, words % {"n": len(people)})  # the same whether somebody was known or not
    return redirect("events:participation", write_token(registrar))


def find_registrar(desk: EventDesk, user: User) -> Person:
    """The account's person, who need not take part themselves."""
    body, _name = body_of(user)
    entry = services.Entry(
        user.first_name, user.last_name, body=body, language=translation.get_language() or "de"
    )
    with transaction.atomic():
        held = lock_open_desk(desk.pk, timezone.now())
        own = held.people.filter(user=user, confirmed__isnull=False).first()
        return own or services.add_account(held, user, entry, timezone.now())
