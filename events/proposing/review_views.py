"""The organisers' pages of proposals: all of them, one of them, one from the wall."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from events.desks import require_organiser
from events.models import EventDesk, Placement, Session
from events.proposing import queries, reviewing
from events.proposing.forms import AddForm, DeclineForm, MergeForm, RewordForm
from events.proposing.hosts import list_credits
from events.proposing.periods import list_periods
from events.proposing.refusals import ProposalOutdated, ProposalRefused
from events.proposing.services import show_name

PER_PAGE = 20
State = Session.State
STANDS = {
    "offen": (State.PROPOSED, gettext_lazy("to be decided")),
    "angenommen": (State.ACCEPTED, gettext_lazy("accepted")),
    "abgelehnt": (State.DECLINED, gettext_lazy("declined")),
    "zurueckgezogen": (State.WITHDRAWN, gettext_lazy("withdrawn")),
    "unbestaetigt": (State.UNCONFIRMED, gettext_lazy("address not confirmed yet")),
}


@never_cache
@require_safe
def review(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """All proposals by what became of them, with interest and votes."""
    desk = require_organiser(request, key)
    if isinstance(desk, HttpResponse):
        return desk
    stand = asked if (asked := request.GET.get("stand", "")) in STANDS else "offen"
    order = asked if (asked := request.GET.get("sortierung", "")) in queries.ORDERS else queries.NEWEST
    text = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:100]
    placed = Exists(Placement.objects.filter(session=OuterRef("pk")))
    found = queries.list_proposals(desk, (STANDS[stand][0],), text).annotate(is_placed=placed)
    counts = dict(
        Session.objects.filter(plan__desk=desk).order_by().values_list("state").annotate(n=Count("pk"))
    )
    context = {
        **_about(desk),
        "page": Paginator(found.order_by(*queries.ORDERS[order][1]), PER_PAGE).get_page(
            request.GET.get("seite")
        ),
        "stands": [(code, label, counts.get(state, 0)) for code, (state, label) in STANDS.items()],
        "stand": stand,
        "orders": [(code, label, code == order) for code, (label, _columns) in queries.ORDERS.items()],
        "order": order,
        "text": text,
        "has_any": bool(counts),
    }
    return render(request, "events/proposing/review.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review_session(request: HttpRequest, key: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """One proposal: accept, decline with a reason, open again, edit, merge another into it."""
    desk = require_organiser(request, key)
    if isinstance(desk, HttpResponse):
        return desk
    session = queries.find_proposal(desk, session_id)
    if session is None:
        raise Http404
    if request.method != "POST":
        return _show(request, desk, session, _forms(session))
    action = request.POST.get("action", "")
    forms = _forms(session, action, request)
    form = forms.get(action)
    if form is not None and not form.is_valid():
        return _show(request, desk, session, forms)
    try:
        words = _carry_out(action, session, form, request.user)
    except ProposalRefused as refused:
        session = queries.find_proposal(desk, session_id) or session
        if form is None:
            messages.error(request, str(refused))
        else:
            form.add_error(None, str(refused))
        if form is not None and isinstance(refused, ProposalOutdated):
            form.data = {**form.data.dict(), "seen": str(session.version)}
        return _show(request, desk, session, forms, status=409)
    messages.success(request, words)
    if request.POST.get("back"):
        return redirect("events:review", key)
    return redirect("events:review_session", key, session_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_session(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Add a session for somebody without an account, from the wall in the room."""
    desk = require_organiser(request, key)
    if isinstance(desk, HttpResponse):
        return desk
    form = AddForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            session = reviewing.add(desk, form.cleaned_data["key"], form.wording)
        except ProposalRefused as refused:
            form.add_error(None, str(refused))
            status = 409
        else:
            words = _("“%(title)s” is accepted and can be placed. Here is room for the next one.")
            messages.success(request, words % {"title": session.title})
            return redirect("events:review_add", key)
    return render(request, "events/proposing/add.html", {**_about(desk), "form": form}, status=status)


def _forms(session: Session, action: str = "", request: HttpRequest | None = None) -> dict[str, Any]:
    """The forms of a proposal by action; the one that was sent holds what was typed."""
    sent = {action: request.POST} if request is not None else {}
    return {
        "decline": DeclineForm(sent.get("decline")),
        "reword": RewordForm(session, sent.get("reword")),
        "merge": MergeForm(session, sent.get("merge")),
    }


def _carry_out(action: str, session: Session, form: Any, user: Any) -> str:
    """Do it; what was done, in a sentence. Raises :class:`ProposalRefused`, ``Http404`` for the unknown."""
    now, told = timezone.now(), _("The proposer gets a mail.") if session.proposer else ""
    match action:
        case "accept":
            reviewing.accept(session)
            words = _("“%(title)s” is accepted and can be placed in the programme.")
        case "decline":
            reviewing.decline(session, form.cleaned_data["reason"], user, now)
            words = _("“%(title)s” is declined.")
        case "reopen":
            reviewing.reopen(session, user, now)
            words = _("“%(title)s” is to be decided again.")
        case "reword":
            words = _reword(session, form)
        case "hide_name":
            show_name(session, shows=False)
            words = _(
                "The name is not shown with “%(title)s” any more. The announced programme follows with its "
                "next version."
            )
            told = ""
        case "merge":
            reviewing.merge(session, form.chosen, user, now)
            words = _("Both proposals are one now: “%(title)s”, with all who run it, interest and votes.")
        case _:
            raise Http404
    return f"{words % {'title': session.title}} {told}".strip()


def _reword(session: Session, form: RewordForm) -> str:
    reworded = reviewing.reword(session, form.wording, form.cleaned_data["seen"])
    if reworded.minutes != session.minutes and queries.is_placed(reworded):
        return _(
            "The new wording of “%(title)s” is saved. Its place in the plan is still as long as before: take "
            "it out there and place it anew."
        )
    return _("The new wording of “%(title)s” is saved.")


def _show(
    request: HttpRequest, desk: EventDesk, session: Session, forms: dict[str, Any], status: int = 200
) -> HttpResponse:
    labels = {each.value: each.label for each in list_periods(desk)}
    context = {
        **_about(desk),
        "session": session,
        "credits": list_credits(session),
        "merged": session.merged.all(),
        "away": [labels.get(value, value) for value in session.away],
        "interested": session.interests.count(),
        "voted": session.votes.count(),
        "placement": Placement.objects.filter(session=session).select_related("room").first(),
        "decline": forms["decline"],
        "reword": forms["reword"],
        "merge": forms["merge"],
        "form": next((form for form in forms.values() if form.is_bound), None),
    }
    return render(request, "events/proposing/review_session.html", context, status=status)


def _about(desk: EventDesk) -> dict[str, Any]:
    key = desk.event.translation_key
    return {
        "desk": desk,
        "event": desk.event,
        "key": key,
    }
