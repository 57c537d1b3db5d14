"""One person of a body: role, removal, second factor, lock."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from hub.accounts.joining_forms import HeirForm, LockForm, RemoveForm, ResetForm, RoleForm
from hub.accounts.leaving import heirs_for, leave_body
from hub.accounts.models import Role, User
from hub.accounts.queries import person_in
from hub.accounts.refusal import Refused
from hub.accounts.roles import may_decide, role_in
from hub.accounts.sections import drafts_of, own_pages
from hub.accounts.team import change_role, lock, may_reset, reset_factor, unlock
from hub.accounts.views.people import attempt, for_people
from hub.accounts.views.team import get_team
from hub.municipalities.models import Body


@for_people
def person(request: HttpRequest, user: User, key: str, pk: int) -> HttpResponse:
    """The forms; a POST does what ``action`` says: ``role``, ``remove``, ``reset``, ``lock``, ``unlock``."""
    body = get_team(user, key)
    someone = person_in(body, pk)
    if someone is None:
        raise Http404
    pages = own_pages(someone, body).count()
    heirs = {each.pk: each for each in heirs_for(someone, body)} if pages else {}
    action = request.POST.get("action", "")
    shown = _forms(request, action, role_in(someone, body), heirs)
    bound = shown.get(action)
    if request.method == "POST" and (bound is None or bound.is_valid()):
        if bound is None:
            _press(request, user, body, someone, action)
            return redirect("accounts:person", body.pk, someone.pk)
        if _submit(request, user, body, someone, bound, heirs):
            return redirect(_after(user, body, someone, bound))
    context = {
        "body": body, "someone": someone, "role": role_in(someone, body), "forms": shown, "bound": bound,
        "pages": pages, "drafts": list(drafts_of(someone, body)),
        "may_reset": may_reset(user, someone, body),
    }  # fmt: skip
    return render(request, "accounts/person.html", context)


def _forms(
    request: HttpRequest, action: str, held: Role | None, heirs: Mapping[int, User]
) -> dict[str, forms.Form]:
    given = {name: request.POST if action == name else None for name in ("role", "remove", "reset", "lock")}
    return {
        "role": RoleForm(given["role"], initial={"role": held.value if held else ""}),
        "remove": RemoveForm(given["remove"], heirs={pk: str(each) for pk, each in heirs.items()}),
        "reset": ResetForm(given["reset"]),
        "lock": LockForm(given["lock"]),
    }


def _submit(
    request: HttpRequest, user: User, body: Body, someone: User, form: forms.Form, heirs: Mapping[int, User]
) -> bool:
    """Do what a valid form says; a refusal stands at the form."""
    facts = {"person": someone, "body": body}
    try:
        if isinstance(form, RoleForm):
            role = form.cleaned_data["role"]
            change_role(someone, body, role, user)
            done = _("%(person)s is now: %(role)s.") % {"person": someone, "role": role.label}
        elif isinstance(form, HeirForm):
            leave_body(someone, body, heirs.get(form.cleaned_data.get("heir", 0)), user)
            done = _("%(person)s does not belong to %(body)s any more.") % facts
        elif isinstance(form, ResetForm):
            reset_factor(someone, body, user)
            done = _("The second factor of %(person)s is reset; a mail is on its way.") % facts
        else:
            lock(someone, body, user, form.cleaned_data["reason"])
            done = _("The account of %(person)s is locked.") % facts
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, done)
    return True


def _after(user: User, body: Body, someone: User, form: forms.Form) -> str:
    """Where to go on; coordinators may have taken their own role away."""
    if not may_decide(user, body):
        return reverse("accounts:teams")
    if isinstance(form, ResetForm):
        return reverse("accounts:person", args=[body.pk, someone.pk])
    return reverse("accounts:team", args=[body.pk])


def _press(request: HttpRequest, user: User, body: Body, someone: User, action: str) -> None:
    """The button that needs no form."""
    if action == "unlock":
        done = _("%(person)s can sign in again.") % {"person": someone}
        attempt(request, lambda: unlock(someone, body, user), done, _("The account was not locked."))
    else:
        raise Http404
