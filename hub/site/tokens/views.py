"""``/mein/schluessel/``: the keys by which somebody's programs ask."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from hub.accounts.models import User
from hub.accounts.viewer import viewer_for
from hub.accounts.views.people import for_people
from hub.documents import Audience
from hub.env import env
from hub.site.personal.recent import ask_for_proof
from hub.site.tokens import services
from hub.site.tokens.forms import TokenForm
from hub.site.tokens.models import AccessToken


@for_people
def tokens(request: HttpRequest, user: User) -> HttpResponse:
    """All of them; a POST makes one more, after the password, and its answer tells it."""
    is_member = viewer_for(user).may_read(Audience.MEMBERS)
    form = TokenForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and not is_member:
        status = 403
    elif form.is_valid():
        asked = ask_for_proof(request)
        if asked is not None:
            return asked
        try:
            token, secret = services.make_token(user, form.cleaned_data["name"], form.cleaned_data["days"])
        except services.TooMany:
            form.add_error(
                None, _("You have %(most)s keys already. Revoke one first.") % {"most": services.MOST}
            )
        else:
            context = {"token": token, "secret": secret, "origin": env.origin}
            return render(request, "site/tokens/made.html", context)
    held = AccessToken.objects.filter(user=user)
    context = {"form": form, "tokens": held, "is_member": is_member, "origin": env.origin}
    return render(request, "site/tokens/list.html", context, status=status)


@for_people
def revoke(request: HttpRequest, user: User, key: uuid.UUID) -> HttpResponse:
    """Ask, then revoke a key: from then on nothing is told to whoever shows it."""
    token = get_object_or_404(AccessToken, pk=key, user=user)
    if request.method == "POST":
        token.delete()
        messages.success(request, _("The key is revoked."))
        return redirect("site:tokens")
    return render(request, "site/tokens/revoke.html", {"token": token})
