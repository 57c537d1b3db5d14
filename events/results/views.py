"""The organisers' pages: the status of every session, and the page of one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import EventDesk, Note, Session, SessionNotePage
from events.office.addresses import address_of
from events.office.views.frame import for_organisers
from events.planning.refusing import Refused
from events.results.consenting import is_outdated, list_missing_of
from events.results.forms import ReasonForm
from events.results.linking import link_page, list_links, search_targets, unlink_page
from events.results.pages import draft_page, find_note, find_page, publish_page, redraft_page
from events.results.reminding import list_waiting, remind_hosts
from events.results.services import clear_outcome, note_outcome
from events.results.status import Row, Status, find_row, list_withdrawn, read_results
from events.results.translations import TOLD
from hub.accounts.viewer import viewer_of
from theme.labels import RELATIONS

TAPS = {"held": True, "not_held": False}
"""What one tap says, by the name of the button."""


@for_organisers
def list_outcomes(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """All sessions with their status. A POST with ``action`` says one of them, or reminds hosts."""
    if request.method == "POST":
        if request.POST.get("action") == "remind":
            return _remind(request, desk)
        return _say(request, desk)
    now = timezone.now()
    results = read_results(desk, viewer_of(request), now)
    only_open = request.GET.get("stand") == "offen"
    context = {
        "rows": [row for row in results.rows if not (only_open and row.is_done)],
        "figures": results.figures,
        "only_open": only_open,
        "withdrawn": list_withdrawn(desk),
        "waiting": len(list_waiting(results.rows)),
        "has_begun": desk.event.starts is not None and desk.event.starts <= now,
    }
    return _show(request, desk, "outcomes", context)


@for_organisers
def edit_outcome(request: HttpRequest, desk: EventDesk, session: uuid.UUID) -> HttpResponse:
    """One session: its status, its note and its page. A POST with ``action`` changes one of these."""
    found = get_object_or_404(Session, pk=session, plan__desk=desk)
    form = ReasonForm()
    if request.method == "POST":
        action = request.POST.get("action", "")
        form = ReasonForm(request.POST) if action == "reason" else form
        done = _act(request, found, action, form)
        if done:
            messages.success(request, done)
            return redirect(address_of("outcome", desk, found.pk))
    row = find_row(desk, found, viewer_of(request), timezone.now())
    if row is None:
        raise Http404
    status = 422 if request.method == "POST" else 200
    return _show(request, desk, "outcome", _describe(request, row, form), status)


def _describe(request: HttpRequest, row: Row, form: ReasonForm) -> dict[str, Any]:
    viewer, page, note = viewer_of(request), find_page(row.session), find_note(row.session)
    words = request.GET.get("suche", "")[:100]
    if not form.is_bound:
        form.initial["reason"] = row.reason
    return {
        "row": row,
        "form": form,
        "asks_reason": form.is_bound or (row.status != Status.OPEN and not page and not row.entry),
        "is_held": request.POST.get("held") == "1" if form.is_bound else row.is_held,
        "note": note,
        "missing": _list_missing(page, note),
        "is_outdated": page is not None and note is not None and is_outdated(note),
        "page": page,
        "links": list_links(page, viewer) if page else [],
        "words": words,
        "found": search_targets(words, viewer) if page and not page.live else [],
        "relations": list(RELATIONS.items()),
    }


def _list_missing(page: SessionNotePage | None, note: Note | None) -> list[str]:
    """What keeps its newest draft from being published; nothing while there is none."""
    if page is None or note is None or (page.live and not page.has_unpublished_changes):
        return []
    return list_missing_of(note, page.get_latest_revision_as_object().sections)


def _act(request: HttpRequest, session: Session, action: str, form: ReasonForm) -> str:
    """Carry out what was asked for, and what to say of it; nothing if it was refused."""
    verb = _ACTIONS.get(action)
    if verb is None:
        raise Http404
    try:
        return verb(request, session, form)
    except Refused as refused:
        messages.error(request, refused.text)
        return ""


def _tap(request: HttpRequest, session: Session, form: ReasonForm) -> str:
    held = TAPS[request.POST["action"]]
    note_outcome(session.pk, held=held, user=request.user, now=timezone.now())
    return _tell(session, held=held)


def _explain(request: HttpRequest, session: Session, form: ReasonForm) -> str:
    if not form.is_valid():
        return ""
    held = request.POST.get("held") == "1"
    reason = form.cleaned_data["reason"]
    note_outcome(session.pk, held=held, reason=reason, user=request.user, now=timezone.now())
    return _("Your reason is saved. Everybody can read it now.")


def _clear(request: HttpRequest, session: Session, form: ReasonForm) -> str:
    clear_outcome(session.pk)
    return _("Taken back. Nothing is said of this session now.")


def _draft(request: HttpRequest, session: Session, form: ReasonForm) -> str:
    draft_page(session.pk, request.user, timezone.now())
    return _("The draft is made from the note. Look through it, say what it belongs to, then publish it.")


def _redraft(request: HttpRequest, session: Session, form: ReasonForm) -> str:
    if redraft_page(session.pk, request.user):
        messages.warning(request, TOLD)
    return _("The page has the wording of the note as it is now. Look through it, then publish it.")


def _link(request: HttpRequest, session: Session, form: ReasonForm) -> str:
    target, relation = request.POST.get("target", ""), request.POST.get("relation", "")
    link_page(session.pk, target, relation, viewer_of(request), request.user)
    return _("The link is added.")


def _unlink(request: HttpRequest, session: Session, form: ReasonForm) -> str:
    unlink_page(session.pk, request.POST.get("target", ""), request.user)
    return _("The link is removed.")


def _publish(request: HttpRequest, session: Session, form: ReasonForm) -> str:
    publish_page(session.pk, request.user)
    return _("The page is published. It is on all hubs within seconds.")


_ACTIONS: dict[str, Callable[[HttpRequest, Session, ReasonForm], str]] = {
    **dict.fromkeys(TAPS, _tap),
    "reason": _explain,
    "clear": _clear,
    "draft": _draft,
    "redraft": _redraft,
    "link": _link,
    "unlink": _unlink,
    "publish": _publish,
}


def _tell(session: Session, *, held: bool) -> str:
    words = {"title": session.title}
    if held:
        return _("“%(title)s” took place. Now make its page, or say why there is none.") % words
    return _("“%(title)s” did not take place. Please say why.") % words


def _say(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """One tap in the list; back to the same place of it."""
    key = _read_key(request.POST.get("session", ""))
    session = get_object_or_404(Session, pk=key, plan__desk=desk)
    if request.POST.get("action") not in TAPS:
        raise Http404
    if done := _act(request, session, request.POST["action"], ReasonForm()):
        messages.success(request, done)
    query = "?stand=offen" if request.GET.get("stand") == "offen" else ""
    return redirect(f"{address_of('outcomes', desk)}{query}#session-{session.pk}")


def _remind(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    done = remind_hosts(desk, timezone.now())
    text = ngettext("%(n)s mail is on its way.", "%(n)s mails are on their way.", done.letters)
    if done.letters:
        messages.success(request, text % {"n": done.letters})
    else:
        messages.info(request, _("No mail was written: all hosts with an address were asked today already."))
    if done.unreachable:
        titles = ", ".join(f"„{session.title}“" for session in done.unreachable)
        messages.warning(request, _("Nobody has an address for: %(titles)s. Please ask them yourself.")
                         % {"titles": titles})  # fmt: skip
    return redirect(address_of("outcomes", desk))


def _read_key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Http404 from error


def _show(
    request: HttpRequest, desk: EventDesk, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    given = {"desk": desk, "event": desk.event, "key": desk.event.translation_key, "here": "outcomes"}
    return render(request, f"events/results/{template}.html", given | context, status=status)
