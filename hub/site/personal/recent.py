"""Steps that need to know who sits at the keyboard: a sign-in within the last minutes."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account import app_settings
from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from hub.accounts.models import HomeAccount

_confirmed: Callable[[HttpRequest], HttpResponse] = reauthentication_required(lambda request: HttpResponse())


def ask_for_proof(request: HttpRequest, back: str = "") -> HttpResponse | None:
    """None for whoever has proved within the last five minutes who they are, else the way to do so.

    Members of other hubs have neither password nor second factor here: their home hub must have vouched
    for them lately, and they are told how. Accounts of this instance confirm themselves and come to
    ``back``. Without that what they sent is repeated: raises ``ReauthenticationRequired`` for allauth.
    """
    account = HomeAccount.objects.filter(user=request.user.pk).first()
    if account is not None:
        age = timezone.now() - account.asserted
        is_fresh = age.total_seconds() < app_settings.REAUTHENTICATION_TIMEOUT
        return None if is_fresh else render(request, "site/personal/sign_in_again.html", status=403)
    if not back:
        _confirmed(request)
    elif not has_confirmed(request):
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")
    return None


def has_confirmed(request: HttpRequest) -> bool:
    """Whether somebody with an account of this instance has just confirmed to be the person."""
    try:
        _confirmed(request)
    except ReauthenticationRequired:
        return False
    return True
