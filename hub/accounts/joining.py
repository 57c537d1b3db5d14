"""Asking for a role in a body, and deciding about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.cache import cache
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from hub.accounts import mails
from hub.accounts.domains import domain_of, is_free_mail, propose_bodies
from hub.accounts.models import (
    AccountEvent,
    BodyDomain,
    HomeAccount,
    JoinRequest,
    RequestState,
    Role,
    User,
)
from hub.accounts.refusal import Refused
from hub.accounts.roles import deciders_for, may_decide, role_in, set_role
from hub.municipalities.models import Body

__all__ = [
    "TRANSITIONS", "Step", "approve", "ask_to_join", "decline", "give_role", "propose_bodies",
    "verified_address", "withdraw",
]  # fmt: skip

REQUESTS_A_DAY = 5
"""So many requests one account may make in 24 hours, as each of them sends mails."""

QUIET_SECONDS = 3600
"""For so long after a mail about a request those who decide get no other one about it."""


class Step(models.TextChoices):
    """What can be done with a request."""

    REMIND = "remind"
    ESCALATE = "escalate"
    APPROVE = "approve"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


TRANSITIONS: Mapping[tuple[str, Step], RequestState] = {
    (RequestState.PENDING, Step.REMIND): RequestState.PENDING,
    (RequestState.PENDING, Step.ESCALATE): RequestState.PENDING,
    (RequestState.PENDING, Step.APPROVE): RequestState.APPROVED,
    (RequestState.PENDING, Step.DECLINE): RequestState.DECLINED,
    (RequestState.PENDING, Step.WITHDRAW): RequestState.WITHDRAWN,
}
"""Every step that is possible; what is not in here changes nothing."""


def ask_to_join(user: User, body: Body, role: Role, message: str = "") -> JoinRequest:
    """Ask for a role in a body and tell those who decide.

    Asking again changes role and message of the request that waits; those who decide are told of it at
    most once in :data:`QUIET_SECONDS`. Raises :class:`Refused` for members of other hubs, unverified and
    private addresses, dissolved bodies, a role that is held already and after :data:`REQUESTS_A_DAY`
    requests.
    """
    address = verified_address(user)
    _check_may_ask(user, body, role, address)
    with transaction.atomic():
        request, created = JoinRequest.objects.get_or_create(
            user=user,
            body=body,
            state=RequestState.PENDING,
            defaults={"role": role, "message": message.strip(), "domain": domain_of(address)},
        )
        if (created or _change(request, role, message.strip())) and _may_tell(request):
            facts = {"request": request, "url": mails.whole_url("accounts:request", request.pk)}
            mails.post_to_deciders("request", deciders_for(body).exclude(pk=user.pk), **facts)
        if created:
            mails.post("asked", user, request=request, url=mails.whole_url("accounts:join"))
    return request


def withdraw(request: JoinRequest, now: dt.datetime | None = None) -> bool:
    """The asker takes a request back; False if it was decided before."""
    with transaction.atomic():
        held = take(request, Step.WITHDRAW)
        if held is not None:
            _finish(held, Step.WITHDRAW, held.user, now=now)
    return _tell(request, held)


def approve(
    request: JoinRequest, actor: User, role: Role, now: dt.datetime | None = None, *, learn: bool = False
) -> bool:
    """Give the asker the role; False if it was decided before, and nothing changes then.

    ``request`` is read again, so that it says who decided when. A role held is never lowered. With
    ``learn`` the asker's domain becomes known as the body's, unless it is another's or a mail provider's.
    Raises
    :class:`Refused` for those who do not decide about the body, and for an asker whose account is locked.
    """
    with transaction.atomic():
        held = take(request, Step.APPROVE)
        if held is not None:
            _check_may_decide(held, actor)
            if not held.user.is_active:
                raise Refused(_("The account is locked. Decline the request, or have the account unlocked."))
            _finish(held, Step.APPROVE, actor, now=now)
            given = give_role(held.user, held.body, role)
            _note(AccountEvent.Action.JOINED, held, actor, role_label(given))
            if learn:
                _learn_domain(held)
            _welcome(held, given)
    return _tell(request, held)


def decline(request: JoinRequest, actor: User, reason: str, now: dt.datetime | None = None) -> bool:
    """Decline with a reason, which the asker reads; False if it was decided before.

    Raises :class:`Refused` without a reason and for those who do not decide about the body.
    """
    if not reason.strip():
        raise Refused(_("Say why you decline: the person reads it and may ask again."))
    with transaction.atomic():
        held = take(request, Step.DECLINE)
        if held is not None:
            _check_may_decide(held, actor)
            _finish(held, Step.DECLINE, actor, reason.strip(), now)
            _note(AccountEvent.Action.DECLINED, held, actor, reason.strip())
            mails.post("declined", held.user, request=held, url=mails.whole_url("accounts:join"))
    return _tell(request, held)


def take(request: JoinRequest, step: Step) -> JoinRequest | None:
    """The request, locked until the end of the transaction; None if the step is not possible any more."""
    locked = JoinRequest.objects.select_for_update(of=("self",)).select_related("user", "body")
    held = locked.filter(pk=request.pk).first()
    return held if held is not None and (held.state, step) in TRANSITIONS else None


def fulfil(user: User, body: Body, actor: User | None) -> None:
    """Close a waiting request whose role came another way, by invitation."""
    for waiting in JoinRequest.objects.filter(user=user, body=body, state=RequestState.PENDING):
        if (held := take(waiting, Step.APPROVE)) is not None:
            _finish(held, Step.APPROVE, actor)


def give_role(user: User, body: Body, role: Role) -> Role:
    """Give somebody at least this role; returns the role held then."""
    held = role_in(user, body)
    given = max((role, held or role), key=lambda each: each.rank)
    set_role(user, body, given)
    return given


def role_label(role: Role) -> str:
    """What a role is called in the history, in the site's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(role.label)


def verified_address(user: User) -> str:
    """The confirmed address of an account, its primary one first; empty without one."""
    rows = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk")
    return str(rows.values_list("email", flat=True).first() or "")


def _change(request: JoinRequest, role: Role, message: str) -> bool:
    """Give a waiting request another role or message; False if both are the same, or it was decided."""
    if (request.role, request.message) == (role, message):
        return False
    waiting = JoinRequest.objects.filter(pk=request.pk, state=RequestState.PENDING)
    request.role, request.message = role, message
    return bool(waiting.update(role=role, message=message))


def _may_tell(request: JoinRequest) -> bool:
    """Whether the last mail to those who decide is long enough ago; notes that there is one now."""
    return cache.add(f"join-request-told:{request.pk}", 1, timeout=QUIET_SECONDS)


def _welcome(request: JoinRequest, role: Role) -> None:
    url, team = mails.whole_url("site:personal"), mails.whole_url("accounts:team", request.body_id)
    mails.post("approved", request.user, request=request, role=role, url=url, team=team)


def _check_may_ask(user: User, body: Body, role: Role, address: str) -> None:
    if HomeAccount.objects.filter(user=user).exists():
        raise Refused(_("Your account belongs to another instance. Roles are given there."))
    if not address:
        raise Refused(_("Confirm your e-mail address first: the link is in the mail we sent you."))
    if is_free_mail(domain_of(address)):
        raise Refused(_("With a private address you can join by invitation only. Ask the coordination."))
    if body.dissolved:
        raise Refused(_("%(body)s does not exist any more. Choose its successor.") % {"body": body})
    held = role_in(user, body)
    if held is not None and held.rank >= role.rank:
        raise Refused(
            _("You have the role “%(role)s” in %(body)s already.") % {"role": held.label, "body": body}
        )
    day = timezone.now() - dt.timedelta(days=1)
    waiting = JoinRequest.objects.filter(user=user, body=body, state=RequestState.PENDING).exists()
    if not waiting and JoinRequest.objects.filter(user=user, created__gt=day).count() >= REQUESTS_A_DAY:
        raise Refused(_("You have asked several times today. Please wait until tomorrow."))


def _check_may_decide(request: JoinRequest, actor: User) -> None:
    if not may_decide(actor, request.body):
        raise Refused(_("Only the coordination of %(body)s decides about this.") % {"body": request.body})
    if request.user_id == actor.pk and not actor.is_superuser:
        raise Refused(_("Nobody decides about a request of their own. Ask somebody else to."))


def _finish(
    request: JoinRequest, step: Step, actor: User | None, reason: str = "", now: dt.datetime | None = None
) -> None:
    request.state = TRANSITIONS[request.state, step]
    request.decided, request.decided_by, request.reason = now or timezone.now(), actor, reason
    request.save(update_fields=["state", "decided", "decided_by", "reason"])


def _tell(request: JoinRequest, held: JoinRequest | None) -> bool:
    """Bring the caller's request up to date; whether this call was the one that decided."""
    current = held or JoinRequest.objects.select_related("decided_by").filter(pk=request.pk).first()
    if current is not None:
        request.state, request.reason = current.state, current.reason
        request.decided, request.decided_by = current.decided, current.decided_by
    return held is not None


def _note(action: AccountEvent.Action, request: JoinRequest, actor: User, note: str) -> None:
    AccountEvent.objects.create(action=action, actor=actor, user=request.user, body=request.body, note=note)


def _learn_domain(request: JoinRequest) -> None:
    """The asker's domain is the body's from now on."""
    if request.domain and not is_free_mail(request.domain):
        BodyDomain.objects.get_or_create(domain=request.domain, defaults={"body": request.body})
