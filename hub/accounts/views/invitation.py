"""What the link of an invitation leads to. Looking at it accepts nothing: mail programs look as well."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hub.accounts.invited import INVITATION
from hub.accounts.inviting import Standing, accept, read_token, standing, why_not_accepted
from hub.accounts.models import Invitation, Role, User
from hub.accounts.refusal import Refused
from hub.accounts.views.people import METHODS

STATUS = {Standing.UNKNOWN: 404, Standing.USED: 410, Standing.REVOKED: 410, Standing.EXPIRED: 410}


@never_cache
@require_http_methods(METHODS)
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The invitation; a POST of the person who was invited accepts it."""
    held = read_token(token)
    state = standing(held)
    if held is None or state != Standing.OPEN:
        closed = {"standing": state, "invitation": held}
        return render(request, "accounts/invitation_closed.html", closed, status=STATUS[state])
    user = request.user if isinstance(request.user, User) else None
    why = why_not_accepted(held, user) if user else ""
    if user is None:
        request.session[INVITATION] = held.pk  # for the sign-up
    elif request.method == "POST" and not why:
        return _accept(request, held, user)
    context = {"invitation": held, "why": why, "role": Role(held.role)}
    return render(request, "accounts/invitation.html", context, status=403 if why else 200)


def _accept(request: HttpRequest, held: Invitation, user: User) -> HttpResponse:
    try:
        given = accept(held, user)
    except Refused as refused:
        messages.error(request, str(refused))
        given = None
    if given is None:
        return redirect(request.path)
    request.session.pop(INVITATION, None)
    messages.success(request, _("Welcome to %(body)s.") % {"body": held.body})
    return redirect("accounts:teams")
