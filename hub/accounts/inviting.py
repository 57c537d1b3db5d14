"""Inviting a colleague by mail, and accepting: once, within 14 days, with the address that was invited."""

from __future__ import annotations

import datetime as dt

from allauth.account.models import EmailAddress
from django.core.signing import BadSignature, Signer
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hub.accounts import mails
from hub.accounts.domains import domain_of, is_free_mail
from hub.accounts.joining import fulfil, give_role, role_label
from hub.accounts.models import AccountEvent, HomeAccount, Invitation, Role, User
from hub.accounts.refusal import Refused
from hub.accounts.roles import may_decide, people_of
from hub.municipalities.models import Body

DAYS = 14
SIGNER = Signer(salt="hub.accounts.inviting")


class Standing(models.TextChoices):
    """What can be said about an invitation; only an open one is accepted."""

    OPEN = "open"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


def invite(actor: User, body: Body, email: str, role: Role, *, private: bool = False) -> Invitation:
    """Invite an address to a role in a body, by mail; inviting again renews the open invitation.

    Raises :class:`Refused` for those who do not decide about the body, a person who has the role, and
    a private address unless ``private`` says that the person has no other.
    """
    email = email.strip().lower()
    _check_may_invite(actor, body)
    if is_free_mail(domain_of(email)) and not private:
        sentence = _("This is a private address. Tick the box if the person has no work address.")
        raise Refused(sentence, "private")
    for held, people in people_of(body).items():
        if held.rank >= role.rank and any(person.email == email for person in people):
            sentence = _("%(email)s has this role or a higher one already.") % {"email": email}
            raise Refused(sentence, "email")
    facts = {"role": role, "invited_by": actor, "expires": timezone.now() + dt.timedelta(days=DAYS)}
    with transaction.atomic():
        Body.objects.select_for_update().get(pk=body.pk)  # a double click sends one invitation
        invitation, _created = Invitation.objects.update_or_create(
            email=email, body=body, accepted=None, revoked=None, defaults=facts
        )
        _mail(invitation)
    return invitation


def resend(invitation: Invitation, actor: User) -> Invitation:
    """Mail it again in ``actor``'s name, with 14 days from now.

    Raises :class:`Refused` if it is used or revoked, and for those who do not decide about the body.
    """
    _check_may_invite(actor, invitation.body)
    with transaction.atomic():
        held = _take(invitation)
        if held is None:
            raise Refused(_("This invitation is not open any more."))
        held.invited_by, held.expires = actor, timezone.now() + dt.timedelta(days=DAYS)
        held.save(update_fields=["invited_by", "expires"])
        _mail(held)
    return held


def revoke(invitation: Invitation, actor: User) -> bool:
    """Take an invitation back; False if it was used or revoked before."""
    _check_may_invite(actor, invitation.body)
    with transaction.atomic():
        held = _take(invitation)
        if held is not None:
            held.revoked = timezone.now()
            held.save(update_fields=["revoked"])
    return held is not None


def take_back(user: User, body: Body | None = None) -> int:
    """Delete somebody's open invitations, to one body or to all; returns how many there were.

    Called when somebody loses the say in a body, or the account. Those of an operator, who keeps it, stay.
    """
    held = Invitation.objects.filter(invited_by=user, accepted=None, revoked=None)
    if body is not None:
        held = held.none() if may_decide(user, body) else held.filter(body=body)
    return held.delete()[0]


def accept(invitation: Invitation, user: User, now: dt.datetime | None = None) -> Role | None:
    """Give the invited person the role; None if the invitation is not open any more.

    A higher role that is held stays. Raises :class:`Refused` unless the invited address is a confirmed
    one of the account.
    """
    if why := why_not_accepted(invitation, user):
        raise Refused(why)
    with transaction.atomic():
        held = _take(invitation)
        if held is None or standing(held, now) != Standing.OPEN:
            return None
        held.accepted = now or timezone.now()
        held.save(update_fields=["accepted"])
        fulfil(user, held.body, held.invited_by)
        given = give_role(user, held.body, Role(held.role))
        AccountEvent.objects.create(
            action=AccountEvent.Action.JOINED,
            actor=held.invited_by,
            user=user,
            body=held.body,
            note=role_label(given),
        )
        if held.invited_by is not None:
            inviter = User.objects.filter(pk=held.invited_by.pk)
            url = mails.whole_url("accounts:team", held.body_id)
            mails.post_to_wanting("accepted", inviter, person=user, body=held.body, role=given, url=url)
    return given


def why_not_accepted(invitation: Invitation, user: User) -> str:
    """Why this account cannot accept; empty if it can."""
    if HomeAccount.objects.filter(user=user).exists():
        return _("Your account belongs to another instance. Roles are given there.")
    own = EmailAddress.objects.filter(user=user, verified=True, email__iexact=invitation.email)
    if not own.exists():
        return _("The invitation is for another address than those of your account.")
    return ""


def standing(invitation: Invitation | None, now: dt.datetime | None = None) -> Standing:
    """Whether it can be accepted, and if not, why. It ends with the say of whoever invited; two queries."""
    if invitation is None:
        return Standing.UNKNOWN
    if invitation.accepted:
        return Standing.USED
    if invitation.revoked:
        return Standing.REVOKED
    if invitation.expires <= (now or timezone.now()):
        return Standing.EXPIRED
    by = invitation.invited_by
    backed = by is not None and by.is_active and may_decide(by, invitation.body)
    return Standing.OPEN if backed else Standing.REVOKED


def write_token(invitation: Invitation) -> str:
    """What stands in the link of the mail."""
    return SIGNER.sign(str(invitation.pk))


def read_token(token: str) -> Invitation | None:
    """The invitation of a link; None if the link is mangled or forged, or the invitation is gone."""
    try:
        number = SIGNER.unsign(token)
    except BadSignature:
        return None
    return Invitation.objects.select_related("body", "invited_by").filter(pk=number).first()


def _check_may_invite(actor: User, body: Body) -> None:
    if not may_decide(actor, body):
        raise Refused(_("Only the coordination of %(body)s invites people.") % {"body": body})


def _take(invitation: Invitation) -> Invitation | None:
    """The invitation, locked; None if it is used or revoked."""
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("body", "invited_by")
    return rows.filter(pk=invitation.pk, accepted=None, revoked=None).first()


def _mail(invitation: Invitation) -> None:
    url = mails.whole_url("accounts:invitation", write_token(invitation))
    mails.post("invitation", invitation.email, invitation=invitation, url=url)
