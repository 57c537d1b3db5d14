"""„Wir interessieren uns“, the list of messages, and one thread."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hub.accounts.models import User
from hub.accounts.viewer import viewer_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entries, find_entry
from hub.documents import Contact
from hub.messages import services
from hub.messages.models import Delivery, Message, MessageType
from hub.messages.queries import Thread, find_thread, may_be_read_by, threads_of
from hub.messages.refusals import AlreadyOpen, Declined, Reason
from hub.site.messages import forms, queries
from hub.site.messages.asking import Asking, contact_of
from hub.site.questions.publishing import contribution_of
from theme.templatetags.theme import readable_document

PER_PAGE = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def interest(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Ask the owner of a document. Whoever cannot is told who answers, and how to take part."""
    entry = find_entry(key, viewer_of(request))
    if entry is None or not entry.publishers or readable_document(entry) is None:
        raise Http404
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect_to_login(request.path, reverse("account_login"))
    asking = Asking(entry, request.user)
    form = _interest_form(request, asking)
    context: dict[str, Any] = {"entry": entry, "document": entry.document, "asking": asking, "form": form}
    if request.method == "POST":
        if form is None:
            return render(request, "site/messages/interest.html", context, status=403)
        if form.is_valid():
            return _ask(request, entry, form) or render(request, "site/messages/interest.html", context)
    return render(request, "site/messages/interest.html", context)


@never_cache
@require_safe
@login_required
def messages_of_mine(request: HttpRequest) -> HttpResponse:
    """Requests to and from the bodies somebody writes for, those that wait for them first."""
    user = _user(request)
    keys = [body.key for body in queries.bodies_of(user)]
    page = Paginator(threads_of(keys), PER_PAGE).get_page(request.GET.get("seite"))
    rows = queries.list_rows(list(page.object_list), keys, viewer_of(request)) if keys else []
    context = {"page": page, "rows": rows, "may_write": bool(keys), "several": len(keys) > 1}
    return render(request, "site/messages/list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def thread(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One request with its answers; a POST writes more or closes it."""
    user, found = _user(request), find_thread(key)
    keys = [body.key for body in queries.bodies_of(user)] if found else []
    own = may_be_read_by(found.first, keys) if found else None
    if found is None or own is None:
        raise Http404
    closes = request.POST.get("action") == "close"
    viewer = viewer_of(request)
    entry = find_entries([found.first.subject_id], viewer).get(found.first.subject_id)
    document = readable_document(entry) if entry else None
    contact = document.contact if document else None
    initial = {} if request.method == "POST" else _initial_words(user, found, own, contact)
    form = forms.WordsForm(request.POST or None, text_needed=not closes, initial=initial)
    if request.method == "POST" and form.is_valid():
        write = services.close if closes else services.answer
        try:
            sent = write(found.first, own, form.words(user.subject))
        except Declined as declined:
            form.add_error(None, str(declined))
        else:
            messages.success(request, _say_sent(sent))
            return redirect("site:thread", key)
    contribution = contribution_of(found, own, user, viewer)
    context = {"entry": entry, "contact": contact, "contribution": contribution, **_show(found, own, form)}
    return render(request, "site/messages/thread.html", context)


def _initial_words(user: User, found: Thread, own: str, contact: Contact | None) -> dict[str, str]:
    """Who was asked answers as the document's contact, who asked as before; else as the body's page says.

    What somebody wrote in this thread already goes before all. Two queries at most.
    """
    last = queries.last_words(user, [own])
    if own == found.first.recipient and contact and (last is None or last.thread != found.first.pk):
        return forms.initial_words(contact)
    return forms.initial_words(last or contact_of(own))


def _interest_form(request: HttpRequest, asking: Asking) -> forms.InterestForm | None:
    if not asking.bodies:
        return None
    initial = {}
    if request.method != "POST":
        last = queries.last_words(_user(request), [body.key for body in asking.bodies])
        initial = forms.initial_words(last or asking.own_contact)
    return forms.InterestForm(asking.bodies, asking.entry, request.POST or None, initial=initial)


def _ask(request: HttpRequest, entry: CatalogueEntry, form: forms.InterestForm) -> HttpResponse | None:
    """Begin a thread and go to it; None, with the reason in the form, if that cannot be."""
    kind = MessageType.QUESTION if entry.kind == "body" else MessageType.INTEREST
    try:
        message = services.begin(kind, form.sender, entry, form.words(_user(request).subject))
    except AlreadyOpen as held:
        messages.info(request, str(held))
        return redirect("site:thread", held.thread)
    except Declined as declined:
        form.add_error(None, str(declined))
        return None
    messages.success(request, _say_sent(message))
    return redirect("site:thread", message.pk)


def _say_sent(message: Message) -> str:
    if message.delivery == Delivery.QUEUED:
        return _("Your message is on its way. You see here when it has arrived.")
    return _("Your message has arrived.")


def _show(found: Thread, own: str, form: forms.WordsForm) -> dict[str, Any]:
    first = found.first
    names = queries.names_of((first.sender, first.recipient))
    refused = next((each for each in found.messages if each.delivery == Delivery.REFUSED), None)
    return {
        "thread": found,
        "first": first,
        "own": own,
        "asker": names[first.sender],
        "asked": names[first.recipient],
        "clock": queries.clock_of_thread(found),
        "refused": refused,
        "refusal": Reason(refused.error).label if refused and refused.error in Reason.values else "",
        "may_close": found.may_be_closed_by(own),
        "form": form if found.is_open or form.is_bound else None,  # nothing typed is lost
    }


def _user(request: HttpRequest) -> User:
    """The account signed in; views that ask require one."""
    assert isinstance(request.user, User)  # noqa: S101 - narrows what was checked before
    return request.user
