"""The page on which a note is written, for sessions and meetings alike; its ``Place`` says who comes."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from events.models import Note, NoteAuthor
from events.models.note import NOTE_LENGTH
from events.noting import answering, consents, queries, removing, restoring, services
from events.noting.refusals import NoteClosed, NoteRefused
from events.noting.services import Author, find_author
from hub.env import env

NOWHERE = -1
"""A base that nobody had: what was sent without one is merged so that all lines stay."""


@dataclass(frozen=True)
class Place:
    """A note as one visitor finds it.

    ``leads``: they end writing and take lines out. ``writes`` is False for somebody who wrote and has left
    since: they read their own lines alone, and answer. ``title`` is that of the session or meeting,
    ``crumbs`` are the pages above it (path, title); ``page``, ``state`` and ``history`` the paths of its
    three pages.
    """

    note: Note
    author: Author
    leads: bool
    title: str
    crumbs: Sequence[tuple[str, str]]
    page: str
    state: str
    history: str
    writes: bool = True


def show_page(request: HttpRequest, place: Place) -> HttpResponse:
    """Write, end writing, answer whether it may be published. Scripts get the merged text as JSON."""
    if request.method != "POST":
        return _render(request, place)
    action = request.POST.get("action", "write")
    if not place.writes and action not in ANSWERS:
        raise PermissionDenied
    act = ACTIONS.get(action, _write)
    try:
        return act(request, place)
    except NoteRefused as refused:
        status = 409 if isinstance(refused, NoteClosed) else 422
        if _wants_json(request):
            return JsonResponse({"problem": str(refused)}, status=status)
        place.note.refresh_from_db()
        typed = services.clean(request.POST.get("text", ""))
        return _render(request, place, problem=str(refused), typed=typed, status=status)


def show_state(request: HttpRequest, place: Place) -> HttpResponse:
    """The note as it is now, for scripts; 304 while nothing of it changed."""
    _require_writer(place)
    own = find_author(place.note, place.author)
    reading = queries.read_note(place.note, timezone.now(), but=own.pk if own else None)
    response = JsonResponse(_tell(reading))
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["ETag"] = reading.etag
    return get_conditional_response(request, etag=reading.etag, response=response) or response


def show_history(request: HttpRequest, place: Place) -> HttpResponse:
    """What was written before. ``?fassung=`` asks whether an older version is brought back."""
    _require_writer(place)
    if request.method == "POST":
        return _restore(request, place)
    if number := request.GET.get("fassung"):
        return _ask_restoring(request, place, _read_number(number))
    before = _read_number(request.GET.get("vor"))
    versions, older = queries.list_versions(place.note, before if before > 0 else None)
    context = {"place": place, "versions": versions, "older": older, "is_first": before <= 0}
    return render(request, "events/noting/history.html", context)


def _restore(request: HttpRequest, place: Place) -> HttpResponse:
    number, seen = (_read_number(request.POST.get(name)) for name in ("number", "seen"))
    key, now = _read_key(request), timezone.now()
    try:
        restoring.restore(place.note.pk, number, seen, place.author, key, now, leads=place.leads)
    except NoteRefused as refused:
        place.note.refresh_from_db()
        return _ask_restoring(request, place, number, str(refused))
    messages.success(request, _("The older version stands again. What was there is in the history."))
    return redirect(place.page)


def _ask_restoring(request: HttpRequest, place: Place, number: int, problem: str = "") -> HttpResponse:
    """What would go, and the question; back to the history where there is nothing to ask any more."""
    try:
        services.require_open(place.note)
        asked = restoring.weigh_restoring(place.note, number, place.author)
    except NoteRefused as refused:
        messages.error(request, str(refused))
        return redirect(place.history)
    context = {"place": place, "asked": asked, "problem": problem, "key": uuid.uuid4()}
    context["may_restore"] = place.leads or not asked.is_foreign
    return render(request, "events/noting/restore.html", context, status=409 if problem else 200)


def _write(request: HttpRequest, place: Place) -> HttpResponse:
    base, text = _read_number(request.POST.get("base")), request.POST.get("text", "")
    merged = services.write(place.note.pk, place.author, base, text, _read_key(request), timezone.now())
    if _wants_json(request):
        return JsonResponse({"version": merged.version, "text": merged.text, "clashes": merged.clashes})
    if merged.clashes:
        words = _("Saved. Somebody else changed the same line: both versions stand there, please keep one.")
        messages.warning(request, words)
    elif merged.text != services.clean(text):
        messages.success(request, _("Saved, together with what others wrote meanwhile."))
    else:
        messages.success(request, _("Saved."))
    return redirect(place.page)


def _close(request: HttpRequest, place: Place) -> HttpResponse:
    if place.leads:
        services.close(place.note.pk, env.origin + place.page, timezone.now())
        messages.success(request, _("Writing has ended. Everybody who wrote is asked to agree."))
    return redirect(place.page)


def _reopen(request: HttpRequest, place: Place) -> HttpResponse:
    if place.leads:
        services.reopen(place.note.pk)
        messages.success(request, _("Writing goes on."))
    return redirect(place.page)


def _take_out(request: HttpRequest, place: Place) -> HttpResponse:
    if place.leads:
        author = _read_number(request.POST.get("author"))
        count = removing.take_out(place.note.pk, author, place.author, timezone.now())
        messages.success(request, _("Lines taken out: %(count)s") % {"count": count})
    return redirect(place.page)


def _confirm(request: HttpRequest, place: Place) -> HttpResponse:
    if place.leads:
        removing.confirm_page(place.note.pk)
        messages.success(request, _("Thank you. The published page is as everybody agreed."))
    return redirect(place.page)


def _agree(request: HttpRequest, place: Place) -> HttpResponse:
    if author := find_author(place.note, place.author):
        seen, is_named = _read_number(request.POST.get("seen")), request.POST.get("named") == "1"
        answering.agree(author, seen, timezone.now(), is_named=is_named)
        messages.success(request, _("Thank you, you agreed. You can change your answer here."))
    return redirect(place.page)


def _decline(request: HttpRequest, place: Place) -> HttpResponse:
    if author := find_author(place.note, place.author):
        if answering.decline(author, timezone.now()):
            words = _(
                "Noted. The page is published already: it does not name you any more, and the organisers are "
                "asked to take your lines out."
            )
        else:
            words = _("Noted: your lines are not published. The organisers take them out.")
        messages.success(request, words)
    return redirect(place.page)


ACTIONS: dict[str, Callable[[HttpRequest, Place], HttpResponse]] = {
    "write": _write,
    "close": _close,
    "reopen": _reopen,
    "take_out": _take_out,
    "confirm": _confirm,
    "agree": _agree,
    "decline": _decline,
}
ANSWERS = ("agree", "decline")
"""What is left to those who wrote and have left since."""


def _render(
    request: HttpRequest, place: Place, *, problem: str = "", typed: str = "", status: int = 200
) -> HttpResponse:
    note, own = place.note, find_author(place.note, place.author)
    reading = queries.read_note(note, timezone.now(), but=own.pk if own else None)
    standing = consents.list_standing(note) if note.closed else []
    mine = next((each for each in standing if own and each.author.pk == own.pk), None)
    context: dict[str, Any] = {
        "place": place,
        "note": note,
        "reading": reading,
        "key": uuid.uuid4(),
        "longest": NOTE_LENGTH,
        "problem": problem,
        "typed": typed,
        "mine": mine,
        "removable": [each for each in standing if each.standing in removing.REMOVABLE],
        "missing": consents.tell_missing(note, standing) if place.leads and note.closed else [],
        "kept": f"note:{note.pk}:{_name_keeper(place.author, own)}",
    }
    if not place.writes:
        return render(request, "events/noting/left.html", context, status=status)
    context["token_cookie"] = settings.CSRF_COOKIE_NAME
    return render(request, "events/noting/note.html", context, status=status)


def _require_writer(place: Place) -> None:
    if not place.writes:
        raise PermissionDenied


def _name_keeper(author: Author, own: NoteAuthor | None) -> str:
    """Whose drafts a browser keeps: those of one person never become another's."""
    return str(author.person or author.user or (own.pk if own else ""))


def _tell(reading: queries.Reading) -> dict[str, Any]:
    return {
        "version": reading.version,
        "text": reading.text,
        "clashes": reading.clashes,
        "closed": reading.closed is not None,
        "writing": reading.writing,
    }


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _read_number(text: str | None) -> int:
    try:
        return int(json.loads(text or ""))
    except (ValueError, TypeError, RecursionError, OverflowError):
        return NOWHERE


def _read_key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()
