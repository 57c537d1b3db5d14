"""The people of a body: roles, invitations, domains, history, and one person."""

from __future__ import annotations

from collections.abc import Callable

from allauth.core.internal.ratelimit import consume
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from hub.accounts import queries
from hub.accounts.inviting import invite, resend, revoke
from hub.accounts.joining_forms import DomainForm, InviteForm
from hub.accounts.models import BodyDomain, Invitation, User
from hub.accounts.refusal import Refused
from hub.accounts.roles import may_decide, people_of
from hub.accounts.team import add_domain, remove_domain
from hub.accounts.views.people import attempt, for_people
from hub.municipalities.models import Body

PAGE = 25


@for_people
def teams(request: HttpRequest, user: User) -> HttpResponse:
    """The bodies somebody belongs to or decides for, with their coordinators."""
    page = Paginator(queries.teams_for(user), PAGE).get_page(request.GET.get("seite"))
    described = queries.describe_teams(user, list(page.object_list))
    return render(request, "accounts/teams.html", {"page": page, "teams": described})


@for_people
def team(request: HttpRequest, user: User, key: str) -> HttpResponse:
    """A body's people, for those who decide about them. A POST does what ``action`` says."""
    body = get_team(user, key)
    inviting, adding = InviteForm(), DomainForm()
    if request.method == "POST":
        action = request.POST.get("action", "")
        if action == "invite":
            inviting = InviteForm(request.POST)
            if inviting.is_valid() and _tried(inviting, lambda: _invite(request, body, user, inviting)):
                return redirect("accounts:team", body.pk)
        elif action == "add_domain":
            adding = DomainForm(request.POST)
            if adding.is_valid() and _tried(adding, lambda: _add_domain(request, body, user, adding)):
                return redirect("accounts:team", body.pk)
        else:
            _press(request, body, user, action)
            return redirect("accounts:team", body.pk)
    context = {
        "body": body, "people": people_of(body), "locked": queries.locked_people(body),
        "invitations": queries.open_invitations(body), "history": queries.history_of(body),
        "domains": list(BodyDomain.objects.filter(body=body).order_by("domain")),
        "inviting": inviting, "adding": adding, "bound": adding if adding.is_bound else inviting,
    }  # fmt: skip
    return render(request, "accounts/team.html", context)


def get_team(user: User, key: str) -> Body:
    """The body, if somebody decides about its people; for all others it is not there."""
    body = get_object_or_404(Body, pk=key)
    if not may_decide(user, body):
        raise Http404
    return body


def _tried(form: forms.Form, verb: Callable[[], None]) -> bool:
    """Do it; a refusal stands at the form, with everything typed."""
    try:
        verb()
    except Refused as refused:
        form.add_error(refused.field, str(refused))
        return False
    return True


def _invite(request: HttpRequest, body: Body, user: User, form: InviteForm) -> None:
    data = form.cleaned_data
    asked = Invitation.objects.filter(email__iexact=data["email"], body=body, accepted=None, revoked=None)
    again = asked.exists()
    held = _at_a_measured_pace(
        request,
        data["email"],
        lambda: invite(user, body, data["email"], data["role"], private=data["private"]),
    )
    done = _("The invitation to %(email)s is on its way.")
    if again:
        done = _("%(email)s had been invited before; the mail is on its way once more.")
    messages.success(request, done % {"email": held.email})


def _at_a_measured_pace(request: HttpRequest, address: str, verb: Callable[[], Invitation]) -> Invitation:
    """Mail an invitation; raises :class:`Refused` after too many by one person or to one address.

    What is refused for another reason does not count.
    """
    usage = consume(request, app="allauth.account", action="invite", key=address.lower())
    if not usage:
        sentence = _("Too many invitations in a short time. Wait an hour and send it again.")
        raise Refused(sentence, "email")
    try:
        return verb()
    except Refused:
        usage.rollback()
        raise


def _add_domain(request: HttpRequest, body: Body, user: User, form: DomainForm) -> None:
    known = add_domain(body, form.cleaned_data["domain"], user)
    messages.success(request, _("%(domain)s is known now.") % {"domain": known.domain})


def _press(request: HttpRequest, body: Body, user: User, action: str) -> None:
    """The buttons beside invitations and domains."""
    if action == "remove_domain":
        domain = request.POST.get("domain", "")
        done = _("%(domain)s is forgotten.") % {"domain": domain}
        attempt(request, lambda: remove_domain(body, domain, user), done, _("This domain was gone before."))
        return
    held = _invitation(body, request.POST.get("invitation", ""))
    if action == "resend":
        done = _("The invitation to %(email)s is on its way.") % {"email": held.email}
        attempt(request, lambda: _at_a_measured_pace(request, held.email, lambda: resend(held, user)), done)
    elif action == "revoke":
        done = _("The invitation of %(email)s is revoked.") % {"email": held.email}
        attempt(request, lambda: revoke(held, user), done, _("This invitation is not open any more."))
    else:
        raise Http404


def _invitation(body: Body, number: str) -> Invitation:
    if not number.isdecimal():
        raise Http404
    return get_object_or_404(Invitation.objects.select_related("body"), pk=number, body=body)
