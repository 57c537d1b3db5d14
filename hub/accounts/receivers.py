"""What follows from signing up by way of an invitation, and from setting up or using a second factor."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.signals import user_signed_up
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_used
from django.contrib import messages
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext

from hub.accounts.invited import open_invitation
from hub.accounts.models import User
from hub.accounts.second_factor import FACTORS
from hub.accounts.sessions import end_sessions


@receiver(user_signed_up, dispatch_uid="accounts.confirm_invited_address")
def confirm_invited_address(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """The link of an invitation came by mail to this very address, which so needs no second mail."""
    invitation = open_invitation(request)
    if invitation is None or not user.email or invitation.email.lower() != user.email.lower():
        return
    address = EmailAddress.objects.get_for_user(user, user.email)
    if address.can_set_verified():
        address.verified = True
        address.save(update_fields=["verified"])


@receiver(authenticator_added, dispatch_uid="accounts.keep_the_proven_session")
def keep_the_proven_session(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Setting up a factor proves it in this session; the others were begun without it and end."""
    if authenticator.type not in FACTORS:
        return
    facts = {"id": authenticator.pk, "type": authenticator.type, "reauthenticated": True}
    record_authentication(request, user, method="mfa", **facts)
    if end_sessions(user, keep=request.session.session_key):
        messages.info(request, gettext("You are signed out everywhere else."))


@receiver(authenticator_used, dispatch_uid="accounts.tell_of_a_recovery_code")
def tell_of_a_recovery_code(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """A used code is either the person's own, which leaves fewer, or a thief's: both want to be known."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        return
    # As given, it still says what was unused before.
    authenticator.refresh_from_db()
    left = len(authenticator.wrap().get_unused_codes())
    get_adapter().send_notification_mail("mfa/email/recovery_code_used", user, {"left": left})
