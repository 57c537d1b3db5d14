"""What coordinators and operators do with the people of a body, besides inviting and removing them."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils.translation import gettext as _

from hub.accounts import mails
from hub.accounts.domains import is_free_mail
from hub.accounts.inviting import take_back
from hub.accounts.joining import role_label
from hub.accounts.leaving import check_not_last
from hub.accounts.models import AccountEvent, BodyDomain, BodyRole, Role, User
from hub.accounts.refusal import Refused
from hub.accounts.roles import may_decide, operators, role_in, set_role
from hub.accounts.second_factor import reset_second_factor
from hub.accounts.sessions import end_sessions
from hub.municipalities.models import Body

DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


def change_role(user: User, body: Body, role: Role, actor: User) -> bool:
    """Give somebody of the body another role; False if it is the one held.

    Open invitations of somebody who is no coordinator any more are taken back.
    Raises :class:`Refused` for those who do not decide about the body, for somebody who has no role in it
    and for its last coordinator.
    """
    if not may_decide(actor, body):
        raise Refused(_("Only the coordination of %(body)s changes roles.") % {"body": body})
    with transaction.atomic():
        if role != Role.COORDINATOR:
            check_not_last(user, body, actor)
        held = role_in(user, body)
        if held is None:
            raise Refused(_("This person has no role in %(body)s any more.") % {"body": body})
        if held == role:
            return False
        set_role(user, body, role)
        take_back(user, body)
        AccountEvent.objects.create(
            action=AccountEvent.Action.ROLE, actor=actor, user=user, body=body, note=role_label(role)
        )
        if actor.pk != user.pk:
            url = mails.whole_url("site:personal")
            mails.post("role_changed", user, body=body, actor=actor, role=role, url=url)
    return True


def may_reset(actor: User, user: User, body: Body) -> bool:
    """Operators reset everybody's second factor but their own, coordinators that of their people.

    Nobody below an operator touches an operator or the coordinator of any body.
    """
    if actor.pk == user.pk:
        return False
    if actor.is_superuser:
        return True
    coordinates = BodyRole.objects.filter(group__user=user, role=Role.COORDINATOR).exists()
    return (
        not user.is_superuser
        and not coordinates
        and may_decide(actor, body)
        and role_in(user, body) is not None
    )


def reset_factor(user: User, body: Body, actor: User) -> None:
    """Take away a lost second factor. Raises :class:`Refused` unless :func:`may_reset`."""
    if not may_reset(actor, user, body):
        raise Refused(_("Only the operators of this instance can reset this second factor."))
    reset_second_factor(user, actor)


def lock(user: User, body: Body | None, actor: User, reason: str) -> bool:
    """Lock an account and sign it out everywhere; False if it is locked. Roles stay for the day of unlocking.

    Its open invitations are taken back.
    Raises :class:`Refused` for all but operators, without a reason, and for oneself and the last operator.
    """
    _check_operator(actor)
    if not reason.strip():
        raise Refused(_("Say why the account is locked."))
    if user.pk == actor.pk:
        raise Refused(_("You cannot lock your own account."))
    with transaction.atomic():
        list(operators().select_for_update().order_by("pk"))
        if user.is_superuser and not operators().exclude(pk=user.pk).exists():
            raise Refused(_("This is the last operator of this instance."))
        if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            return False
        end_sessions(user)
        take_back(user)
        AccountEvent.objects.create(
            action=AccountEvent.Action.LOCKED, actor=actor, user=user, body=body, note=reason.strip()
        )
    return True


def unlock(user: User, body: Body | None, actor: User) -> bool:
    """Let somebody sign in again; False if the account is not locked. Raises :class:`Refused` for others."""
    _check_operator(actor)
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
            return False
        AccountEvent.objects.create(action=AccountEvent.Action.UNLOCKED, actor=actor, user=user, body=body)
    return True


def add_domain(body: Body, domain: str, actor: User) -> BodyDomain:
    """Make a mail domain known as the body's; it is proposed to newcomers then.

    Raises :class:`Refused` for all but operators, what is no domain, a mail provider and another body's.
    """
    _check_operator(actor)
    domain = domain.strip().strip(".").lower().rpartition("@")[2]
    if not DOMAIN.fullmatch(domain):
        sentence = _("“%(domain)s” is not a mail domain. Write it like stadt.de.") % {"domain": domain}
        raise Refused(sentence, "domain")
    if is_free_mail(domain):
        sentence = _("%(domain)s is a provider of private mailboxes.") % {"domain": domain}
        raise Refused(sentence, "domain")
    known, _created = BodyDomain.objects.get_or_create(domain=domain, defaults={"body": body})
    if known.body_id != body.pk:
        facts = {"domain": domain, "body": known.body}
        sentence = _("%(domain)s is known as a domain of %(body)s. Remove it there first.") % facts
        raise Refused(sentence, "domain")
    return known


def remove_domain(body: Body, domain: str, actor: User) -> bool:
    """Forget a domain of the body; False if it was none. Raises :class:`Refused` for all but operators."""
    _check_operator(actor)
    deleted, _rows = BodyDomain.objects.filter(domain=domain, body=body).delete()
    return bool(deleted)


def _check_operator(actor: User) -> None:
    if not (actor.is_active and actor.is_superuser):
        raise Refused(_("Only the operators of this instance may do this."))
