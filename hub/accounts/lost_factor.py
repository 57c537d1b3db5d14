"""The way out for somebody whose second factor is gone, between the password and the second factor."""

from __future__ import annotations

from allauth.account.stages import LoginStageController
from allauth.core.internal.ratelimit import consume_or_429
from allauth.mfa.stages import AuthenticateStage
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hub.accounts.long_text import LongText
from hub.accounts.second_factor import Asked, ask_for_reset


class LostFactorForm(forms.Form):
    """How to reach the person, so that whoever resets the factor can make sure of whom it is for."""

    note = LongText(
        label=_("How can you be reached?"),
        help_text=_("A telephone number in the office is best. Do not write your password here."),
        limit=300,
        rows=3,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lost_factor(request: HttpRequest) -> HttpResponse:
    """Explains recovery codes, and asks those who may reset the factor.

    Only for somebody who has just given the right password: nobody else learns who has a factor.
    """
    stage = LoginStageController.enter(request, AuthenticateStage.key)
    if request.user.is_authenticated or stage is None:
        return redirect("account_login")
    form = LostFactorForm(request.POST or None)
    if not form.is_valid():
        return render(request, "mfa/lost_factor.html", {"form": form})
    user = stage.login.user
    limited: HttpResponse | None = consume_or_429(
        request, app="allauth.account", action="lost_factor", key=f"lost-{user.pk}"
    )
    if limited:
        return limited
    _say(request, ask_for_reset(user, form.cleaned_data["note"]))
    return redirect("mfa_authenticate")


def _say(request: HttpRequest, asked: Asked) -> None:
    if asked == Asked.COORDINATORS:
        messages.success(request, gettext("Your coordinator has been asked and will get in touch with you."))
    elif asked == Asked.OPERATORS:
        messages.success(request, gettext("The operators have been asked and will get in touch with you."))
    else:
        messages.error(request, gettext("Nobody else here could reset it. Ask whoever runs the server."))
