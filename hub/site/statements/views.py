"""Who uses a document, and the forms by which a body adopts, checks or co-publishes one."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from content.models import AdoptionPage, CheckPage
from content.statements import services
from content.statements.queries import speaks_for, statements_of
from content.statements.rules import ADOPTABLE, CHECKABLE, VERSIONED, StatementRefused
from hub.accounts.models import User
from hub.accounts.viewer import viewer_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entry, is_gone
from hub.documents import UNLISTED
from hub.municipalities.models import Body
from hub.site.statements.forms import AdoptionForm, BodyForm, NoteForm
from hub.site.statements.map import AdopterMap

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def adopters(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Map and table of the bodies that use a document, with totals."""
    viewer = viewer_of(request)
    entry = find_entry(key, viewer)
    if entry is None or entry.kind not in ADOPTABLE:
        raise Http404
    said = statements_of(entry, viewer)
    context = {"viewer": viewer, "entry": entry, "said": said, "shown": AdopterMap(said)}
    return render(request, "site/statements/adopters.html", context)


@never_cache
@require_http_methods(FORM_METHODS)
@login_required
def adopt(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """State that one's body uses a document, or correct that statement."""
    entry = _find_target(request, key, ADOPTABLE)
    bodies = _bodies_for(request, entry)
    if not bodies:
        return _not_allowed(request, entry)
    initial, versioned = _initial(request, entry, bodies), entry.kind in VERSIONED
    form = AdoptionForm(request.POST or None, bodies=bodies, initial=initial, versioned=versioned)

    def state(user: User) -> None:
        services.adopt(user, form.chosen, entry, form.facts)

    thanks = _("Thank you. Your statement appears on all hubs and holds for twelve months.")
    return _answer(request, entry, form, state, thanks, "site/statements/adopt.html")


@never_cache
@require_http_methods(FORM_METHODS)
@login_required
def check(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """State that one's body has read a document against what it knows."""
    entry = _find_target(request, key, CHECKABLE)
    bodies = _bodies_for(request, entry)
    if not bodies:
        return _not_allowed(request, entry)
    held = CheckPage.objects.filter(maker=bodies[0].pk, target=entry.object_id).first()
    initial = {"note": held.note} if held and len(bodies) == 1 else {}
    form = NoteForm(request.POST or None, bodies=bodies, initial=initial)

    def state(user: User) -> None:
        services.check(user, form.chosen, entry, request.POST.get("seen", ""), form.cleaned_data["note"])

    thanks = _("Thank you. The contribution now says that your municipality has checked it.")
    return _answer(request, entry, form, state, thanks, "site/statements/check.html")


@never_cache
@require_http_methods(FORM_METHODS)
@login_required
def co_publish(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Confirm that one's body publishes a document together with its owner."""
    entry = _find_target(request, key, None)
    bodies = [body for body in _bodies_for(request, entry) if body.pk in entry.co_publishers]
    if not bodies:
        return _not_allowed(request, entry)
    form = BodyForm(request.POST or None, bodies=bodies)

    def state(user: User) -> None:
        services.co_publish(user, form.chosen, entry, request.POST.get("seen", ""))

    thanks = _("Confirmed. The contribution now names your municipality as a co-publisher.")
    return _answer(request, entry, form, state, thanks, "site/statements/co_publish.html")


def _answer(
    request: HttpRequest,
    entry: CatalogueEntry,
    form: BodyForm,
    state: Callable[[User], None],
    thanks: str,
    template: str,
) -> HttpResponse:
    """State it and lead back to the document, or show the form with everything that was entered."""
    if request.method == "POST" and form.is_valid():
        try:
            state(_user(request))
        except StatementRefused as refused:
            form.refuse(refused)
        else:
            messages.success(request, thanks)
            return redirect(entry.get_absolute_url())
    viewer = viewer_of(request)
    context: dict[str, Any] = {"viewer": viewer, "entry": entry, "form": form, "gone": is_gone(entry)}
    if not context["gone"]:
        context["said"] = statements_of(entry, viewer)
    return render(request, template, context)


def _find_target(request: HttpRequest, key: uuid.UUID, kinds: frozenset[str] | None) -> CatalogueEntry:
    """The document, which the person may read and of which this can be said at all.

    One withdrawn since is found for a form that is sent, so that nothing written in it is lost.
    """
    viewer = viewer_of(request)
    entry = find_entry(key, viewer)
    if entry is None and request.method == "POST":
        held = sorted(CatalogueEntry.objects.filter(uuid=key), key=lambda each: (bool(each.source), each.pk))
        entry = next((each for each in held[:1] if viewer.may_read(each.audience)), None)
    if entry is None or entry.kind in UNLISTED or (kinds is not None and entry.kind not in kinds):
        raise Http404
    return entry


def _bodies_for(request: HttpRequest, entry: CatalogueEntry) -> list[Body]:
    """The bodies the person speaks for, without the document's owners."""
    return [body for body in speaks_for(_user(request)) if body.pk not in entry.publishers]


def _initial(request: HttpRequest, entry: CatalogueEntry, bodies: Sequence[Body]) -> dict[str, Any]:
    """What the body has stated already, if it is clear which one is meant; else the current version."""
    asked = request.GET.get("kommune", "")
    keys = [body.pk for body in bodies if body.pk == asked] or [body.pk for body in bodies]
    held = AdoptionPage.objects.filter(maker=keys[0], target=entry.object_id).first()
    if len(keys) > 1 or held is None:
        module = None if is_gone(entry) else entry.document.module
        clear = keys[0] if len(keys) == 1 else asked
        return {"body": clear, "version": module.version if module else ""}
    names = [name for name in AdoptionForm.base_fields if name not in ("body", "consent")]
    contact = bool(held.contact_role or held.contact_email)
    return {"body": keys[0], "consent": contact, **{name: getattr(held, name) for name in names}}


def _not_allowed(request: HttpRequest, entry: CatalogueEntry) -> HttpResponse:
    """Say who can make such statements, and how to become one of them."""
    return render(request, "site/statements/not_allowed.html", {"entry": entry}, status=403)


def _user(request: HttpRequest) -> User:
    """The account signed in; views that ask require one."""
    assert isinstance(request.user, User)  # noqa: S101 - narrows what login_required grants
    return request.user
