"""What every request of a person passes: its viewer, the note of its session, and the second factor."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext

from hub.accounts.second_factor import WANTED, Lack, find_lack
from hub.accounts.sessions import note_activity
from hub.accounts.viewer import viewer_of

GetResponse = Callable[[HttpRequest], HttpResponse]

GUARDED = (
    "/admin/",
    "/konto/anfragen/",
    "/konto/team/",
    "/nachrichten/",
    "/interesse/",
    "/fragen/an-die-community/",
    "/erklaerungen/",
    "/gegenlesen/",
    "/mitherausgabe/",
    "/identity/o/authorize",
)
"""Where editors, coordinators and operators work, and where their role is passed on to other hubs."""

GUARDED_ENDS = ("/erklaeren/",)
"""Forms by which they speak for their municipality, below addresses that are open to all."""

ORGANISING = re.compile(
    r"/veranstaltungen/[^/]+/(tagung/|programm/(?!$)|vorschlaege/pruefen/|druck/(?!programm\.pdf$))"
    r"|/veranstaltungen/([^/]+/(einlass|wand)|b)/"
    r"|/fokusgruppen/[^/]+/leitung/"
)
"""Where they organise an event or lead a focus group, beside the pages of those who take part."""


class ViewerMiddleware:
    """Sets ``request.viewer``, worked out when first asked for. Lower floors read it there."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        request.viewer = SimpleLazyObject(lambda: viewer_of(request))  # type: ignore[attr-defined]  # ours
        return self.get_response(request)


class SessionActivityMiddleware:
    """Notes when a session was last used, in place of allauth's, which writes with every request."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        note_activity(request)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Lets nobody who must have a second factor work in a session without one.

    What is merely read leads to its setup, or to confirming it, and from there back; what was sent is
    refused with a page that says how to send it again, since a redirect would lose it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        if not _is_guarded(request.path) or request.path == reverse("wagtailadmin_logout"):
            return self.get_response(request)
        lack = find_lack(request)
        if lack is None:
            if WANTED in request.session:
                del request.session[WANTED]
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return render(request, "mfa/needed.html", {"lack": lack}, status=403)
        wanted = request.get_full_path()
        if lack == Lack.PROOF:
            # From here allauth leads on to the page of the factor the person has.
            return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': wanted})}")
        request.session[WANTED] = wanted
        messages.warning(
            request,
            gettext("Your role needs a second factor: with it, a stolen password alone opens nothing."),
        )
        return redirect(f"{reverse('mfa_index')}?{urlencode({'next': wanted})}")


def _is_guarded(path: str) -> bool:
    return path.startswith(GUARDED) or path.endswith(GUARDED_ENDS) or bool(ORGANISING.match(path))
