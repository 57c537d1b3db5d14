"""The account a member has here, its session, and how both end."""

from __future__ import annotations

import datetime as dt

import structlog
from allauth.usersessions.models import UserSession
from django.contrib.auth import login, user_logged_out
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.members.assertions import Assertion
from federation.members.refusals import SignInRefused
from federation.models import Peer
from hub.accounts.models import HomeAccount, User
from hub.accounts.sessions import end_sessions, sessions_of, start_noting

logger = structlog.get_logger("federation")

LASTS = dt.timedelta(hours=12)
BACKEND = "django.contrib.auth.backends.ModelBackend"


def admit(peer: Peer, assertion: Assertion, access_token: str) -> HomeAccount:
    """The member's account here, made or renewed, for the next twelve hours.

    It has no password, no address to sign in with and no groups, and is nobody else's account. Raises
    :class:`SignInRefused` if it is locked here.
    """
    try:
        with transaction.atomic():
            return _admit(peer, assertion, access_token)
    except IntegrityError:
        # Signing in twice at once for the first time: the other one made it.
        with transaction.atomic():
            return _admit(peer, assertion, access_token)


def _admit(peer: Peer, assertion: Assertion, access_token: str) -> HomeAccount:
    known = HomeAccount.objects.select_for_update(of=("self",)).select_related("user")
    home = known.filter(issuer=peer.origin, subject=assertion.subject).first()
    if home is None:
        user = User(email=None)
        user.set_unusable_password()
        home = HomeAccount(user=user, issuer=peer.origin, subject=assertion.subject)
    if not home.user.is_active:
        raise SignInRefused(
            _("This account is locked here"),
            _("The operators of this instance have locked your access."),
            _("Ask the people who run this instance."),
            "locked here",
        )
    now = timezone.now()
    home.asserted = home.checked = now
    home.expires, home.access_token = now + LASTS, access_token
    _take_over(home, assertion)
    home.user.save()
    home.save()
    home.user.groups.clear()
    return home


def renew(home: HomeAccount, assertion: Assertion) -> None:
    """Take over what the home hub says now; the session ends when it would have ended anyway."""
    _take_over(home, assertion)
    home.checked = timezone.now()
    # Only these columns: a sign-in may have renewed the rest meanwhile.
    home.user.save(update_fields=["first_name", "last_name"])
    home.save(update_fields=["body", "role", "email", "checked"])


def _take_over(home: HomeAccount, assertion: Assertion) -> None:
    home.user.first_name, home.user.last_name = assertion.first_name, assertion.last_name
    home.body, home.role, home.email = assertion.body, str(assertion.role), assertion.email


def sign_in(request: HttpRequest, home: HomeAccount) -> None:
    """Begin a session that ends at ``home.expires`` whatever happens in it; another one here is ended."""
    login(request, home.user, backend=BACKEND)
    request.session.set_expiry(home.expires)
    start_noting(request)
    UserSession.objects.create_from_request(request)


@receiver(user_logged_out)
def forget_on_leaving(sender: object, request: HttpRequest, user: User | None, **kwargs: object) -> None:
    """Whoever has signed out of the last session here is no longer asked about at home; two queries."""
    if user is None:
        return
    home = HomeAccount.objects.filter(user=user.pk, expires__gt=timezone.now())
    if home.exists() and not sessions_of(user).exclude(session_key=request.session.session_key).exists():
        home.update(expires=timezone.now(), access_token="")


def end_members(members: QuerySet[HomeAccount], reason: str) -> int:
    """End these members' sessions now; returns how many members that were. They may sign in again."""
    ended = list(members.filter(expires__gt=timezone.now()).select_related("user"))
    for home in ended:
        with transaction.atomic():
            HomeAccount.objects.filter(pk=home.pk).update(expires=timezone.now(), access_token="")
            end_sessions(home.user)
        logger.info("member's session ended", issuer=home.issuer, subject=home.subject, reason=reason)
    return len(ended)


def review_members(peer: Peer) -> int:
    """End what the peer may not assert (any more): all of it unless it is approved."""
    members = HomeAccount.objects.filter(issuer=peer.origin)
    if not peer.is_approved:
        return end_members(members, f"the peer is {peer.state}")
    return end_members(members.exclude(body__in=peer.bodies), "the peer may not speak for the body")
