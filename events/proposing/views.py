"""Pages of proposals: the list, a new one, one's own."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.desks import desk_for, find_desk, organises
from events.models import EventDesk, Person, Session
from events.models.session import OPEN
from events.people import find_person, forget_visitor, person_of, remember_person
from events.phases import Phase, is_open, list_spans
from events.proposing import queries, services
from events.proposing.forms import NewProposalForm, OwnProposalForm
from events.proposing.hosts import list_credits
from events.proposing.refusals import ProposalOutdated, ProposalRefused
from events.registering.limiting import may_send, may_write_to
from events.registering.refusing import Reason, Refused
from hub.accounts.models import User

PER_PAGE = 20
LONGEST_SEARCH = 100
NAMED = {"show_name": True, "hide_name": False}
"""Actions by which proposers let their name be shown, or take it back."""


@never_cache
@require_safe
def proposals(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What is proposed and accepted, with „ich komme“ and votes."""
    desk, now = desk_for(request, key), timezone.now()
    person = person_of(desk, request)
    marks = queries.marks_of(person)
    by_organiser = request.user.is_authenticated and organises(request.user, desk)
    ballot = queries.read_ballot(desk, marks, now, organises=by_organiser)
    orders = {code: words for code, words in queries.ORDERS.items() if code != queries.BY_VOTES}
    orders = dict(queries.ORDERS) if ballot.shows_tally else orders
    order = asked if (asked := request.GET.get("sortierung", "")) in orders else queries.NEWEST
    text = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST_SEARCH]
    found = queries.list_proposals(desk, text=text).order_by(*queries.ORDERS[order][1])
    context: dict[str, Any] = {
        **_phase(desk, now),
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("seite")),
        "orders": [(code, label, code == order) for code, (label, _columns) in orders.items()],
        "order": order,
        "text": text,
        "person": person,
        "marks": marks,
        "ballot": ballot,
        "organises": by_organiser,
        "may_mark": person is not None or bool(request.user.is_authenticated and request.user.email),
    }
    return render(request, "events/proposing/list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Propose a session: with an account it is shown at once, by others after the link in a mail."""
    desk, now = desk_for(request, key), timezone.now()
    user = request.user if isinstance(request.user, User) else None
    person = person_of(desk, request)
    if user is None and person is None and not desk.allows_guests:
        return redirect_to_login(request.get_full_path())
    context = {**_phase(desk, now), "person": person}
    form = NewProposalForm(desk, person, user, request.POST if request.method == "POST" else None)
    context["form"] = form
    if request.method != "POST":
        return render(request, "events/proposing/propose.html", context)
    status = 200
    if form.is_valid():
        try:
            address = form.visitor.email
            if not may_send(request):
                raise ProposalRefused(
                    _("Too many proposals from here. Please wait an hour and send it again.")
                )
            if address and not may_write_to(request, address):
                raise ProposalRefused(Refused(Reason.MANY_MAILS).sentence)
            session = services.propose(desk, form.cleaned_data["key"], form.wording, form.visitor, now)
        except ProposalRefused as refused:
            form.add_error(None, str(refused))
            status = 409
        else:
            return _thank(request, desk, session)
    return render(request, "events/proposing/propose.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, key: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """One's own proposal, for whoever is known: change it, or withdraw it."""
    desk = desk_for(request, key)
    person = person_of(desk, request)
    if person is None and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    session = queries.find_proposal(desk, session_id) if person else None
    if person is None or session is None or session.proposer_id != person.pk:
        raise Http404
    return _show_own(request, desk, session, person)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_link(request: HttpRequest, session_id: uuid.UUID, token: str) -> HttpResponse:
    """The same by the link in a mail. Opening it confirms nothing, since mail filters open links too."""
    person = find_person(token)
    session = queries.find_proposal(person.desk, session_id) if person else None
    if person is None or session is None or session.proposer_id != person.pk:
        raise Http404
    confirms = request.method == "POST" and request.POST.get("action") == "confirm"
    if confirms or person.confirmed:
        remember_person(request, person)
    if confirms:
        try:
            services.confirm(session, person, request.user, timezone.now())
        except ProposalRefused as refused:
            messages.error(request, str(refused))
        else:
            words = _("Thank you, your proposal is confirmed and stands in the list. You can change it here.")
            messages.success(request, words)
        return redirect("events:proposal_link", session_id, token)
    return _show_own(request, person.desk, session, person)


@never_cache
@require_POST
def forget_me(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """„Nicht Sie?“: the person whose link was followed in this browser is no longer known here.

    ``next`` is the page to go back to; else it is the list.
    """
    if desk := find_desk(key):
        forget_visitor(request, desk)
    messages.success(
        request, _("Done: nobody is known in this browser any more. To go on, follow your own link.")
    )
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        return redirect(back)
    return redirect("events:proposals", key)


def _show_own(request: HttpRequest, desk: EventDesk, session: Session, person: Person) -> HttpResponse:
    action = request.POST.get("action", "")
    form = OwnProposalForm(session, request.POST if action == "change" else None)
    status = 200
    try:
        if done := _act(request, desk, session, form):
            return done
    except ProposalRefused as refused:
        status = 409
        session = queries.find_proposal(desk, session.pk) or session
        if action == "change":
            form.add_error(None, str(refused))
            _see_again(form, session, refused)
        else:
            messages.error(request, str(refused))
    released = queries.is_released(session)
    context = {
        **_phase(desk, timezone.now()),
        "session": session,
        "form": form,
        "person": person,
        "released": released,
        "may_change": session.state in services.CHANGEABLE and not released,
        "in_public": session.state in OPEN or session.merged_into is not None,
        "credits": list_credits(session),
        "outdated": status == 409 and action == "change",
    }
    return render(request, "events/proposing/own.html", context, status=status)


def _act(
    request: HttpRequest, desk: EventDesk, session: Session, form: OwnProposalForm
) -> HttpResponse | None:
    """Do what was asked for, and where it leads to then; None if there is nothing to do."""
    action = request.POST.get("action", "")
    if action == "withdraw":
        services.withdraw(session, request.user, timezone.now())
        messages.success(request, _("Your proposal is withdrawn."))
        return redirect("events:proposals", desk.event.translation_key)
    if action in NAMED:
        services.show_name(session, shows=NAMED[action])
        messages.success(request, _say_named(session, shows=NAMED[action]))
        return redirect(request.path)
    if action == "change" and form.is_valid():
        before = session.minutes, session.away
        changed = services.change(session, form.wording, form.cleaned_data["seen"])
        fits_no_more = before != (changed.minutes, changed.away) and queries.is_placed(changed)
        messages.success(request, _say_changed(changed, fits_no_more=fits_no_more))
        return redirect(request.path)
    return None


def _see_again(form: Any, session: Session, refused: ProposalRefused) -> None:
    """What was typed stays, and is saved next time over what is shown beside it now."""
    if isinstance(refused, ProposalOutdated):
        form.data = {**form.data.dict(), "away": form.data.getlist("away"), "seen": str(session.version)}


def _thank(request: HttpRequest, desk: EventDesk, session: Session) -> HttpResponse:
    if session.state == Session.State.UNCONFIRMED:
        words = _(
            "Almost done: we have sent you a mail. Follow the link in it, and your proposal appears in this "
            "list. No mail? Look among unwanted mail too."
        )
        messages.info(request, words)
    else:
        messages.success(
            request, _("Thank you, your proposal is in the list. Now others can say that they come.")
        )
    return redirect("events:proposals", desk.event.translation_key)


def _say_named(session: Session, *, shows: bool) -> str:
    if shows:
        return _("Saved. Your name is shown with this session.")
    if queries.is_released(session):
        return _(
            "Saved. Your name is not shown with this session any more. It stands in the announced programme "
            "until the organisers announce the next version; write to them if it is urgent."
        )
    return _("Saved. Your name is not shown with this session any more.")


def _say_changed(session: Session, *, fits_no_more: bool) -> str:
    if session.state == Session.State.UNCONFIRMED:
        return _("Saved. Please confirm the proposal, then it appears in the list.")
    if fits_no_more:
        return _(
            "Saved. Your session has its place in the plan already, for what you said before. The organisers "
            "see that and place it anew; you get a mail with the time."
        )
    return _("Saved. The list shows the new wording.")


def _phase(desk: EventDesk, now: dt.datetime) -> dict[str, Any]:
    """What every page here knows: the event, and whether sessions can be proposed."""
    spans = {span.phase: span for span in list_spans(desk)}
    return {
        "desk": desk,
        "event": desk.event,
        "key": desk.event.translation_key,
        "takes_proposals": is_open(desk, Phase.PROPOSALS, now),
        "proposals_span": spans[Phase.PROPOSALS],
        "proposals_over": spans[Phase.PROPOSALS].is_over(now),
        "vote_over": spans[Phase.VOTE].is_over(now),
    }
