"""Confirming to be the person, for those who have nothing but the city's sign-in to confirm it with."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.account.views import password_set
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from hub.accounts.models import User
from hub.accounts.social.adapter import CITY, city_app
from hub.accounts.views.people import for_people


@for_people
def sign_in_again(request: HttpRequest, user: User) -> HttpResponse:
    """Leads to the city's sign-in, or out and in again where there is none, and from there back."""
    after = request.GET.get("next", "")
    after = after if get_adapter(request).is_safe_url(after) else settings.LOGIN_REDIRECT_URL
    if get_adapter(request).get_reauthentication_methods(user)[0]["url"] != request.path:
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': after})}")
    provider = city_app()
    if provider is not None:
        door = f"{reverse('openid_connect_login', args=[CITY])}?{urlencode({'next': after})}"
    else:
        sign_in = f"{reverse('account_login')}?{urlencode({'next': after})}"
        door = f"{reverse('account_logout')}?{urlencode({'next': sign_in})}"
    return render(request, "account/sign_in_again.html", {"provider": provider, "door": door})


@for_people
def set_password(request: HttpRequest, user: User) -> HttpResponse:
    """allauth's page of a first password, only for who has just confirmed to be the person.

    A password that comes too late is typed again: unlike other entries it is not kept in the session.
    """
    try:
        late = is_reauthentication_required(request, app="allauth.account")
    except ReauthenticationRequired:
        late = True
    if late and not user.has_usable_password():
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.path})}")
    response: HttpResponse = password_set(request)
    return response
