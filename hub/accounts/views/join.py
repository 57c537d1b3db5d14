"""Asking for a role in a body, and leaving one."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from hub.accounts.joining import ask_to_join, verified_address, withdraw
from hub.accounts.joining_forms import HeirForm, JoinForm
from hub.accounts.leaving import heirs_for, leave_body
from hub.accounts.models import JoinRequest, RequestState, User
from hub.accounts.queries import requests_of
from hub.accounts.refusal import Refused
from hub.accounts.roles import coordinators_of, role_in, roles_of
from hub.accounts.sections import drafts_of, own_pages
from hub.accounts.views.people import attempt, for_people
from hub.env import env
from hub.municipalities.models import Body


@dataclass(frozen=True)
class Asked:
    """A request as the asker sees it; ``by_coordination`` says who decides."""

    request: JoinRequest
    by_coordination: bool


@for_people
def join(request: HttpRequest, user: User) -> HttpResponse:
    """What was asked for and what came of it, and the form to ask.

    A POST with ``action`` ``search`` shows results and keeps everything typed, ``ask`` asks, and
    ``withdraw`` takes the request ``request`` back.
    """
    address = verified_address(user)
    form: JoinForm | None = None
    if address:
        action = request.POST.get("action", "")
        if action == "withdraw":
            return _withdraw(request, user)
        form = _read_form(request, user, address)
        if action != "search" and form.is_bound and form.is_valid() and _ask(request, user, form):
            return redirect("accounts:join")
    context = {
        "form": form, "address": address,
        "asked": [_describe(each) for each in requests_of(user)], "roles": roles_of(user),
        "contact": parseaddr(env.mail_from)[1],
    }  # fmt: skip
    return render(request, "accounts/join.html", context)


def _read_form(request: HttpRequest, user: User, address: str) -> JoinForm:
    if request.method == "POST" and request.POST.get("action") != "search":
        return JoinForm(request.POST, address=address)
    given = {"body": request.GET.get("kommune", "")}
    if request.method == "POST":
        given = {
            key: request.POST[key] for key in ("body", "search", "role", "message") if key in request.POST
        }
    taken = {role.body_id for role in roles_of(user)} | _asked_for(user)
    return JoinForm(address=address, taken=taken, initial=given)


def _asked_for(user: User) -> set[str]:
    """The keys of the bodies somebody waits for."""
    waiting = JoinRequest.objects.filter(user=user, state=RequestState.PENDING)
    return set(waiting.values_list("body_id", flat=True))


def _ask(request: HttpRequest, user: User, form: JoinForm) -> bool:
    data = form.cleaned_data
    again = form.chosen_body().pk in _asked_for(user)
    try:
        asked = ask_to_join(user, form.chosen_body(), data["role"], data["message"])
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    done = _("You have changed your request to %(body)s.") if again else _("You have asked to join %(body)s.")
    messages.success(request, done % {"body": asked.body})
    return True


def _withdraw(request: HttpRequest, user: User) -> HttpResponse:
    number = request.POST.get("request", "")
    asked = JoinRequest.objects.filter(user=user, pk=number).first() if number.isdecimal() else None
    if asked is None:
        raise Http404
    late = _("The request had been decided before.")
    attempt(request, lambda: withdraw(asked), _("You have withdrawn the request."), late)
    return redirect("accounts:join")


def _describe(asked: JoinRequest) -> Asked:
    waiting = asked.state == RequestState.PENDING
    return Asked(asked, waiting and coordinators_of(asked.body).exclude(pk=asked.user_id).exists())


@for_people
def leave(request: HttpRequest, user: User, key: str) -> HttpResponse:
    """What is handed on, to whom, and the button that does it."""
    body = get_object_or_404(Body, pk=key)
    role = role_in(user, body)
    if role is None:
        raise Http404
    pages = own_pages(user, body).count()
    heirs = {person.pk: person for person in heirs_for(user, body)} if pages else {}
    names = {pk: str(person) for pk, person in heirs.items()}
    form = HeirForm(request.POST if request.method == "POST" else None, heirs=names)
    if form.is_bound and form.is_valid():
        heir = heirs.get(form.cleaned_data.get("heir", 0))
        try:
            leave_body(user, body, heir, user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("You have left %(body)s.") % {"body": body})
            return redirect("accounts:teams")
    drafts = list(drafts_of(user, body))
    context = {
        "body": body, "role": role, "form": form, "drafts": drafts, "heirs": names,
        "pages": pages,
    }  # fmt: skip
    return render(request, "accounts/leave.html", context)
