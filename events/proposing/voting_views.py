"""„Ich komme“ and votes: one form each, answered with a page or, to a script, with JSON."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from events.desks import desk_for
from events.models import EventDesk, Interest, Person, Session
from events.people import join_account, person_of
from events.proposing import voting
from events.proposing.refusals import ProposalRefused
from hub.accounts.models import User

Act = Callable[[EventDesk, Person, bool], dict[str, str]]
"""Does what is wanted; returns ``text``, what was done, and what else a script shows anew."""


@never_cache
@require_POST
def interest(request: HttpRequest, key: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """Say that one comes (``want`` 1), or not after all (0); the same twice is the same.

    ``next`` is the page to go back to; else it is the list.
    """

    def act(desk: EventDesk, person: Person, wants: bool) -> dict[str, str]:
        if wants:
            voting.mark_interest(desk, person, session_id, timezone.now())
            text = _("Noted: you come. It helps to choose the right room.")
        else:
            voting.unmark_interest(desk, person, session_id)
            text = _("Noted: you do not come after all.")
        if not _is_script(request):
            return {"text": text}
        n = Interest.objects.filter(session=session_id).count()
        return {"text": text, "coming": ngettext("%(n)s comes", "%(n)s come", n) % {"n": n}}

    return _act(request, key, session_id, act)


@never_cache
@require_POST
def vote(request: HttpRequest, key: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """Give a vote (``want`` 1) or take it back (0); the same twice is the same."""

    def act(desk: EventDesk, person: Person, wants: bool) -> dict[str, str]:
        change = voting.give_vote if wants else voting.take_back_vote
        left = change(desk, person, session_id, timezone.now())
        done = _("Your vote is given.") if wants else _("Your vote is taken back.")
        rest = ngettext("You have %(left)s vote left.", "You have %(left)s votes left.", left) % {
            "left": left
        }
        return {"text": f"{done} {rest}", "left": rest}

    return _act(request, key, session_id, act)


def _act(request: HttpRequest, key: uuid.UUID, session_id: uuid.UUID, act: Act) -> HttpResponse:
    desk = desk_for(request, key)
    wants = request.POST.get("want") != "0"
    person = person_of(desk, request)
    if person is None and isinstance(request.user, User):
        person = join_account(desk, request.user, timezone.now())
    if person is None and not request.user.is_authenticated:
        return _lead_to_login(request, key)
    try:
        if person is None:
            raise ProposalRefused(_tell_unknown(request.user))
        said = act(desk, person, wants)
    except Session.DoesNotExist as error:
        raise Http404 from error
    except ProposalRefused as refused:
        said, wants, status = {"text": str(refused)}, not wants, 409
    else:
        status = 200
    if _is_script(request):
        return JsonResponse({"on": wants, **said}, status=status)
    (messages.success if status == 200 else messages.error)(request, said["text"])
    return _lead_back(request, key, session_id)


def _tell_unknown(user: Any) -> str:
    """What keeps an account from being known at the event."""
    if not user.email:
        return _("Please register first: then we ask for the e-mail address your account lacks.")
    return _(
        "Somebody else takes part with the address of your account. Please ask the organisers, or propose a "
        "session with another address."
    )


def _lead_back(request: HttpRequest, key: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = f"{reverse('events:proposals', args=[key])}#s-{session_id}"
    return redirect(back)


def _lead_to_login(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    target = reverse("events:proposals", args=[key])
    if _is_script(request):
        return JsonResponse({"text": _("Please sign in, or follow the link in your mail.")}, status=401)
    return redirect_to_login(target)


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("accept", "").startswith("application/json")
