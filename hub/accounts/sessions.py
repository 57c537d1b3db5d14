"""Where somebody is signed in: listing, noting and ending these sessions."""

from __future__ import annotations

import time

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hub.accounts.models import User

sessions_ended = Signal()
"""Sent with ``user`` in the transaction that ends sessions of somebody, all or all others."""

SEEN = "seen"
"""Key in the session: when its last activity was noted, in seconds."""

NOTED_EVERY = 300
"""Seconds between two notes of a session's activity: a note is a write, and most requests only read."""


def sessions_of(user: User) -> QuerySet[UserSession]:
    """The sessions in which somebody is signed in, latest activity first; one query."""
    live = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    held: QuerySet[UserSession] = UserSession.objects.filter(user=user, session_key__in=live)
    return held.order_by("-last_seen_at", "-pk")


def end_sessions(user: User, keep: str | None = None) -> int:
    """End the sessions of somebody except the one with key ``keep``; returns how many there were.

    What else was given away in such a session ends with it (:data:`sessions_ended`).
    """
    with transaction.atomic():
        noted = UserSession.objects.filter(user=user).exclude(session_key=keep or "")
        keys = list(noted.values_list("session_key", flat=True))
        ended, _ = Session.objects.filter(session_key__in=keys).delete()
        noted.delete()
        sessions_ended.send(User, user=user)
    return ended


def start_noting(request: HttpRequest) -> None:
    """Called at sign-in, which itself is noted."""
    request.session[SEEN] = int(time.time())


def note_activity(request: HttpRequest) -> None:
    """Note when and from where a session was last used, at most every :data:`NOTED_EVERY` seconds."""
    if not request.session.session_key or not request.user.is_authenticated:
        return
    seen = request.session.get(SEEN)
    if seen is None or time.time() - seen < NOTED_EVERY:
        return
    request.session[SEEN] = int(time.time())
    UserSession.objects.create_from_request(request)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """The list; a POST ends the session named by ``session``, or all others with ``others``."""
    user = request.user
    if not isinstance(user, User):
        return redirect("account_login")
    current = request.session.session_key
    if request.method != "POST":
        context = {"sessions": sessions_of(user), "current": current}
        return render(request, "usersessions/usersession_list.html", context)
    if "others" in request.POST:
        end_sessions(user, keep=current)
        messages.success(request, gettext("You are signed out everywhere else."))
    else:
        _end_one(request, user)
    return redirect("usersessions_list")


def _end_one(request: HttpRequest, user: User) -> None:
    """Ends a session of this person; one of somebody else, or one that is over, is left alone."""
    wanted = request.POST.get("session", "")
    other = UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key or "")
    session = other.filter(pk=wanted).first() if wanted.isdigit() and len(wanted) < 19 else None
    if session is None:
        messages.info(request, gettext("This session had already ended."))
        return
    session.end()
    messages.success(request, gettext("The session has ended."))
