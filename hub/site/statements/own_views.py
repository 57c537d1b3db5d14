"""The statements of one's own bodies: confirming again, ending, taking back."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from content.models import AdoptionPage
from content.models.statement import StatementPage
from content.statements import services
from content.statements.own import find_own, list_own
from content.statements.queries import co_publications_waiting, speaks_for
from content.statements.rules import StatementRefused
from hub.accounts.models import User
from hub.accounts.viewer import viewer_of
from hub.site.statements.forms import EndForm

CONFIRM, END, WITHDRAW = "bestaetigen", "beenden", "zurueckziehen"
THANKS = {
    CONFIRM: lambda: _("Confirmed as of today."),
    END: lambda: _("The end is noted. The statement goes on saying that you used it."),
    WITHDRAW: lambda: _("The statement is taken back and disappears from all hubs."),
}


@never_cache
@require_safe
@login_required
def statements(request: HttpRequest) -> HttpResponse:
    """Everything the person's bodies state, and what waits for their confirmation."""
    viewer, bodies = viewer_of(request), speaks_for(_user(request))
    names = {body.pk: body.name for body in bodies}
    waiting = co_publications_waiting(list(names), viewer) if names else []
    context = {
        "viewer": viewer,
        "bodies": bodies,
        "own": list_own(list(names), viewer, timezone.localdate()) if names else [],
        "waiting": waiting,
    }
    return render(request, "site/statements/own.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def act(request: HttpRequest, key: uuid.UUID, action: str) -> HttpResponse:
    """Ask before, then confirm, end or take back one statement of one's own bodies."""
    viewer, user = viewer_of(request), _user(request)
    own = find_own(key, [body.pk for body in speaks_for(user)], viewer, timezone.localdate())
    ends = isinstance(own.page, AdoptionPage) if own else False
    if own is None or action not in THANKS or (action == END and not ends):
        raise Http404
    form = EndForm(request.POST or None, initial={"until": timezone.localdate()}) if action == END else None
    context: dict[str, Any] = {"viewer": viewer, "own": own, "action": action, "form": form}
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            _perform(user, own.page, action, form, request.POST.get("seen", ""))
        except StatementRefused as refused:
            if form is not None:
                form.add_error("until", str(refused.reason))
            context["refused"] = refused.reason
        else:
            messages.success(request, THANKS[action]())
            return redirect("site:statements")
    return render(request, "site/statements/act.html", context)


def _perform(user: User, page: StatementPage, action: str, form: EndForm | None, seen: str) -> None:
    if action == CONFIRM:
        services.confirm_again(user, page, seen)
    elif action == WITHDRAW:
        services.withdraw(user, page)
    elif form is not None and isinstance(page, AdoptionPage):
        services.end(user, page, form.cleaned_data["until"])


def _user(request: HttpRequest) -> User:
    """The account signed in; views that ask require one."""
    assert isinstance(request.user, User)  # noqa: S101 - narrows what login_required grants
    return request.user
