"""Confirming an address: what is shown while the link is on its way, and what the link leads to."""

from __future__ import annotations

from typing import Any

from allauth.account import app_settings
from allauth.account.internal.flows.email_verification import (
    get_address_for_login,
    send_verification_email_at_login,
)
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress, Login
from allauth.account.stages import EmailVerificationStage, LoginStageController
from allauth.account.views import ConfirmEmailView
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verification_sent(request: HttpRequest) -> HttpResponse:
    """Says where the link was sent; a POST sends it again, every three minutes at most.

    An address that has an account already is treated alike: only its mailbox learns of it.
    """
    stage = LoginStageController.enter(request, EmailVerificationStage.key)
    login: Login | None = stage.login if stage else None
    if request.method != "POST":
        return render(request, "account/verification_sent.html", {"email": _address_of(login)})
    if login is None:
        messages.info(request, gettext("Sign in, and the link is sent to you again."))
        return redirect("account_login")
    if _is_confirmed(login):
        clear_login(request)
        messages.info(request, gettext("This address is confirmed already. You can sign in."))
        return redirect("account_login")
    if send_verification_email_at_login(request, login):
        messages.success(request, gettext("The link is on its way again."))
    else:
        messages.warning(
            request,
            gettext("The last link was sent less than three minutes ago. Please wait a moment."),
        )
    return redirect("account_email_verification_sent")


class ConfirmAddress(ConfirmEmailView):
    """allauth's page of the link, which also knows a link that has done its work already."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Confirm. A second press of the button is answered like a second visit."""
        try:
            response: HttpResponse = super().post(*args, **kwargs)
        except Http404:
            self.object = None
            response = self.render_to_response(self.get_context_data())
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """``confirmed``: whether the link is a true one and its address confirmed."""
        known = self.object is None and _was_confirmed(self.kwargs["key"])
        return {**super().get_context_data(**kwargs), "confirmed": known}


def _address_of(login: Login | None) -> str:
    if login is None:
        return ""
    return login.email or (login.user.email if login.user else "") or ""


def _is_confirmed(login: Login) -> bool:
    """Told to whoever gave this account's password in this browser, and to nobody else."""
    address = get_address_for_login(login) if login.user else None
    return address is not None and address.verified


def _was_confirmed(key: str) -> bool:
    """Only the mailbox has the signed key, so nobody learns here which addresses there are."""
    try:
        days = app_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS
        pk = signing.loads(key, max_age=days * 86_400, salt=app_settings.SALT)
    except signing.BadSignature:
        return False
    return bool(EmailAddress.objects.filter(pk=pk, verified=True).exists())
