"""The queue of those who decide, and one request."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from hub.accounts.joining import approve, decline
from hub.accounts.joining_forms import ApproveForm, DeclineForm
from hub.accounts.models import JoinRequest, RequestState, Role, User
from hub.accounts.queries import RequestFacts, decidable, decided_for, facts_of, waiting_for
from hub.accounts.refusal import Refused
from hub.accounts.views.people import for_people

PAGE = 25


@for_people
def queue(request: HttpRequest, user: User) -> HttpResponse:
    """What waits, and below it what was decided in the last 90 days."""
    page = Paginator(waiting_for(user), PAGE).get_page(request.GET.get("seite"))
    decided = list(decided_for(user)[:PAGE]) if page.number == 1 else []
    return render(request, "accounts/requests.html", {"page": page, "decided": decided})


@for_people
def one_request(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """A request with what should be known about it; a POST approves or declines it."""
    asked = get_object_or_404(decidable(user).select_related("decided_by"), pk=pk)
    facts = facts_of(asked)
    approval, refusal = _forms(request, asked, facts)
    form = approval if approval.is_bound else refusal
    if form.is_bound and form.is_valid():
        try:
            return _decide(request, asked, user, form)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {"asked": asked, "facts": facts, "approval": approval, "refusal": refusal, "bound": form}
    return render(request, "accounts/request.html", context)


def _forms(request: HttpRequest, asked: JoinRequest, facts: RequestFacts) -> tuple[ApproveForm, DeclineForm]:
    """The first person of a body should be its coordinator, whatever was asked for."""
    role = asked.role if facts.has_coordinator else Role.COORDINATOR.value
    action = request.POST.get("action")
    approval = ApproveForm(
        request.POST if action == "approve" else None, initial={"role": role},
        domain=asked.domain, body=asked.body, may_learn=facts.can_be_learned,
    )  # fmt: skip
    return approval, DeclineForm(request.POST if action == "decline" else None)


def _decide(
    request: HttpRequest, asked: JoinRequest, user: User, form: ApproveForm | DeclineForm
) -> HttpResponse:
    if isinstance(form, ApproveForm):
        learn = bool(form.cleaned_data.get("learn"))
        changed = approve(asked, user, form.cleaned_data["role"], learn=learn)
        done = _("%(person)s has joined %(body)s and was told by mail.")
    else:
        changed = decline(asked, user, form.cleaned_data["reason"])
        done = _("%(person)s was told by mail that you declined, and why.")
    if changed:
        messages.success(request, done % {"person": asked.user, "body": asked.body})
        return redirect("accounts:requests")
    messages.info(request, describe_decision(asked))
    return redirect("accounts:request", asked.pk)


def describe_decision(asked: JoinRequest) -> str:
    """Who decided when; of a request that does not wait any more."""
    if asked.state == RequestState.WITHDRAWN:
        said = _("The person has withdrawn the request (%(when)s).")
    elif asked.state == RequestState.APPROVED:
        said = _("This was approved before: by %(who)s, %(when)s. Nothing has changed.")
    else:
        said = _("This was declined before: by %(who)s, %(when)s. Nothing has changed.")
    when = date_format(localtime(asked.decided), "SHORT_DATETIME_FORMAT") if asked.decided else ""
    return said % {"who": asked.decided_by or _("a deleted account"), "when": when}
