"""The copy of somebody's data, and the end of an account."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from events.office.forgetting import forget_account
from hub.accounts.leaving import delete_account as end_account
from hub.accounts.leaving import heirs_for, leave_body
from hub.accounts.models import User
from hub.accounts.refusal import Refused
from hub.accounts.roles import roles_of
from hub.accounts.sections import own_pages
from hub.env import env
from hub.municipalities.models import Body
from hub.site.digest.services import forget_addresses
from hub.site.personal.export import build_archive
from hub.site.personal.forms import DeleteAccountForm
from hub.site.personal.mails import send_farewell
from hub.site.personal.queries import home_of
from hub.site.personal.recent import ask_for_proof, has_confirmed
from hub.site.personal.records import RECORDS, confirmed_addresses

CONFIRMED = "bestaetigt"
"""Parameter of the address that leads back from the password to the copy."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def my_data(request: HttpRequest) -> HttpResponse:
    """What is stored about the person signed in, in words, and the copy as a file.

    Whoever has to confirm first comes back here and presses the button again: a download that came
    in answer to the password would leave them on its form.
    """
    if request.method == "POST":
        return _hand_out(request)
    if CONFIRMED not in request.GET:
        return render(request, "site/personal/my_data.html", {"records": RECORDS})
    if has_confirmed(request):
        messages.success(request, _("Thank you. Now you can download the copy."))
    return redirect("site:my-data")


def _hand_out(request: HttpRequest) -> HttpResponse:
    asked = ask_for_proof(request, back=f"{reverse('site:my-data')}?{CONFIRMED}=1")
    if asked is not None:
        return asked
    now = timezone.now()
    response = HttpResponse(build_archive(_user(request), now), content_type="application/zip")
    name = f"wissenshub-{env.slug}-{timezone.localdate(now):%Y-%m-%d}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delete_account(request: HttpRequest) -> HttpResponse:
    """Says what happens, asks who takes over and for a typed confirmation, then ends the account.

    What was typed is checked before the password is asked for, so nobody confirms in vain.
    """
    user = _user(request)
    form = DeleteAccountForm(user, _heirs(user), request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "home": home_of(user, timezone.now())}
    if request.method == "POST" and form.is_valid():
        asked = ask_for_proof(request)
        if asked is not None:
            return asked
        try:
            _end(user, form)
        except Refused as refused:
            return render(request, "site/personal/delete.html", context | {"refusal": refused}, status=409)
        logout(request)
        return redirect("site:farewell")
    return render(request, "site/personal/delete.html", context)


@require_safe
def farewell(request: HttpRequest) -> HttpResponse:
    """After the account is gone."""
    return render(request, "site/personal/farewell.html")


def _end(user: User, form: DeleteAccountForm) -> None:
    """Hand over, delete and tell; all of it or nothing. Raises ``Refused``."""
    address = user.email
    with transaction.atomic():
        for body, heir in form.chosen_heirs().items():
            leave_body(user, body, heir, user)
        forget_addresses(confirmed_addresses(user))
        forget_account(user, confirmed_addresses(user), timezone.now())
        end_account(user)
        if address:
            transaction.on_commit(lambda: send_farewell(address), robust=True)


def _heirs(user: User) -> dict[Body, list[User]]:
    """Colleagues who could take over, by body, where there are pages to take over and somebody to do it."""
    bodies = [row.body for row in roles_of(user)]
    found = {body: heirs_for(user, body) for body in bodies if own_pages(user, body).exists()}
    return {body: people for body, people in found.items() if people}


def _user(request: HttpRequest) -> User:
    """The account signed in; views that ask require one."""
    assert isinstance(request.user, User)  # noqa: S101 - narrows what the decorator grants
    return request.user
