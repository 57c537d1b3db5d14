"""Leaving a body or for good: what somebody has begun goes to an heir, and nothing personal stays."""

from __future__ import annotations

import re

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry, Page, PageLogEntry

from hub.accounts import mails
from hub.accounts.inviting import take_back
from hub.accounts.models import AccountEvent, Invitation, Role, User
from hub.accounts.refusal import Refused
from hub.accounts.roles import coordinators_of, may_decide, operators, people_of, role_in, roles_of, set_role
from hub.accounts.sections import own_pages, pages_of
from hub.accounts.sessions import end_sessions
from hub.messages.services import forget_author
from hub.municipalities.models import Body


def heirs_for(user: User, body: Body) -> list[User]:
    """Who may take over somebody's pages: the others who write in the body, coordinators first."""
    by_role = people_of(body)
    writing = [person for role, people in by_role.items() if role != Role.MEMBER for person in people]
    return [person for person in dict.fromkeys(writing) if person.pk != user.pk]


def check_not_last(user: User, body: Body, actor: User) -> None:
    """Raise :class:`Refused` if the body would be left without a coordinator, except by an operator.

    The body's row is locked, so that two coordinators cannot leave at once.
    """
    Body.objects.select_for_update().get(pk=body.pk)
    if actor.is_superuser or role_in(user, body) != Role.COORDINATOR:
        return
    if not coordinators_of(body).exclude(pk=user.pk).exists():
        raise Refused(
            _(
                "%(body)s would have no coordination any more. Make somebody else coordinator first, or "
                "write to the operators of this instance."
            )
            % {"body": body}
        )


def leave_body(user: User, body: Body, heir: User | None, actor: User) -> int:
    """End somebody's part in a body; returns how many pages went to ``heir``, or to nobody.

    Locks of the person in the section are released, comments stay. ``actor`` is the person, a coordinator
    or an operator. Raises :class:`Refused` for others, for an heir who does not write in the body, for
    somebody without a role in it and for its last coordinator.
    """
    if actor.pk != user.pk and not may_decide(actor, body):
        raise Refused(_("Only the coordination of %(body)s removes people.") % {"body": body})
    with transaction.atomic():
        check_not_last(user, body, actor)
        if role_in(user, body) is None:
            raise Refused(_("This person has no role in %(body)s any more.") % {"body": body})
        if heir is not None and heir not in heirs_for(user, body):
            raise Refused(_("Choose somebody who writes in %(body)s.") % {"body": body})
        handed = _hand_on(user, body, heir, actor)
        _tell(user, body, heir, actor)
    return handed


def delete_account(user: User) -> None:
    """Delete somebody's account and every trace of the person, after handing on what they have begun.

    Contributions stay with their body: the first coordinator owns them then, else nobody. Raises
    :class:`Refused` for the last operator and the last coordinator of a body.
    """
    with transaction.atomic():
        _check_not_last_operator(user)
        for body in {row.body_id: row.body for row in roles_of(user)}.values():
            check_not_last(user, body, user)
            heir = next(iter(heirs_for(user, body)), None)
            _hand_on(user, body, heir, user)
            _tell(user, body, heir, user)
        Page.objects.filter(locked_by=user).update(locked=False, locked_by=None, locked_at=None)
        Client.objects.filter(owner=user).update(owner=None)  # other hubs' clients would go with the account
        end_sessions(user)
        take_back(user)
        _forget(user)
        user.delete()


def _hand_on(user: User, body: Body, heir: User | None, actor: User) -> int:
    handed = own_pages(user, body).order_by().update(owner=heir)
    pages_of(body).filter(locked_by=user).update(locked=False, locked_by=None, locked_at=None)
    set_role(user, body, None)
    take_back(user, body)
    action = AccountEvent.Action.LEFT if actor.pk == user.pk else AccountEvent.Action.REMOVED
    AccountEvent.objects.create(action=action, actor=actor, user=user, body=body)
    return handed


def _tell(user: User, body: Body, heir: User | None, actor: User) -> None:
    """By mail: the coordination of who has left, the person of being removed."""
    if actor.pk != user.pk:
        mails.post("removed", user, body=body, actor=actor, url=mails.whole_url("accounts:join"))
        return
    url = mails.whole_url("accounts:team", body.pk)
    others = coordinators_of(body).exclude(pk=user.pk)
    mails.post_to_wanting("left", others, person=user, body=body, heir=heir, url=url)


def _check_not_last_operator(user: User) -> None:
    list(operators().select_for_update().order_by("pk"))  # two operators may not leave at once
    if user.is_superuser and not operators().exclude(pk=user.pk).exists():
        raise Refused(_("You are the last operator of this instance. Make somebody else operator first."))


def _forget(user: User) -> None:
    """What names the person and would not go with the account: invitations, notes and log lines.

    Anybody may take any name and add any address, so what concerns others is touched for confirmed
    addresses alone, and for whole ones.
    """
    told = Q(user=user)
    if user.first_name and user.last_name:
        told |= Q(actor=user, note__icontains=user.get_full_name())
    for address in EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True):
        Invitation.objects.filter(email__iexact=address).delete()
        told |= Q(note__iregex=rf"(?<![\w.+-]){re.escape(address)}(?![\w-]|\.\w)")
    AccountEvent.objects.filter(told).update(note="")
    AccountEvent.objects.create(action=AccountEvent.Action.DELETED)
    forget_author(user.subject)
    kind = ContentType.objects.get_for_model(User)
    ModelLogEntry.objects.filter(content_type=kind, object_id=str(user.pk)).delete()
    ModelLogEntry.objects.filter(user=user.pk).update(user=None)
    PageLogEntry.objects.filter(user=user.pk).update(user=None)
    LogEntry.objects.filter(content_type=kind, object_id=str(user.pk)).delete()
