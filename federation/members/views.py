"""Signing in with the account of another hub: asking, leaving, coming back."""

from __future__ import annotations

from typing import NoReturn

import structlog
from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from federation.members import exchange
from federation.members.admitting import admit, sign_in
from federation.members.assertions import NotPermitted, read_assertion
from federation.members.refusals import SignInRefused
from federation.models import Peer, PeerState
from hub.accounts.handover import hand_over
from hub.accounts.id_tokens import RefusedToken
from hub.accounts.models import HomeAccount
from hub.errors import FetchFailed
from hub.municipalities.models import Body

logger = structlog.get_logger("federation")


@never_cache
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks by GET, since a link from elsewhere must not sign anybody in; leaves for the home hub by POST."""
    peer = _peer(slug)
    after = request.POST.get("next") or request.GET.get("next") or ""
    after = after if get_adapter(request).is_safe_url(after) else ""
    if request.method == "GET":
        return render(request, "federation/members_signin.html", {"peer": peer, "next": after})
    try:
        exchange.look_for(peer)
    except FetchFailed as error:
        return _refused(request, peer, _unreachable(peer, error))
    return hand_over(request, exchange.begin(request.session, peer, after), peer.name)


@never_cache
@require_GET
def back(request: HttpRequest, slug: str) -> HttpResponse:
    """Signs the member in, or says why not. Nothing is created before everything is verified."""
    peer = _peer(slug)
    try:
        begun = exchange.resume(request.session, peer, request.GET.get("state", ""))
        if begun is None:
            _not_begun()
        home = _admit(request, peer, begun)
    except SignInRefused as error:
        return _refused(request, peer, error)
    sign_in(request, home)
    logger.info("member signed in", peer=peer.slug, subject=home.subject, body=home.body)
    return redirect(begun.after or get_adapter(request).get_login_redirect_url(request))


@never_cache
@require_GET
def managed(request: HttpRequest) -> HttpResponse:
    """Where pages of one's own account lead for somebody whose account is kept elsewhere."""
    home = HomeAccount.objects.filter(user=request.user.pk).first()
    if home is None:
        return redirect("account_login")
    peer = Peer.objects.filter(origin=home.issuer).first()
    body = Body.objects.filter(pk=home.body).first()
    context = {"home": home, "peer": peer, "body": body}
    return render(request, "federation/members_managed.html", context)


def _peer(slug: str) -> Peer:
    """An unknown, paused or blocked peer is no way in."""
    return get_object_or_404(Peer, slug=slug, state=PeerState.APPROVED)


def _admit(request: HttpRequest, peer: Peer, begun: exchange.Begun) -> HomeAccount:
    code = request.GET.get("code", "")
    if not code:
        _declined(peer, request.GET.get("error", ""))
    try:
        tokens = exchange.redeem(peer, begun, code)
        return admit(peer, read_assertion(tokens.claims, peer), tokens.access_token)
    except FetchFailed as error:
        raise _unreachable(peer, error) from error
    except RefusedToken as error:
        raise SignInRefused(
            _("The sign-in was refused"),
            _("What %(name)s says about you cannot be verified.") % {"name": peer.name},
            _("Please sign in again. If that does not help, tell the people who run this instance."),
            str(error),
        ) from error
    except NotPermitted as error:
        raise _not_permitted(peer, error) from error


def _not_begun() -> NoReturn:
    raise SignInRefused(
        _("The sign-in has expired"),
        _("It was not begun in this browser, was finished already, or took longer than ten minutes."),
        _("Please begin again."),
        "no such state",
        status=400,
    )


def _declined(peer: Peer, error: str) -> NoReturn:
    raise SignInRefused(
        _("You are not signed in"),
        _("%(name)s has not passed your account on, because you declined or because it may not.")
        % {"name": peer.name},
        _("You can read everything public without an account."),
        f"no code: {error[:100]}",
        status=400,
    )


def _unreachable(peer: Peer, error: FetchFailed) -> SignInRefused:
    return SignInRefused(
        _("%(name)s cannot be reached") % {"name": peer.name},
        _("Your account is kept by %(name)s, which does not answer at the moment.") % {"name": peer.name},
        _("Please try again in a few minutes."),
        str(error),
        status=503,
    )


def _not_permitted(peer: Peer, error: NotPermitted) -> SignInRefused:
    if not error.bodies:
        message = _("%(name)s has not said which municipality you belong to.") % {"name": peer.name}
        advice = _("Please sign in again and allow your municipality and role to be passed on.")
    else:
        body = Body.objects.filter(pk=error.bodies[0]).first()
        message = _("%(name)s may not speak for %(body)s.") % {
            "name": peer.name,
            "body": body.name if body else error.bodies[0],
        }
        advice = _("Sign in with the instance of your own municipality, or ask the people who run this one.")
    return SignInRefused(_("The sign-in was refused"), message, advice, str(error))


def _refused(request: HttpRequest, peer: Peer, error: SignInRefused) -> HttpResponse:
    logger.warning("sign-in refused", peer=peer.slug, error=error.reason)
    context = {"peer": peer, "refusal": error}
    return render(request, "federation/members_refused.html", context, status=error.status)
