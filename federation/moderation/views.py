"""Moderation in Wagtail's admin: what is held or hidden, one page for each item, and the log of all acts."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from federation.models import Peer
from federation.moderation.forms import ActForm, LabelForm, ShowingForm
from federation.moderation.queries import (
    HELD,
    LISTS,
    acts_of,
    count_lists,
    excerpt,
    find_acts,
    find_received,
    is_changed,
    moderated,
)
from federation.moderation.reviewing import held_of, set_review_first
from hub.accounts.models import User
from hub.catalogue import overlay
from hub.catalogue.models import CatalogueEntry, ModerationAct, State
from hub.catalogue.overlay import ModerationRefused
from hub.catalogue.queries import is_gone
from hub.catalogue.rendering import render_entry
from hub.documents import Viewer
from theme.sheets import Value, send_sheet

PERMISSION = "catalogue.add_moderationact"
ITEMS, ACTS = 25, 50

may_moderate = permission_required(PERMISSION, raise_exception=True)


@may_moderate
@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: HttpRequest) -> HttpResponse:
    """The lists, and releasing what is chosen in them."""
    name, source = _asked(request, "liste", LISTS) or HELD, request.GET.get("instanz", "")
    peers = list(Peer.objects.all())
    if source not in {peer.slug for peer in peers}:
        source = ""
    if request.method == "POST":
        _release_chosen(request)
        query = urlencode({"liste": name, "instanz": source, "p": request.GET.get("p", "1")})
        return redirect(f"{reverse('moderation')}?{query}")
    page = Paginator(moderated(name, source), ITEMS).get_page(request.GET.get("p"))
    numbers = count_lists(source)
    context = {
        "name": name,
        "source": source,
        "lists": [(key, label, numbers[key]) for key, label in LISTS.items()],
        "peers": peers,
        "origins": {peer.slug: peer.name for peer in peers},
        "page": page,
        "rows": [(entry, excerpt(entry), _name_of(entry, peers)) for entry in page],
        "may_release": name == HELD,
    }
    return TemplateResponse(request, "federation/moderation/queue.html", context)


@may_moderate
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, source: str, key: uuid.UUID) -> HttpResponse:
    """One item: how it stands, what was done about it, and what can be done."""
    entry = _find(source, key)
    showing: ActForm = ShowingForm()
    label: ActForm = LabelForm(initial={"label": entry.label})
    if request.method == "POST":
        form: ActForm = LabelForm(request.POST) if "label" in request.POST else ShowingForm(request.POST)
        if _carry_out(request, form, entry):
            return redirect("moderation_item", source, key)
        showing, label = (showing, form) if isinstance(form, LabelForm) else (form, label)
    context = {
        "entry": entry,
        "excerpt": excerpt(entry),
        "origin_name": _name_of(entry, Peer.objects.filter(slug=source)),
        "is_shown": not is_gone(entry),
        "is_changed": is_changed(entry),
        "can_act": entry.state != State.ERASED,
        "has_text": entry.state == State.LIVE,
        "acts": acts_of(entry.object_id),
        "showing": showing,
        "label": label,
    }
    return TemplateResponse(request, "federation/moderation/item.html", context)


@may_moderate
@require_safe
def preview(request: HttpRequest, source: str, key: uuid.UUID) -> HttpResponse:
    """The document as its page would show it. Nothing is counted as read."""
    entry = _find(source, key)
    if entry.state != State.LIVE:
        raise Http404
    entry.pk = None  # what has no row is a preview
    note = _("Preview: only those who moderate see this page. Pictures and files come with the release.")
    messages.info(request, note)
    return render_entry(request, entry, Viewer.local())


@may_moderate
@require_safe
def acts(request: HttpRequest) -> HttpResponse:
    """The log of all acts."""
    action, words = _asked(request, "art", dict(ModerationAct.Action.choices)), request.GET.get("q", "")
    words = words.replace("\x00", "")
    context = {
        "page": Paginator(find_acts(action, words), ACTS).get_page(request.GET.get("p")),
        "action": action,
        "words": words,
        "actions": ModerationAct.Action.choices,
        "query": urlencode({"art": action, "q": words}),
    }
    return TemplateResponse(request, "federation/moderation/acts.html", context)


@may_moderate
@require_safe
def acts_sheet(request: HttpRequest) -> StreamingHttpResponse:
    """The same, all of it, as a table for office programs."""
    action = _asked(request, "art", dict(ModerationAct.Action.choices))
    found = find_acts(action, request.GET.get("q", "").replace("\x00", ""))
    head = [
        _("When"),
        _("Who"),
        _("What was done"),
        _("Title"),
        _("Address"),
        _("Revision"),
        pgettext("moderation", "Note"),
        _("Reason for the decision"),
    ]
    rows: Iterator[list[Value]] = (
        [
            timezone.localtime(act.at).strftime("%d.%m.%Y %H:%M:%S"),
            act.by or _("by itself"),
            act.get_action_display(),
            act.title,
            act.object_id,
            act.revision,
            act.label,
            act.reason,
        ]
        for act in found.iterator(chunk_size=500)
    )
    return send_sheet(chain([head], rows), f"moderation-{timezone.localdate()}")


@permission_required("federation.change_peer", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def review_first(request: HttpRequest, slug: str) -> HttpResponse:
    """Turn the review of a peer's new items on or off; turning it off asks what becomes of those held."""
    peer = get_object_or_404(Peer, slug=slug)
    choice = request.POST.get("choice", "")
    if request.method == "POST" and choice in {"on", "keep", "release"}:
        count = set_review_first(peer, on=choice == "on", by=_who(request), release=choice == "release")
        messages.success(request, _said(peer, count, choice))
        return redirect("moderation_review_first", slug)
    context = {"peer": peer, "held": len(held_of(peer))}
    return TemplateResponse(request, "federation/moderation/review_first.html", context)


def _said(peer: Peer, count: int, choice: str) -> str:
    if choice == "on":
        return _("New contributions of %(name)s are held from now on until somebody releases them.") % {
            "name": peer.name
        }
    text = _("New contributions of %(name)s are shown at once from now on.") % {"name": peer.name}
    return f"{text} {_released(count)}" if choice == "release" else text


def _released(count: int) -> str:
    return ngettext("%(n)s contribution is released.", "%(n)s contributions are released.", count) % {
        "n": count
    }


def _release_chosen(request: HttpRequest) -> None:
    chosen = [
        int(key) for key in request.POST.getlist("entry") if key.isascii() and key.isdigit() and len(key) < 18
    ]
    ids = CatalogueEntry.objects.filter(pk__in=chosen).values_list("object_id", flat=True)
    count = overlay.release_all(list(ids), _who(request)) if chosen else 0
    if count:
        messages.success(request, _released(count))
    elif chosen:
        messages.warning(request, _("Nothing is released: somebody else has decided about these meanwhile."))
    else:
        messages.error(request, _("Please tick the contributions that are to be released."))


def _carry_out(request: HttpRequest, form: ActForm, entry: CatalogueEntry) -> bool:
    if not form.is_valid():
        return False
    try:
        act = form.do(entry.object_id, _who(request))
    except ModerationRefused as refused:
        form.add_error(None, str(refused))
        return False
    said = _("Done and noted in the log: %(action)s.") % {"action": act.get_action_display()}
    messages.success(request, said)
    return True


def _find(source: str, key: uuid.UUID) -> CatalogueEntry:
    entry = find_received(source, key)
    if entry is None:
        raise Http404
    return entry


def _asked(request: HttpRequest, name: str, known: Any) -> str:
    asked = request.GET.get(name, "")
    return asked if asked in known else ""


def _name_of(entry: CatalogueEntry, peers: Any) -> str:
    return next((peer.name for peer in peers if peer.slug == entry.source), entry.source)


def _who(request: HttpRequest) -> str:
    """Who acts, as the log keeps it."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - narrows what the permission grants
    name = user.get_full_name()
    return f"{name} ({user.email})" if name and user.email else str(user)
